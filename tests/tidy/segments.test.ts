import { describe, expect, test } from 'vitest'
import { importsOf, toSegments } from './segments.ts'
import { toSource } from './source.ts'

const codeOf = (text: string) => toSource('platform/src/a/a.ts', text).code
const kept = (text: string) => codeOf(text).replaceAll(/\s+/g, ' ').trim()

describe('a rule sees', () => {
  test('no comments and no strings', () => {
    expect(kept(`a() // console.log\n/* process.env\n */ b('Date.now', "x")`)).toBe('a() b( , )')
  })

  test('the code inside template strings, and no other part of them', () => {
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it is the template to look into.
    expect(kept('f(`x ${Date.now() + g({ a: `y ${h} z` })} w`) + i')).toMatch(
      /^f\(` ?\$\{Date\.now\(\) \+ g\(\{ a: ` ?\$\{h\} ?` \}\)\} ?`\) \+ i$/,
    )
  })

  test('division as division, and a regular expression as a text', () => {
    expect(kept('const x = a / b / c')).toBe('const x = a / b / c')
    expect(kept(`if (/["'\`[/]console.x]/.test(y)) z()`)).toBe('if ( .test(y)) z()')
  })

  test('what stands behind an apostrophe between tags', () => {
    expect(kept("<b>don't</b>\nconsole.log()\n<i>it's</i>")).toContain('console.log()')
  })

  test('every line where it is', () => {
    const text = "a\n/* b\nc */ 'd'\n`e\nf`\ng"
    expect(codeOf(text).split('\n')).toHaveLength(text.split('\n').length)
    expect(
      toSegments(text)
        .map((segment) => segment.text)
        .join(''),
    ).toBe(text)
  })
})

test('imports of every form are found, and those inside texts are not', () => {
  const text = `
    import a from './a.ts'
    import {
      b,
    } from "./b.ts"
    import type { C } from './c.ts'
    export { d } from './d.ts'
    export * from './e.ts'
    import './f.ts'
    const g = await import('./g.ts')
    let h: typeof import('./h.ts')
    const text = \`import x from './not.ts'\`
    // import y from './not.ts'
    const from = './not.ts'
  `
  expect(importsOf(toSegments(text))).toEqual(
    ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((name) => `./${name}.ts`),
  )
})
