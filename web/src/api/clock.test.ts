import { expect, test } from 'vitest'
import { usableLocale } from './clock.ts'

test.for([
  [['en-GB', 'de'], 'en-GB'],
  [['en-US@posix'], 'en-US'],
  [['de_DE.UTF-8'], 'de-DE'],
  [['!', 'ar'], 'ar'],
  [['', '*'], 'en'],
  [[], 'en'],
] as const)('of the languages %j dates are written in %s', ([languages, locale]) => {
  expect(usableLocale(languages)).toBe(locale)
  expect(new Intl.RelativeTimeFormat(usableLocale(languages)).format(1, 'day')).not.toBe('')
})
