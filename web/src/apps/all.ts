import { tasks } from './tasks/app.tsx'

/** The apps of the pages, in the order of the menu; the first is the home page. */
export const webApps = [tasks] as const
