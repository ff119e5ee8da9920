/** The browser's clock, in the one place that reads it. */
export function now(): Date {
  return new Date()
}

/** The time zone that the browser is set to, for example `Europe/London`; UTC where it has none. */
export function browserTimeZone(): string {
  const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
  return timeZone && timeZone !== 'Etc/Unknown' ? timeZone : 'UTC'
}

/** The language and region in which dates and numbers are written. */
export function browserLocale(): string {
  return usableLocale([navigator.language, ...(navigator.languages ?? [])])
}

/**
 * The first of the browser's languages that Intl takes, in its canonical form. A browser may name one
 * that is no language tag at all: Chromium says `en-US@posix` where the machine's locale is `C`.
 */
export function usableLocale(languages: readonly string[]): string {
  for (const language of languages) {
    const [tag = ''] = language.split(/[@.]/)
    try {
      const [canonical] = Intl.getCanonicalLocales(tag.replaceAll('_', '-'))
      if (canonical) return canonical
    } catch {
      // The next one may do.
    }
  }
  return 'en'
}
