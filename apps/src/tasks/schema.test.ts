import { describe, expect, it } from 'vitest'
import { DescriptionInput, LabelsInput, TaskId, TitleInput } from './schema.ts'

const messageOf = (result: { error?: { issues: readonly { message: string }[] } | undefined }) =>
  result.error?.issues[0]?.message

describe('a title', () => {
  it('is trimmed and otherwise kept as it is', () => {
    for (const title of ['Tom & Jerry <3', '👩‍👩‍👧‍👦 party', 'مرحبا بالعالم', 'e\u0301te\u0301']) {
      expect(TitleInput.parse(`  ${title}\t`)).toBe(title)
    }
  })

  it('may have 200 characters, each of whatever size', () => {
    expect(TitleInput.safeParse('😀'.repeat(200)).success).toBe(true)
  })

  it('is refused with the limit and its length when it is too long, and never cut', () => {
    const message = messageOf(TitleInput.safeParse('x'.repeat(201)))
    expect(message).toBe('must have at most 200 characters, this has 201')
  })

  it('is refused when nothing is left of it', () => {
    expect(messageOf(TitleInput.safeParse('  \n '))).toBe('must not be empty')
  })
})

describe('a description', () => {
  it('may have exactly 1000 characters, and be blank', () => {
    expect(DescriptionInput.parse('x'.repeat(1000))).toHaveLength(1000)
    expect(DescriptionInput.parse('  ')).toBe('  ')
  })

  it('is refused with the limit and its length when it is too long', () => {
    const message = messageOf(DescriptionInput.safeParse('x'.repeat(1001)))
    expect(message).toBe('must have at most 1000 characters, this has 1001')
  })
})

describe('labels', () => {
  it('are trimmed and kept once', () => {
    expect(LabelsInput.parse([' Home ', 'home', 'work'])).toEqual(['Home', 'work'])
  })

  it('may be ten of fifty characters', () => {
    const labels = Array.from({ length: 10 }, (_, index) => `${index}`.padEnd(50, 'x'))
    expect(LabelsInput.parse(labels)).toEqual(labels)
  })

  it.each([
    ['eleven', Array.from({ length: 11 }, (_, index) => `label ${index}`)],
    ['one of 51 characters', ['x'.repeat(51)]],
    ['an empty one', ['  ']],
  ])('are refused when they are %s', (_name, labels) => {
    expect(LabelsInput.safeParse(labels).success).toBe(false)
  })
})

describe('a task is named', () => {
  it.each(['1', '999999999', '0199b7a2-6c1e-7a3c-9f7e-2f1a4d5b6c7d'])('by %s', (taskId) => {
    expect(TaskId.parse(taskId)).toBe(taskId)
  })

  it.each(['', '0', '03', '-1', '1.5', '#3', '1e3', '9999999999', "1' or '1'='1", 'task'])(
    'and not by "%s"',
    (taskId) => {
      expect(TaskId.safeParse(taskId).success).toBe(false)
    },
  )
})
