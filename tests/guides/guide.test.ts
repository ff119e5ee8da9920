import { describe, expect, test } from 'vitest'
import { differingPlace, missingLine } from './expectation.ts'
import { changeText, commandsOf, readGuide } from './guide.ts'

const fence = '```'

describe('reading a guide', () => {
  const read = (...lines: readonly string[]) => readGuide(lines.join('\n'))

  test('gives the blocks of each step, and leaves out what has none', () => {
    const steps = read(
      '# A guide',
      '## First',
      'Words.',
      `${fence}ts apps/src/a/b.ts`,
      'const a = 1',
      fence,
      `${fence}diff apps/src/all.ts for a moment`,
      '-gone',
      fence,
      '## Only words',
      '## Second',
      `${fence}sh refused`,
      'false',
      fence,
      `${fence}text`,
      'No.',
      fence,
    )
    expect(steps).toEqual([
      {
        title: 'First',
        blocks: [
          { kind: 'file', line: 4, path: 'apps/src/a/b.ts', text: 'const a = 1\n' },
          {
            kind: 'change',
            line: 7,
            path: 'apps/src/all.ts',
            isForAMoment: true,
            text: '-gone',
          },
        ],
      },
      {
        title: 'Second',
        blocks: [
          { kind: 'commands', line: 12, areRefused: true, text: 'false' },
          { kind: 'printed', line: 15, text: 'No.' },
        ],
      },
    ])
  })

  test.each(['ts', 'ts name-without-folder.ts', 'sh maybe', 'yaml a/b.yml', 'diff', ''])(
    'refuses a block of "%s", which nothing would follow',
    (info) => {
      expect(() => read('## Step', fence + info, fence)).toThrow(`begins with "${info}"`)
    },
  )

  test('refuses a block without an end', () => {
    expect(() => read('## Step', `${fence}sh`, 'true')).toThrow('The block at line 2 does not end.')
  })
})

test('a command may go over several lines', () => {
  expect(commandsOf('curl x \\\n  --data 1\n\nnpm test')).toEqual(['curl x --data 1', 'npm test'])
})

describe('a change of a file', () => {
  const file = 'one\ntwo\nthree\n'
  test('takes and gives lines beside those that it names', () => {
    expect(changeText(file, ' one\n+and a half\n…\n-three\n+3')).toBe('one\nand a half\ntwo\n3\n')
  })
  test.each([
    ['is not there', '-four'],
    ['is there twice', '-two'],
    ['is not together', ' one\n-three'],
  ])('is refused when its place %s', (_, change) => {
    expect(() => changeText(`${file}two\n`, change)).toThrow('not one, with')
  })
})

describe('what a guide prints', () => {
  const output = '\u001b[32mready\u001b[39m at 3000\n  noise\n12 passed, 0 failed\n'
  test.each(['ready at 3000\n12 passed, 0 failed', 'ready at …', '… passed, 0 failed', ''])(
    'came: %j',
    (printed) => expect(missingLine(printed, output)).toBeUndefined(),
  )
  test.each([
    ['12 passed, 0 failed\nready at …', 'ready at …'],
    ['2 passed, 0 failed', '2 passed, 0 failed'],
    ['ready', 'ready'],
    ['.* passed, 0 failed', '.* passed, 0 failed'],
  ])('did not come: %j', (printed, line) => expect(missingLine(printed, output)).toBe(line))
})

describe('an answer', () => {
  const answer = { id: 'x1', items: [{ by: 'Ada', at: '2026Z' }], next: null }
  test('is what was printed, whatever stands for the dots', () => {
    const printed = { id: '…', items: [{ by: 'Ada', at: '…Z' }], next: null }
    expect(differingPlace(printed, answer)).toBeUndefined()
  })
  test.each([
    [{ ...answer, id: 'x2' }, '.id'],
    [{ ...answer, items: [{ by: 'Tom', at: '…' }] }, '.items[0].by'],
    [{ ...answer, items: [] }, '.items[0]'],
    [{ ...answer, next: 'one' }, '.next'],
    [{ ...answer, next: undefined }, '.next'],
    [{ id: '…', items: answer.items }, '.next'],
    [{ ...answer, more: 1 }, '.more'],
  ])('is not what was printed: %j', (printed, place) => {
    expect(differingPlace(printed, answer)).toBe(place)
  })
})
