import { hash } from 'node:crypto'
import { describe, test, vi } from 'vitest'
import { besiege } from './outage-plinth.ts'
import { expectFullPools, type Siege, siege } from './outage-siege.ts'

// The network between Plinth and its database fails in each of the ways in which networks fail, while
// some twenty clients go on calling. Each case has its own Plinth; what they do most is wait, so they
// wait side by side.

vi.setConfig({ testTimeout: 240_000, maxConcurrency: 8 })

const sieges: Readonly<Record<string, Siege>> = {
  'refuses connections': {
    isWhole: true,
    begin: ({ door }) => door.refuse(),
    end: ({ door }) => door.admit(),
  },
  'takes bytes and never answers': {
    isWhole: true,
    begin: ({ door }) => door.swallow('toServer', 'toClient'),
    end: ({ door }) => door.pass(),
  },
  'hears what it is asked, but its answers are lost': {
    isWhole: true,
    begin: ({ door }) => door.swallow('toClient'),
    end: ({ door }) => door.pass(),
  },
  'stands still and then goes on': {
    isWhole: true,
    begin: ({ door }) => door.hold(),
    end: ({ door }) => door.pass(),
  },
  'commits, and its answer to that is lost': {
    isWhole: false,
    begin: ({ door }) => door.loseAnswersAfter(statementName('commit')),
    end: ({ door }) => door.pass(),
  },
  'keeps a transaction open of which it never hears again': {
    isWhole: false,
    begin: ({ door }) => door.loseAllFrom(statementName('commit')),
    end: ({ door }) => door.pass(),
  },
  'is cut off in the middle of answers': {
    isWhole: false,
    begin: ({ door }) => door.cutAfter(() => Math.floor(Math.random() * 4_000)),
    end: ({ door }) => door.pass(),
  },
  'is one and a half seconds away in each direction': {
    isWhole: false,
    begin: ({ door }) => door.delay(1_500),
    end: ({ door }) => door.pass(),
  },
}

/** Under which name a unit prepares a statement on the server. */
const statementName = (text: string) => `p_${hash('sha256', text, 'base64url').slice(0, 32)}`

describe.concurrent('while the database', () => {
  for (const [name, how] of Object.entries(sieges)) {
    test(`${name} for ten seconds, every call is answered and nothing is lost`, async ({
      onTestFinished,
    }) => {
      const besieged = await besiege()
      onTestFinished(besieged.stop)
      await siege(besieged, how)
      await expectFullPools(besieged)
    })
  }
})
