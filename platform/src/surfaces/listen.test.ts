import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { fastify } from 'fastify'
import { afterEach, describe, expect, test } from 'vitest'
import { listen } from './listen.ts'

/** An address of this machine on which nobody else listens, where there is more than one. */
const host = process.platform === 'linux' ? '127.0.0.77' : '127.0.0.1'

const taken = new Map<number, Server>()

afterEach(() => {
  for (const server of taken.values()) server.close()
  taken.clear()
})

async function take(port: number): Promise<number> {
  const server = createServer().listen({ host, port })
  await once(server, 'listening')
  const found = (server.address() as AddressInfo).port
  taken.set(found, server)
  return found
}

async function giveBack(port: number): Promise<void> {
  const server = taken.get(port)
  if (!server) throw new Error(`Port ${port} was not taken.`)
  taken.delete(port)
  server.close()
  await once(server, 'close')
}

describe('a port that was asked for', () => {
  test('is the one that is used', async () => {
    const port = await take(0)
    await giveBack(port)
    expect(await listen({ host, port })).toMatchObject({ port, movedFrom: undefined })
  })

  test('is refused when it is taken, and no other is used', async () => {
    const port = await take(0)
    await expect(listen({ host, port })).rejects.toThrow(
      `Port ${port} is taken. Stop what uses it, or set PORT to another one.`,
    )
  })

  test('may be any that is free', async () => {
    const { port, movedFrom } = await listen({ host, port: 0 })
    expect(port).toBeGreaterThan(0)
    expect(movedFrom).toBeUndefined()
    expect(await take(port)).toBe(port)
  })
})

test('without a port the first free one from 3000 to 3009 is used, and it is said', async () => {
  const ports = Array.from({ length: 10 }, (_, at) => 3000 + at)
  for (const port of ports) await take(port)
  const find = () => listen({ host, port: undefined })
  await expect(find()).rejects.toThrow('The ports 3000 to 3009 are all taken.')
  await giveBack(3009)
  expect(await find()).toMatchObject({ port: 3009, movedFrom: 3000 })
  await giveBack(3004)
  expect(await find()).toMatchObject({ port: 3004, movedFrom: 3000 })
  await giveBack(3000)
  expect(await find()).toMatchObject({ port: 3000, movedFrom: undefined })
})

test('without a host this machine is served, and nobody else', async () => {
  const listener = await listen({ host: undefined, port: 0 })
  const app = fastify()
  app.get('/', () => 'here')
  await listener.serve(app)
  try {
    const answer = await fetch(`http://localhost:${listener.port}/`)
    expect(await answer.text()).toBe('here')
    const addresses = app.addresses().map((one) => (typeof one === 'string' ? one : one.address))
    expect(['127.0.0.1', '::1']).toEqual(expect.arrayContaining(addresses))
  } finally {
    await app.close()
  }
})
