import { tasks } from './tasks/app.tsx'

/**
 * The apps that have pages. The list is written by hand, and not found by folder, because the compiler
 * computes from it which addresses links may have.
 */
export const webApps = [
  // One line for each, in the order of the menu; the first is the home page.
  tasks,
] as const
