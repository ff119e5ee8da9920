import { describe, expect, test } from 'vitest'
import { needsScrubbing, scrub } from './scrub.ts'

const jwt =
  'eyJhbGciOiJFZERTQSIsInR5cCI6ImF0K2p3dCJ9.eyJzdWIiOiIwMTliMWQ0ZSJ9.c2lnbmF0dXJlLXBsYW50ZWQ'

/** Texts as they reach a log, and what may remain of them. `PLANTED` is the secret's own part. */
const planted: readonly (readonly [string, string])[] = [
  ['key plk_PLANTED-x_9 was used', 'key [redacted] was used'],
  ['Authorization: Bearer PLANTED', 'Authorization: [redacted]'],
  ['sent bearer PLANTED.x/y+z== twice', 'sent bearer [redacted] twice'],
  ['Basic UExBTlRFRDpwdw==', 'Basic [redacted]'],
  [`token ${jwt} expired`, 'token [redacted] expired'],
  ['cut off eyJhbGciOiJFZERTQSJ9.PLANTED', 'cut off [redacted]'],
  ['postgres://plinth_app:PLANTED@db/plinth', 'postgres://plinth_app:[redacted]@db/plinth'],
  ['redis://:PLAN:TED@cache', 'redis://:[redacted]@cache'],
  ['https://a:PL@NTED@b.example.com/x', 'https://a:[redacted]@b.example.com/x'],
  ['password=PLANTED&x=1', 'password=[redacted]&x=1'],
  ['?api_key=PLANTED', '?api_key=[redacted]'],
  ['apiKey: PLANTED, x', 'apiKey: [redacted], x'],
  ['{"password":"PLANT\\"ED","x":1}', '{"password":[redacted],"x":1}'],
  ['body "{\\"secret\\":\\"PLANTED\\",\\"x\\":1}"', 'body "{\\"secret\\":[redacted],\\"x\\":1}"'],
  ["client_secret = 'PLANTED'", 'client_secret = [redacted]'],
  ['cookie: a=PLANTED; b=PLANTED\r\nhost: x', 'cookie: [redacted]\r\nhost: x'],
  ['set-cookie: plinth_session=PLANTED; Path=/', 'set-cookie: [redacted]'],
  ['plinth_session=PLANTED; other', 'plinth_session=[redacted]; other'],
  ['http://localhost:3000/setup#PLANTED', 'http://localhost:3000/setup#[redacted]'],
  ['ssn=PLANTED cvv: PLANTED card=PLANTED', 'ssn=[redacted] cvv: [redacted] card=[redacted]'],
  ['Failing row contains (019b, PLANTED, (PLANTED)).', 'Failing row contains [redacted].'],
  ['Key (email)=(PLANTED) already exists.', 'Key (email)=[redacted] already exists.'],
]

test.each(planted)('the secret in %j does not reach the log', (text, remains) => {
  expect(scrub(text)).toBe(remains)
  expect(scrub(`${text}\n${text}`)).not.toMatch(/PLANT|UExB|c2lnb/)
})

describe('ordinary text', () => {
  test.each([
    'call done',
    'tasks.add_task',
    '019b1d4e-7c1c-7d5e-8a4b-0d6b9f1f1c3e',
    'listening on http://localhost:3000/health?at=12:30',
    'Ada wrote to ada@example.com: Tom & Jerry <3 😀 שלום',
    'a basic plan',
  ])('%j stays as it is', (text) => {
    expect(scrub(text)).toBe(text)
  })

  test('needs one glance only', () => {
    expect(needsScrubbing('019b1d4e-7c1c-7d5e-8a4b-0d6b9f1f1c3e')).toBe(false)
  })
})

describe('long text', () => {
  test('is cut and says how long it was', () => {
    const cut = scrub('x'.repeat(100_000))
    expect(cut.length).toBeLessThan(5_000)
    expect(cut).toMatch(/… \(100000 characters\)$/)
  })

  test('does not keep the first half of a password that the cut goes through', () => {
    const text = `${'x'.repeat(4_060)} postgres://plinth_app:PLANTEDPLANTEDPLANTED@db/plinth`
    expect(scrub(text)).not.toContain('PLANTED')
  })
})
