import { existsSync, readdirSync } from 'node:fs'

const folder = new URL('./src/apps/', import.meta.url)

/** An app's pages stand under the name of its folder, which has an app.tsx when it has pages. */
const appRoutes = readdirSync(folder).filter((name) =>
  existsSync(new URL(`${name}/app.tsx`, folder)),
)

/** The first path segments that the web's router knows; every other page is answered with 404. */
export const clientRoutes: readonly string[] = [
  '',
  'account',
  'connect',
  'setup',
  'sign-in',
  'sign-up',
  ...appRoutes,
]
