import { expect, test } from 'vitest'
import { maskValue } from './mask.ts'

test.for([
  [
    'postgres://ada:planted@db.example.com:5432/plinth?password=planted',
    'postgres://ada:[hidden]@db.example.com:5432/plinth',
  ],
  ['postgres://db.example.com/plinth', 'postgres://db.example.com/plinth'],
  ['postgres://:planted@db.example.com/plinth', 'postgres://db.example.com/plinth'],
  ['planted', '[hidden]'],
  ['mailto:ada@example.com', '[hidden]'],
  // A password with a slash in it would end up in the path.
  ['postgres://ada:pla/nted@db.example.com/plinth', '[hidden]'],
])('the secret %s is shown as %s', ([text = '', shown]) => {
  expect(maskValue(text, { secret: true })).toBe(shown)
})

test.for([
  ['3000', '3000'],
  [
    'https://a.example.com,https://ada:planted@b.example.com',
    'https://a.example.com,https://[hidden]@b.example.com',
  ],
  ['a\u001b[31mb\u0000\u202e', 'a?[31mb??'],
  ['x'.repeat(80), 'x'.repeat(80)],
  ['x'.repeat(81), `${'x'.repeat(79)}…`],
])('the value %j is shown as %j', ([text = '', shown]) => {
  expect(maskValue(text, { secret: false })).toBe(shown)
})
