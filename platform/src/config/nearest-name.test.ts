import { expect, test } from 'vitest'
import { nearestName } from './nearest-name.ts'

const names = ['PLINTH_DATA', 'PLINTH_ENV', 'PLINTH_METRICS_TOKEN']

test.for([
  ['PLINTH_DATA', 'PLINTH_DATA'],
  ['plinth_data', 'PLINTH_DATA'],
  ['PLINTH_DAT', 'PLINTH_DATA'],
  ['PLINTH_DATAS', 'PLINTH_DATA'],
  ['PLINTH_DATE', 'PLINTH_DATA'],
  ['PLINTH_EVN', 'PLINTH_ENV'],
  ['PLINTH_METRIC_TOKENS', 'PLINTH_METRICS_TOKEN'],
  ['PLINTH_METRICS', undefined],
  ['PLINTH_TIMEOUT', undefined],
  ['', undefined],
] as const)('whoever types %j probably means %s', ([typed, name]) => {
  expect(nearestName(typed, names)).toBe(name)
})

test('the nearest of several is meant', () => {
  expect(nearestName('ABC', ['AXX', 'ABX', 'XXX'])).toBe('ABX')
  expect(nearestName('ABCDEFGH', ['ABCD'])).toBe('ABCD')
  expect(nearestName('ABCDEFGHI', ['ABCD'])).toBeUndefined()
})

test('nothing is meant where there is nothing', () => {
  expect(nearestName('PLINTH_DATA', [])).toBeUndefined()
})
