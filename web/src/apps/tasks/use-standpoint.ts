import { useInterval } from '@mantine/hooks'
import { useMemo, useState } from 'react'
import { browserLocale, now } from '../../api/clock.ts'
import { useMe } from '../../api/me.ts'
import { dateIn, type Standpoint } from './due.ts'

/** The person's place and time, moved on every half minute, so that midnight moves the lists. */
export function useStandpoint(): Standpoint & { readonly today: string } {
  const { timeZone } = useMe()
  const [time, setTime] = useState(now)
  useInterval(() => setTime(now()), 30_000, { autoInvoke: true })
  return useMemo(
    () => ({ now: time, timeZone, locale: browserLocale(), today: dateIn(timeZone, time) }),
    [time, timeZone],
  )
}
