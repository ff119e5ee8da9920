import { existsSync } from 'node:fs'
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const source = fileURLToPath(new URL('../', import.meta.url))
const styles = fileURLToPath(import.meta.resolve('@mantine/core/styles.css')).replace(/\.css$/, '/')

test('every Mantine component that is imported has its styles imported', async () => {
  const css = await readFile(join(source, 'design/mantine.css'), 'utf8')
  const files = (await readdir(source, { recursive: true })).filter((name) => name.endsWith('.tsx'))
  const texts = await Promise.all(files.map((name) => readFile(join(source, name), 'utf8')))
  const imports = texts.flatMap((text) =>
    [...text.matchAll(/import \{([^}]+)\} from '@mantine\/core'/g)].flatMap((found) =>
      (found[1] ?? '').split(',').map((name) => name.trim()),
    ),
  )
  const missing = [...new Set(imports)]
    .filter((name) => existsSync(`${styles}${name}.css`))
    .filter((name) => !css.includes(`/${name}.layer.css`))
  expect(imports.length).toBeGreaterThan(20)
  expect(missing).toEqual([])
})
