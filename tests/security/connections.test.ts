import { once } from 'node:events'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { done, startFakeRoad } from '../../platform/src/surfaces/http/fake-road.ts'
import { RawConnection } from './raw-connection.ts'
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

describe('connections that are opened and left', () => {
  test('by the hundred keep nobody from being answered, and are still there', async () => {
    const idle = Array.from({ length: 400 }, () => target.connect())
    await Promise.all(idle.map(({ socket }) => once(socket, 'connect')))
    for (let round = 0; round < 20; round++) await target.expectAlive()
    const answers = await Promise.all(idle.map((one) => one.ask(get('/health'))))
    expect(answers.map(({ status }) => status)).toEqual(Array(400).fill(200))
    // Now that each has had an answer they are idle in another way.
    await target.expectAlive()
    for (const one of idle) one.socket.resetAndDestroy()
    await Promise.all(idle.map(({ ended }) => ended))
  })

  test('a thousand in a row, and reset in the middle of a word, leave nothing behind', async () => {
    const open = () =>
      process.getActiveResourcesInfo().filter((resource) => resource === 'TCPSocketWrap').length
    const before = open()
    for (let row = 0; row < 20; row++) {
      const opened = Array.from({ length: 50 }, () => target.connect())
      await Promise.all(opened.map(({ socket }) => once(socket, 'connect')))
      for (const [at, one] of opened.entries()) {
        if (at % 2 === 0) one.send(add('reset').slice(0, -1 - at))
        one.socket.resetAndDestroy()
      }
      await Promise.all(opened.map(({ ended }) => ended))
    }
    // Those by which everybody else asks may be more or fewer by then.
    await expect.poll(open, { timeout: 30_000 }).toBeLessThan(before + 100)
    expect(await target.tasksNamed('reset')).toBe(0)
  })
})

describe('a client that does not read its answers', () => {
  // Large, and made without the database: how busy that is does not matter here.
  const large = () => get('/openapi.json')

  test('keeps nobody waiting, and gets all of them when it reads at last', async () => {
    const connection = target.connect()
    connection.socket.pause()
    // These are more than all the buffers on the way hold.
    const asking = Array.from({ length: 300 }, () => connection.ask(large()))
    for (let round = 0; round < 20; round++) await target.expectAlive()
    connection.socket.resume()
    const answers = await Promise.all(asking)
    expect(answers.reduce((bytes, { text }) => bytes + text.length, 0)).toBeGreaterThan(2e7)
    expect(new Set(answers.map(({ status, text }) => `${status} ${text}`)).size).toBe(1)
    expect(await connection.hangUp()).toHaveLength(300)
  })

  test('and goes away in the middle of one harms nobody', async () => {
    const connection = target.connect()
    connection.socket.pause()
    for (let at = 0; at < 300; at++) connection.send(large())
    for (let round = 0; round < 5; round++) await target.expectAlive()
    connection.socket.resetAndDestroy()
    await connection.ended
  })

  test('is cut when it has been silent for too long', async () => {
    const output = { text: 'x'.repeat(20_000_000) }
    const road = await startFakeRoad({ answer: () => done({ output }) })
    try {
      expect(road.app.server.timeout).toBe(120_000)
      // The same with less patience, which nobody has to wait for.
      road.app.server.timeout = 1_000
      const connection = new RawConnection(road.url)
      connection.socket.pause()
      const asked = connection.ask('GET /api/v1/notes HTTP/1.1\r\nHost: localhost\r\n\r\n')
      const closed = new Promise((resolve) => {
        road.app.server.once('connection', (socket) => socket.once('close', resolve))
      })
      await closed
      connection.socket.resume()
      await expect(asked).rejects.toThrow(/Half an answer|hung up/)
    } finally {
      await road.stop()
    }
  })
})
