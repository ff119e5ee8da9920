import { expect, it } from 'vitest'
import type { PlinthError } from '../../errors/define.ts'
import { internal, invalidInput, invalidTransition } from '../../errors/platform.ts'
import { nobody } from '../../identity/caller.ts'
import { toolError, toolResult } from './encode.ts'

function resultOf(output: object) {
  const given = { ok: true, output, replayed: false, caller: nobody } as const
  return toolResult({ ...given, limit: undefined, session: undefined })
}

function refusalOf(error: PlinthError) {
  return toolError({ publicUrl: 'https://plinth.example.com' }, error, 'r1')
}

function textOf(result: ReturnType<typeof toolResult>): string {
  const block = result.content[0]
  return block?.type === 'text' ? block.text : ''
}

it('shows a model at most 25,000 characters and keeps the output whole for programs', () => {
  const output = { text: '😀'.repeat(20_000) }
  const result = resultOf(output)
  expect(result.structuredContent).toEqual(output)
  expect(textOf(result).length).toBeLessThanOrEqual(25_000)
  expect(textOf(result)).toContain('structuredContent')
})

it.each([0, 1])('never cuts a character in half (text begins %i later)', (offset) => {
  const text = textOf(resultOf({ text: 'a'.repeat(offset) + '😀'.repeat(20_000) }))
  expect(text.isWellFormed()).toBe(true)
})

it('says nothing of a cut that did not happen, nor of a replay', () => {
  const result = resultOf({ id: 1 })
  expect(textOf(result)).toBe('{"id":1}')
  expect(result).not.toHaveProperty('_meta')
})

it('names at most ten wrong fields in words, and all of them in the problem', () => {
  const errors = Array.from({ length: 12 }, (_, index) => ({
    field: `f${index}`,
    code: 'unrecognized',
    message: 'is not a field of this call',
  }))
  const result = refusalOf(invalidInput({ errors }))
  expect(textOf(result)).toContain('f9:')
  expect(textOf(result)).not.toContain('f10:')
  expect(result._meta?.['plinth/problem']).toMatchObject({ errors })
})

it('gives a model what the next step speaks of', () => {
  const error = invalidTransition({ extra: { allowed: ['open', 'done'] } })
  expect(textOf(refusalOf(error))).toContain('allowed: ["open","done"].')
})

it('tells nobody the cause of an error of ours', () => {
  const error = internal({ cause: new Error('select secret from vault') })
  expect(JSON.stringify(refusalOf(error))).not.toContain('vault')
})
