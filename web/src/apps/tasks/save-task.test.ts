import { PlinthProblem } from '@plinth/platform/client'
import { expect, test } from 'vitest'
import type { Api } from '../../api/api.ts'
import { saveOver, saveTask } from './save-task.ts'
import type { Task, TaskChange } from './task.ts'

const base: Task = {
  id: '0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c7d',
  number: 1,
  title: 'Buy milk',
  description: null,
  priority: 'medium',
  labels: [],
  due: null,
  status: 'open',
  completedAt: null,
  trashedAt: null,
  createdAt: '2026-03-02T09:00:00Z',
  updatedAt: '2026-03-02T09:00:00Z',
  version: 1,
}

/** A server with one task, that compares versions as the real one does. */
function serverWith(stored: Task) {
  let task = stored
  const api = {
    async call(name: string, input: object) {
      if (name === 'tasks.get_task') return task
      const {
        taskId: _,
        ifVersion,
        ...change
      } = input as TaskChange & {
        taskId: string
        ifVersion: number
      }
      if (ifVersion !== task.version) {
        throw new PlinthProblem({ status: 412, code: 'VERSION_CONFLICT', title: 'Changed.' })
      }
      task = { ...task, ...(change as Partial<Task>), version: task.version + 1 }
      return task
    },
  }
  return { api: api as unknown as Api, stored: () => task }
}

test('a change of the present version is saved', async () => {
  const { api } = serverWith(base)
  const saved = await saveTask(api, { base, change: { title: 'Buy oat milk' } })
  expect(saved).toMatchObject({ task: { title: 'Buy oat milk', version: 2 } })
})

test('a change of another field by somebody else is kept beside ours', async () => {
  const { api } = serverWith({ ...base, priority: 'urgent', version: 2 })
  const saved = await saveTask(api, { base, change: { title: 'Buy oat milk' } })
  expect(saved).toMatchObject({ task: { title: 'Buy oat milk', priority: 'urgent', version: 3 } })
})

test('two changes of one field are a conflict, and nothing is saved before somebody chooses', async () => {
  const theirs = { ...base, title: 'Buy soy milk', version: 2 }
  const server = serverWith(theirs)
  const saved = await saveTask(server.api, { base, change: { title: 'Buy oat milk' } })
  expect(saved).toEqual({ conflict: { mine: { title: 'Buy oat milk' }, theirs } })
  expect(server.stored()).toEqual(theirs)
  const kept = await saveOver(server.api, theirs, { title: 'Buy oat milk' })
  expect(kept).toMatchObject({ task: { title: 'Buy oat milk', version: 3 } })
})

test('the same change by two people is no conflict', async () => {
  const { api } = serverWith({ ...base, title: 'Buy oat milk', version: 2 })
  const saved = await saveTask(api, { base, change: { title: 'Buy oat milk' } })
  expect(saved).toHaveProperty('task')
})

test('keeping mine over a version that moved on again is a conflict again', async () => {
  const { api } = serverWith({ ...base, title: 'Third', version: 3 })
  const kept = await saveOver(api, { ...base, title: 'Second', version: 2 }, { title: 'Mine' })
  expect(kept).toMatchObject({ conflict: { theirs: { title: 'Third' } } })
})
