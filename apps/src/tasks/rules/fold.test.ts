import { describe, expect, it } from 'vitest'
import { distinctLabels, fold, searchText, searchWords, titleOrder } from './fold.ts'

describe('fold', () => {
  it.each([
    ['case', 'Buy MILK', 'buy milk'],
    ['one character or two for é', 'Caf\u00e9', 'CAFE\u0301'],
    ['ß and SS', 'Straße', 'STRASSE'],
    ['the final sigma', 'ΟΔΟΣ', 'οδος'],
    ['letters outside the basic plane', '𐐀', '𐐨'],
  ])('makes alike what differs only in %s', (_name, one, other) => {
    expect(fold(one)).toBe(fold(other))
  })

  it.each([
    ['naïve', 'naive'],
    ['milk', 'mílk'],
    ['ı', 'l'],
  ])('keeps apart %s and %s', (one, other) => {
    expect(fold(one)).not.toBe(fold(other))
  })

  it.each(['Tom & Jerry <3', '👩‍👩‍👧‍👦🇬🇧', 'مرحبا بالعالم', 'שלום', '100%_\\'])(
    'loses nothing of %s but case',
    (text) => {
      expect(fold(text)).toBe(text.toLowerCase().normalize('NFC'))
    },
  )
})

it('searches for each different word once, and for none in blanks', () => {
  expect(searchWords('  Milk milk\tand  honey\u00a0')).toEqual(['milk', 'and', 'honey'])
  expect(searchWords(' \n ')).toEqual([])
})

it('looks through title, description and labels without joining their words', () => {
  const text = searchText({ title: 'Buy', description: 'Milk', labels: ['Shop', 'Home'] })
  expect(text).toBe('buy\nmilk\nshop\nhome')
})

describe('the order of titles', () => {
  it('puts accented and capital letters beside the plain ones', () => {
    const titles = ['zebra', 'Éclair', 'apple', 'eclipse', 'Banana']
    const sorted = titles.toSorted((a, b) => (titleOrder(a) < titleOrder(b) ? -1 : 1))
    expect(sorted).toEqual(['apple', 'Banana', 'Éclair', 'eclipse', 'zebra'])
  })

  it('has at most 60 characters and never half of one', () => {
    const order = titleOrder('😀'.repeat(200))
    expect([...order]).toHaveLength(60)
    expect(order.isWellFormed()).toBe(true)
  })
})

it('keeps the first spelling of each label, in order', () => {
  expect(distinctLabels(['Home', 'work', 'HOME', 'caf\u00e9', 'Cafe\u0301', 'home '])).toEqual([
    'Home',
    'work',
    'caf\u00e9',
    'home ',
  ])
})
