import { PlinthError } from '@plinth/platform'
import { describe, expect, it } from 'vitest'
import {
  isHiddenFrom,
  stateAfter,
  type TaskEvent,
  type TaskState,
  transitions,
} from './transitions.ts'

const now = Temporal.Instant.from('2026-03-02T09:00:00Z')
const earlier = '2026-03-01T09:00:00Z'

const open: TaskState = {
  status: 'open',
  statusBeforeTrash: null,
  completedAt: null,
  trashedAt: null,
}
const done: TaskState = { ...open, status: 'done', completedAt: earlier }
const trashedOpen: TaskState = {
  ...open,
  status: 'trashed',
  statusBeforeTrash: 'open',
  trashedAt: earlier,
}
const trashedDone: TaskState = {
  ...done,
  status: 'trashed',
  statusBeforeTrash: 'done',
  trashedAt: earlier,
}
const states = { open, done, trashedOpen, trashedDone }
const events: readonly TaskEvent[] = ['update', 'complete', 'reopen', 'delete', 'restore']

/** What the table's constraints say of every row, so that no event can make one that is refused. */
function isConsistent(state: TaskState): boolean {
  const isTrashed = state.status === 'trashed'
  const underneath = state.statusBeforeTrash ?? state.status
  return (
    isTrashed === (state.trashedAt !== null) &&
    isTrashed === (state.statusBeforeTrash !== null) &&
    (underneath === 'done') === (state.completedAt !== null)
  )
}

const pairs = Object.entries(states).flatMap(([name, state]) =>
  events.map((event) => ({ name, event, state, step: transitions[state.status][event] })),
)

describe('every pair of state and event', () => {
  it('is in the table', () => {
    for (const steps of Object.values(transitions)) {
      expect(Object.keys(steps).toSorted()).toEqual(events.toSorted())
    }
  })

  it.each(pairs.filter(({ step }) => step === 'stays'))(
    '$event leaves a task that is $name as it is',
    ({ state, event }) => {
      expect(stateAfter(event, state, now)).toBe(state)
    },
  )

  it.each(pairs.filter(({ step }) => step === 'refused'))(
    '$event is refused for a task that is $name, with what is allowed instead',
    ({ state, event }) => {
      const allowed = events.filter((other) => transitions[state.status][other] !== 'refused')
      expect(() => stateAfter(event, state, now)).toThrow(PlinthError)
      try {
        stateAfter(event, state, now)
      } catch (error) {
        expect(error).toMatchObject({
          kind: { code: 'INVALID_TRANSITION', status: 409 },
          details: { extra: { from: state.status, event, allowed } },
        })
      }
    },
  )

  it.each(pairs.filter(({ step }) => step === 'hidden'))(
    '$event does not see a task that is $name',
    ({ state, event }) => {
      expect(isHiddenFrom(event, state)).toBe(true)
    },
  )

  it.each(pairs.filter(({ step }) => !['stays', 'refused', 'hidden'].includes(step)))(
    '$event moves a task that is $name to where the table says',
    ({ state, event, step }) => {
      const after = stateAfter(event, state, now)
      expect(after.status).toBe(step === 'earlier' ? state.statusBeforeTrash : step)
      expect(isConsistent(after)).toBe(true)
    },
  )
})

it('brings a task back from the trash exactly as it was', () => {
  for (const state of [open, done]) {
    const trashed = stateAfter('delete', state, now)
    expect(trashed).toMatchObject({ status: 'trashed', trashedAt: now.toString() })
    expect(stateAfter('restore', trashed, now)).toEqual(state)
  }
})

it('forgets when a task was completed once it is open again', () => {
  expect(stateAfter('reopen', done, now)).toEqual(open)
})

it('keeps the first time of a completion', () => {
  const completed = stateAfter('complete', open, now)
  expect(completed.completedAt).toBe(now.toString())
  expect(stateAfter('complete', completed, now.add({ hours: 1 }))).toBe(completed)
})
