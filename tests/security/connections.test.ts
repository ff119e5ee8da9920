import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { expectProblem, startTarget, type Target } from './raw-target.ts'

// The story: connections are used in ways that no browser uses them. Several requests are written
// before the first answer, one end is shut while the other waits, hundreds are opened and left. Each
// request that arrived whole has its own answer, in its place, and nobody else waits for them.

let target: Target
beforeAll(async () => {
  target = await startTarget()
})
afterAll(() => target?.plinth.stop())
afterEach(() => target.expectAlive())

const get = (path: string) => `GET ${path} HTTP/1.1\r\n${target.lines}\r\n`
const add = (title: string) => {
  const body = JSON.stringify({ title })
  const type = `Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`
  return `POST /api/v1/tasks HTTP/1.1\r\n${target.lines}${type}${body}`
}

describe('requests that are written one behind the other', () => {
  test('are answered each once and in their order, whatever they ask for', async () => {
    const connection = target.connect()
    const titles = Array.from({ length: 40 }, (_, at) => `in a row ${at}`)
    // What needs no database would be ready first, and what is refused before that at once.
    connection.send(titles.map((title) => add(title) + get('/health') + get('/nowhere')).join(''))
    const answers = await connection.hangUpAfter(titles.length * 3)
    expect(answers.map(({ status }) => status)).toEqual(titles.flatMap(() => [201, 200, 404]))
    const added = answers.filter(({ status }) => status === 201)
    expect(added.map(({ json }) => json.title)).toEqual(titles)
  })

  test('are answered before what follows them and is no request', async () => {
    const connection = target.connect()
    connection.send(`${add('before noise')}${add('before noise')}NOISE\r\n\r\n`)
    const answers = await connection.untilClosed()
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 400])
    expectProblem(answers[2], 400, 'BAD_REQUEST')
    expect(await target.tasksNamed('before noise')).toBe(2)
  })

  test('are answered before one of which the body cannot be read', async () => {
    const broken = add('broken').replace(/Content-Length: \d+\r\n\r\n/, (length) =>
      length.replace(/Content.*/, 'Transfer-Encoding: chunked').concat('no size\r\n'),
    )
    const connection = target.connect()
    connection.send(add('before broken') + broken)
    const answers = await connection.untilClosed()
    expect(answers.map(({ status }) => status)).toEqual([201, 400])
    expectProblem(answers[1], 400, 'BAD_REQUEST')
    expect(await target.tasksNamed('broken')).toBe(0)
  })

  test('are answered although the last asks to close, and what follows that is not done', async () => {
    const connection = target.connect()
    const last = add('the last').replace('\r\n', '\r\nConnection: close\r\n')
    connection.send(last + add('after the last'))
    const answers = await connection.untilClosed()
    expect(answers.map(({ status }) => status)).toEqual([201])
    expect(await target.tasksNamed('the last')).toBe(1)
    expect(await target.tasksNamed('after the last')).toBe(0)
  })
})

describe('a client that shuts its end of the line behind its request', () => {
  test.for([1, 5])('still gets its answer, of %i requests each', async (count) => {
    const connection = target.connect()
    connection.send(add('shut behind').repeat(count))
    const answers = await connection.hangUp()
    expect(answers.map(({ status }) => status)).toEqual(Array(count).fill(201))
  })

  test('in the middle of it is told that it was none', async () => {
    const connection = target.connect()
    connection.send(add('shut in between').slice(0, -1))
    const answers = await connection.hangUp()
    expect(answers).toHaveLength(1)
    expectProblem(answers[0], 400, 'BAD_REQUEST')
    expect(await target.tasksNamed('shut in between')).toBe(0)
  })

  test('in the middle of a body that was refused without it is told nothing more', async () => {
    const connection = target.connect()
    const nowhere = add('refused at once').replace('/api/v1/tasks', '/nowhere')
    await connection.ask(nowhere.replace(/Content-Type.*\r\n/, '').slice(0, -1))
    const answers = await connection.hangUp()
    expect(answers).toHaveLength(1)
    expectProblem(answers[0], 404, 'ROUTE_NOT_FOUND')
  })

  test('without a request is not talked to', async () => {
    expect(await target.connect().hangUp()).toEqual([])
  })
})
