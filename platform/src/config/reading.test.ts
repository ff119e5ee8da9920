import { describe, expect, test } from 'vitest'
import {
  addressBlock,
  databaseUrl,
  hostName,
  listOf,
  oneOf,
  origin,
  type Reader,
  rate,
  wholeNumber,
  yesOrNo,
} from './reading.ts'

/** Each reader with texts it takes, what they become, and texts it refuses. */
const table: readonly {
  name: string
  read: Reader<unknown>
  takes: readonly (readonly [string, unknown])[]
  refuses: readonly string[]
}[] = [
  {
    name: 'a whole number',
    read: wholeNumber({ min: 1, max: 100 }),
    takes: [
      ['1', 1],
      ['100', 100],
      ['007', 7],
    ],
    refuses: ['0', '101', '-1', '1.5', '1e1', '0x10', '١', '1 0', '9'.repeat(400)],
  },
  {
    name: 'one word of a list',
    read: oneOf(['json', 'text']),
    takes: [['json', 'json']],
    refuses: ['JSON', 'jso', 'toString'],
  },
  {
    name: 'yes or no',
    read: yesOrNo,
    takes: [
      ['true', true],
      ['1', true],
      ['false', false],
      ['0', false],
    ],
    refuses: ['yes', 'TRUE', '2'],
  },
  {
    name: 'a list',
    read: listOf(wholeNumber({ min: 1, max: 9 })),
    takes: [
      ['1', [1]],
      ['1, 2 ,3', [1, 2, 3]],
      ['1,1', [1]],
    ],
    refuses: ['1,', ',1', '1,,2', '1,x'],
  },
  {
    name: 'an origin',
    read: origin,
    takes: [
      ['https://plinth.example.com/', 'https://plinth.example.com'],
      ['HTTP://LOCALHOST:80', 'http://localhost'],
      ['http://[::1]:3000', 'http://[::1]:3000'],
    ],
    refuses: [
      'plinth.example.com',
      'ftp://plinth.example.com',
      'javascript:alert(1)',
      'https://plinth.example.com/app',
      'https://plinth.example.com/?',
      'https://plinth.example.com/#',
      'https://ada@plinth.example.com',
      'https://ada:pw@plinth.example.com',
      'https://',
      '*',
    ],
  },
  {
    name: 'a host name',
    read: hostName,
    takes: [
      ['Plinth.Example.com', 'plinth.example.com'],
      ['127.0.0.1', '127.0.0.1'],
      ['[::1]', '::1'],
      ['::', '::'],
    ],
    refuses: ['plinth.example.com:80', 'https://x', '*.example.com', '-a', 'a..b', 'a b', 'a_b'],
  },
  {
    name: 'an address or a block',
    read: addressBlock,
    takes: [
      ['10.0.0.1', '10.0.0.1'],
      ['10.0.0.0/8', '10.0.0.0/8'],
      ['fd00::/128', 'fd00::/128'],
    ],
    refuses: [
      '10.0.0.0/33',
      'fd00::/129',
      '10.0.0.0/',
      '10.0.0.0/8/8',
      'proxy',
      'fe80::1%eth0',
      '*',
    ],
  },
  {
    name: 'a database',
    read: databaseUrl,
    takes: [
      ['postgres://app:pw@db/plinth', 'postgres://app:pw@db/plinth'],
      ['postgresql://app@db:5433/plinth?sslmode=require', expect.any(String)],
    ],
    refuses: [
      'mysql://app@db/plinth',
      'postgres://db/plinth',
      'postgres://app@db',
      'app@db/plinth',
    ],
  },
  {
    name: 'a rate',
    read: rate,
    takes: [
      ['100/60s+20', { count: 100, seconds: 60, burst: 20 }],
      ['5/60s', { count: 5, seconds: 60, burst: 5 }],
    ],
    refuses: ['100', '100/60', '100/1m', '0/60s', '5/0s', '5/60s+0', '5/60s+', '-5/60s', '1e3/60s'],
  },
]

describe.each(table)('$name', ({ read, takes, refuses }) => {
  test.each(takes)('is read from %j', (text, value) => {
    expect(read(text)).toEqual({ ok: true, value })
  })

  test.each(refuses)('is not read from %j, and the reason does not repeat it', (text) => {
    const reading = read(text)
    expect(reading.ok).toBe(false)
    if (!reading.ok && text.length > 3) expect(reading.problem).not.toContain(` ${text} `)
  })
})
