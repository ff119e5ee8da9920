import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { commonWords } from './common-passwords.ts'
import { checkPassword, type PasswordOwner, passwordComplaint } from './password-rule.ts'

const ada = { email: 'ada.lovelace@engine.example.com', name: 'Ada Lovelace' }
const broken = (password: string, owner: PasswordOwner = ada) =>
  checkPassword(password, owner).flatMap(({ id, isMet }) => (isMet ? [] : [id]))

test.each([
  'quiet harbour lantern',
  'kettle umbrella 9',
  'vexing-moths-jump',
  'Tr0mbone-Wharf',
  'xK9#mQ2$vL5n',
  'двенадцать стульев',
  '静かな港の灯台に雪が降っている夜',
  '🦉🌧️🍋🪴🎻🧭🦔🪁🧶🪜🦭🍂🐌🐙',
  `${'long and winding words '.repeat(10)}end`,
])('%j may be used', (password) => {
  expect(broken(password)).toEqual([])
  expect(passwordComplaint(password, ada)).toBeUndefined()
})

test.each([
  ['eleven signs with all classes', 'Tr0mboneWha', ['length']],
  ['fourteen characters of one class', 'trombonewharfs', ['length']],
  ['twelve without a digit', 'TromboneWhar', ['length']],
  ['twelve without upper case', 'tr0mbone-wha', ['length']],
  ['twelve without lower case', 'TR0MBONE-WHA', ['length']],
  ['more than 256 bytes', 'é'.repeat(64) + 'quiet harbour lantern'.repeat(8), ['bytes']],
  ['a common word with a year', 'Sunshine2024!', ['common']],
  ['a common word in leetspeak', 'P@$$w0rd2024!', ['common']],
  ['a common word that begins with a digit', '5un5hine-2024!!', ['common']],
  ['two common words', 'Dragon!Monkey77', ['common']],
  ['a famous phrase', 'correct horse battery staple', ['common']],
  ['the name of the service', 'my-plinth-is-hard-to-guess', ['context']],
  ['the name of the service in leetspeak', 'my-pl1nth-is-hard-to-guess', ['context']],
  ['the family name', 'xx-LOVELACE-yy-73-zz', ['context']],
  ['the whole name', 'quiet adalovelace harbour', ['context']],
  ['the mailbox, spelt apart', 'quiet ada.lovelace harbour', ['context']],
  ['a label of the host', 'quiet engine harbour', ['context']],
  ['one character', 'zzzzzzzzzzzzzzzz', ['repeated']],
  ['three characters over and over', 'x9#x9#x9#x9#x9#x9', ['repeated']],
  ['the alphabet', 'abcdefghijklmnopq', ['sequence']],
  ['digits', '12345678901234567', ['sequence']],
  ['digits backwards', '98765432109876543', ['sequence']],
  ['the keyboard', 'qwertyuiopasdfghj', ['sequence']],
  ['the columns of the keyboard', '1qaz2wsx3edc4rfv', ['sequence']],
  ['sequences with a little decoration', 'Abcdef-12345-xY', ['sequence']],
])('%s is refused', (_what, password, ids) => {
  expect(broken(password)).toEqual(expect.arrayContaining(ids))
  expect(passwordComplaint(password, ada)).toMatch(/^must be a password that /)
})

test('256 bytes are taken and 257 are not', () => {
  const base = 'quiet harbour lantern '.repeat(12)
  expect(broken(base.slice(0, 256))).toEqual([])
  expect(broken(base.slice(0, 257))).toEqual(['bytes'])
})

test('an empty password breaks the length and frightens nobody with the rest', () => {
  expect(broken('', {})).toEqual(['length'])
})

test('a name of three letters may stand inside other words', () => {
  expect(broken('canada geese in autumn', { email: 'ada@example.com', name: 'Ada' })).toEqual([])
})

test('the complaint says which word gave the owner away', () => {
  expect(passwordComplaint('quiet lovelace harbour', ada)).toContain('"lovelace"')
})

test('the list of common words is lower-case letters only, so that readings can match it', () => {
  expect([...commonWords].filter((word) => !/^[a-z]{3,}$/.test(word))).toEqual([])
  expect(commonWords.size).toBeGreaterThan(1_000)
})

// The web bundles these two files; one import of node: or of a server's module would break it.
test.each(['./password-rule.ts', './common-passwords.ts'])('%s runs in a browser', async (file) => {
  const text = await readFile(new URL(file, import.meta.url), 'utf8')
  const imports = [...text.matchAll(/from '([^']+)'/g)].map((match) => match[1])
  expect(imports.filter((name) => name !== './common-passwords.ts')).toEqual([])
})
