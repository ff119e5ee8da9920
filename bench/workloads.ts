import { randomUUID } from 'node:crypto'
import type { LoadRequest } from 'autocannon'
import type { SeededPerson } from './seed.ts'
import type { NewTask } from './sql.ts'

export const workloadNames = ['read', 'list', 'create', 'createWithKey'] as const
export type WorkloadName = (typeof workloadNames)[number]

export interface Workload {
  readonly title: string
  readonly status: 200 | 201
  /** The least part of the bare server's requests per second that Plinth promises. */
  readonly owed: number
  readonly request: (person: SeededPerson) => LoadRequest
}

/** Both servers get the same bytes: Plinth believes the key, the bare server the name beside it. */
const headersOf = ({ id, key }: SeededPerson) => ({ authorization: `Bearer ${key}`, 'x-owner': id })

export const pick = <T>(list: readonly T[]): T => {
  const one = list[Math.floor(Math.random() * list.length)]
  if (one === undefined) throw new Error('There is nothing to pick from.')
  return one
}

export const newTask = (): NewTask => ({
  title: `Water the plants of room ${Math.floor(Math.random() * 10_000)}`,
  description: 'The fern gets little, the lemon tree all that is left.',
  priority: 'high',
  labels: ['home', 'plants'],
})

const create = (person: SeededPerson): LoadRequest => ({
  method: 'POST',
  path: '/api/v1/tasks',
  headers: { ...headersOf(person), 'content-type': 'application/json' },
  body: JSON.stringify(newTask()),
})

export const workloads: Readonly<Record<WorkloadName, Workload>> = {
  read: {
    title: 'read one of 10,000',
    status: 200,
    owed: 0.45,
    request: (person) => ({
      method: 'GET',
      path: `/api/v1/tasks/${pick(person.taskIds)}`,
      headers: headersOf(person),
    }),
  },
  list: {
    title: 'list 20',
    status: 200,
    owed: 0.5,
    request: (person) => ({ method: 'GET', path: '/api/v1/tasks', headers: headersOf(person) }),
  },
  create: { title: 'create', status: 201, owed: 0.3, request: create },
  createWithKey: {
    title: 'create with a key',
    status: 201,
    owed: 0.25,
    request: (person) => {
      const request = create(person)
      return { ...request, headers: { ...request.headers, 'idempotency-key': randomUUID() } }
    },
  },
}
