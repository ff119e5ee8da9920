import { expect, test } from 'vitest'
import { listInput, parseListSearch } from './views.ts'

test('an address that makes no sense shows every open task', () => {
  expect(parseListSearch({ view: 'x', priority: 3, sort: 'size', label: '', other: 1 })).toEqual({})
  expect(listInput({}, '2026-03-02')).toEqual({ status: 'open', sort: '-created' })
})

test('a search for a number stays a text', () => {
  expect(parseListSearch({ q: 2026 })).toEqual({ q: '2026' })
})

test('today shows what is overdue too, and upcoming begins tomorrow', () => {
  expect(listInput({ view: 'today' }, '2026-02-28')).toEqual({
    status: 'open',
    dueTo: '2026-02-28',
    sort: 'due',
  })
  expect(listInput({ view: 'upcoming', label: 'home' }, '2026-02-28')).toEqual({
    status: 'open',
    dueFrom: '2026-03-01',
    sort: 'due',
    label: 'home',
  })
})

test('a view keeps the filters and the order that were chosen', () => {
  const search = parseListSearch({ view: 'done', priority: 'high', q: 'tax', sort: 'title' })
  expect(listInput(search, '2026-02-28')).toEqual({
    status: 'done',
    priority: 'high',
    q: 'tax',
    sort: 'title',
  })
})
