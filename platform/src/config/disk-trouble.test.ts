import { expect, test } from 'vitest'
import { explainDiskTrouble } from './disk-trouble.ts'

const folder = '/srv/plinth'
const coded = (code: string) => Object.assign(new Error(`${code}: the system's words`), { code })

test.each([
  ['ENOSPC', /the system's words\. The disk is full\. Make room where \/srv\/plinth/],
  ['EDQUOT', /quota/],
  ['EFBIG', /limit/],
  ['EROFS', /writable/],
  ['EACCES', /the right to write to \/srv\/plinth/],
  ['EPERM', /the right to write to \/srv\/plinth/],
  ['EEXIST', /is a file/],
  ['ENOTDIR', /leads through a file/],
  ['EISDIR', /Put the old one back/],
])('an error with the code %s gets its next step', (code, expected) => {
  const error = coded(code)
  const explained = explainDiskTrouble(error, folder)
  expect(explained).toMatchObject({ message: expect.stringMatching(expected), cause: error })
})

test.each([
  'could not write to file "x": No space left on device',
  'could not extend file "y": wrote only 4096 of 8192 bytes at block 1\nHINT:  Check free disk space.',
])('what PostgreSQL says of a full disk gets its next step, too: %s', (said) => {
  const error = new Error(`PostgreSQL could not make its database: ${said}`)
  expect(explainDiskTrouble(error, folder)).toMatchObject({
    message: expect.stringContaining('Make room where /srv/plinth'),
  })
})

test('every other error stays as it is', () => {
  for (const error of [new Error('something else'), coded('ECONNREFUSED'), 'a text', undefined]) {
    expect(explainDiskTrouble(error, folder)).toBe(error)
  }
})
