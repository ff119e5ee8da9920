import assert from 'node:assert/strict'
import type { LoadRequest } from 'autocannon'
import type { SeededPerson } from './seed.ts'
import type { BenchServer } from './server.ts'
import { pick, type WorkloadName, workloads } from './workloads.ts'

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: Readonly<Record<string, unknown>>
}

interface Pair {
  readonly bare: BenchServer
  readonly ours: BenchServer
  readonly people: readonly SeededPerson[]
}

const samples = 10

/**
 * Fails unless both servers give the same right answers, so that neither is fast because it does
 * something else; and unless ours still refuses what it must while it is being measured.
 */
export async function verify({ bare, ours, people }: Pair): Promise<void> {
  for (let sample = 0; sample < samples; sample += 1) {
    const person = pick(people)
    const ask = (name: WorkloadName) => askBoth(bare, ours, workloads[name].request(person))

    const [bareRead, read] = await ask('read')
    assertStatus([bareRead, read], 200)
    assert.deepEqual(read.body, bareRead.body)
    assert.ok(person.taskIds.includes(String(read.body.id)))

    const [bareList, list] = await ask('list')
    assertStatus([bareList, list], 200)
    assert.equal((list.body.items as unknown[]).length, 20)
    assert.deepEqual(list.body.items, bareList.body.items)

    const [bareMade, made] = await ask('create')
    assertStatus([bareMade, made], 201)
    assert.deepEqual(contentOf(made), contentOf(bareMade))
    assert.equal(made.body.number, Number(bareMade.body.number) + 1)
  }
  await verifyReplay(ours, pick(people))
  await verifyRefusals(ours, people)
}

async function verifyReplay(ours: BenchServer, person: SeededPerson): Promise<void> {
  const request = workloads.createWithKey.request(person)
  const [first, second] = [await ask(ours, request), await ask(ours, request)]
  assertStatus([first, second], 201)
  assert.equal(second.headers.get('idempotency-replayed'), 'true')
  assert.deepEqual(second.body, first.body)
}

async function verifyRefusals(ours: BenchServer, people: readonly SeededPerson[]): Promise<void> {
  const [owner, stranger] = people
  assert.ok(owner && stranger)
  const request = workloads.read.request(owner)
  const asStranger = { authorization: `Bearer ${stranger.key}` }
  assertStatus([await ask(ours, { ...request, headers: asStranger })], 404)
  assertStatus([await ask(ours, { ...request, headers: {} })], 401)
  const unknownField = { ...workloads.create.request(owner), body: '{"title":"Rest","more":1}' }
  assertStatus([await ask(ours, unknownField)], 422)
}

async function askBoth(
  bare: BenchServer,
  ours: BenchServer,
  request: LoadRequest,
): Promise<[Answer, Answer]> {
  return [await ask(bare, request), await ask(ours, request)]
}

async function ask({ url }: BenchServer, request: LoadRequest): Promise<Answer> {
  const { path, ...rest } = request
  const response = await fetch(url + path, rest)
  const body = (await response.json()) as Answer['body']
  return { status: response.status, headers: response.headers, body }
}

function assertStatus(answers: readonly Answer[], status: number): void {
  for (const answer of answers) {
    assert.equal(answer.status, status, JSON.stringify(answer.body))
  }
}

/** What two tasks that were added alike have in common. */
function contentOf({ body }: Answer): object {
  const { id, number, createdAt, updatedAt, ...content } = body
  return content
}
