import { expect, test } from 'vitest'
import { renderTable } from './table.ts'

test('a long sentence is broken between words, so that columns stay in line', () => {
  const sentence = 'one two three four five six seven eight nine ten eleven twelve'
  expect(`${renderTable(['a', 'b'], [[sentence, 'x']])}\n`).toBe(`\
a                                             b
--------------------------------------------  -
one two three four five six seven eight nine  x
ten eleven twelve
`)
})

test('a word that is too long for its column is cut into pieces and loses nothing', () => {
  const word = 'ab'.repeat(50)
  const [, , ...lines] = renderTable(['a'], [[`first ${word}`]]).split('\n')
  expect(lines[0]).toBe('first')
  expect(lines.slice(1).join('')).toBe(word)
})

test('a cell that is missing or empty leaves its place empty', () => {
  expect(`${renderTable(['name', 'value'], [['a', ''], ['b'], ['', 'c']])}\n`).toBe(`\
name  value
----  -----
a
b
      c
`)
})

test('a table without rows is its heading', () => {
  expect(renderTable(['name', 'value'], [])).toBe('name  value\n----  -----')
})
