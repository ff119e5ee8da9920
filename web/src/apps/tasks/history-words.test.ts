import { expect, test } from 'vitest'
import { changesToShow, deedWords, throughWords, valueWords } from './history-words.ts'
import type { HistoryItem } from './task.ts'

const standpoint = { now: new Date('2026-03-02T09:00:00Z'), timeZone: 'UTC', locale: 'en-GB' }
const item: HistoryItem = {
  at: '2026-03-02T09:00:00Z',
  operation: 'tasks.add_task',
  by: { name: 'Ada' },
  through: { kind: 'agent', name: 'laptop' },
  kind: 'created',
  changes: [
    { field: 'title', before: null, after: 'Tom & Jerry <3' },
    { field: 'description', before: null, after: null },
    { field: 'labels', before: null, after: [] },
    { field: 'status', before: null, after: 'open' },
  ],
}

test('a key is named when it acted for the person, and a browser is not', () => {
  expect(throughWords(item.through)).toBe("through key 'laptop'")
  expect(throughWords({ kind: 'person', name: 'browser' })).toBe('')
})

test('a new task lists what it was given and nothing else', () => {
  expect(changesToShow(item).map(({ field }) => field)).toEqual(['title'])
})

test('a change shows also what it emptied', () => {
  const changes: HistoryItem['changes'] = [{ field: 'labels', before: ['home'], after: [] }]
  expect(changesToShow({ ...item, kind: 'changed', changes })).toEqual(changes)
  expect(valueWords('labels', [], standpoint)).toBe('nothing')
})

test('what the history does not know yet is still said in words', () => {
  expect(deedWords({ ...item, operation: 'tasks.complete_task' })).toBe('completed the task')
  expect(deedWords({ ...item, operation: 'tasks.snooze_task' })).toBe('snooze task')
})

test('values read as the screen shows them', () => {
  expect(valueWords('priority', 'urgent', standpoint)).toBe('Urgent')
  expect(valueWords('labels', ['home', 'work'], standpoint)).toBe('home, work')
  expect(valueWords('due', { kind: 'date', date: '2026-03-02' }, standpoint)).toContain(
    '2 March 2026',
  )
})
