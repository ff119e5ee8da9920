/** The first path segments that the web's router knows; every other page is answered with 404. */
export const clientRoutes: readonly string[] = [
  '',
  'account',
  'connect',
  'setup',
  'sign-in',
  'sign-up',
  'tasks',
]
