import type { FastifyInstance } from 'fastify'

/** Which methods an address takes, for 405 and the Allow header. */
export interface KnownMethods {
  /** Empty where no route has that path. */
  of(path: string): readonly string[]
}

/** Listens to the routes as they are registered; it must be there before they are. */
export function watchMethods(app: FastifyInstance): KnownMethods {
  const byPattern = new Map<string, { form: RegExp; methods: Set<string> }>()
  app.addHook('onRoute', ({ url, method }) => {
    const known = byPattern.get(url) ?? { form: formOf(url), methods: new Set(['OPTIONS']) }
    for (const one of [method].flat()) known.methods.add(one)
    if (url !== '*') byPattern.set(url, known)
  })
  return {
    of(path) {
      const methods = [...byPattern.values()]
        .filter(({ form }) => form.test(path))
        .flatMap((known) => [...known.methods])
      return [...new Set(methods)].sort()
    },
  }
}

function formOf(url: string): RegExp {
  const source = url
    .replaceAll(/[.+?^$()|[\]\\{}]/g, '\\$&')
    .replaceAll(/:\w+/g, '[^/]+')
    .replaceAll('*', '.*')
  return new RegExp(`^${source}$`)
}
