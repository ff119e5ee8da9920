import { type ComponentType, type LazyExoticComponent, lazy } from 'react'

/**
 * A part of a page that the first paint does not need. It is fetched as soon as the browser has
 * nothing better to do, so that it is there when it is wanted, also when the connection is not.
 */
export function lazyPart<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
): LazyExoticComponent<ComponentType<Props>> {
  fetchWhenIdle(load)
  return lazy(async () => ({ default: await persistently(load) }))
}

/** Fetches code before it is wanted. Safari has no idle callbacks; there a pause has to do. */
export function fetchWhenIdle(load: () => Promise<unknown>) {
  const run = () => {
    // Without it nothing is wrong yet: it is asked for again when it is to be shown.
    load().catch(() => {})
  }
  if ('requestIdleCallback' in globalThis) requestIdleCallback(run, { timeout: 5000 })
  else setTimeout(run, 2000)
}

const triesMax = 20
const pauseMilliseconds = 3000

/**
 * Goes on asking for a minute. React keeps the first failure of a lazy component for ever and gives
 * up the page around it, which a moment without a connection is no reason for.
 */
async function persistently<Loaded>(load: () => Promise<Loaded>): Promise<Loaded> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await load()
    } catch (error) {
      if (attempt === triesMax) throw error
      await new Promise((resolve) => setTimeout(resolve, pauseMilliseconds))
    }
  }
}
