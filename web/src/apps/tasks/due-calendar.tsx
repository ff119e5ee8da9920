import { Select } from '@mantine/core'
import { DatePicker, TimeInput } from '@mantine/dates'
import { useMe } from '../../api/me.ts'
import classes from './due-picker.module.css'
import type { DueInput } from './task.ts'
import '@mantine/dates/styles.layer.css'

interface DueCalendarProps {
  readonly value: DueInput | null
  onChange(due: DueInput | null): void
  readonly today: string
}

/** Stands for a time that is the same on the clock wherever the person is. */
const floating = 'Anywhere'

/** The day, then whether it has a time, then whether the time belongs to a place. */
export function DueCalendar({ value, onChange, today }: DueCalendarProps) {
  const { timeZone } = useMe()
  const time = value && value.kind !== 'date' ? value.time : ''
  const zone = value?.kind === 'zoned' ? value.timeZone : floating
  const change = (change: { date?: string; time?: string; zone?: string }) => {
    const next = { date: value?.date ?? today, time, zone, ...change }
    onChange(toDue(next))
  }
  return (
    <>
      <DatePicker
        size="sm"
        value={value?.date ?? null}
        defaultDate={value?.date ?? today}
        onChange={(date) => (date ? change({ date }) : onChange(null))}
        allowDeselect
        highlightToday
        fullWidth
        hideOutsideDates
        weekendDays={[]}
        firstDayOfWeek={1}
        ariaLabels={{ nextMonth: 'Next month', previousMonth: 'Previous month' }}
      />
      <div className={classes.fields}>
        <TimeInput
          size="xs"
          label="Time"
          value={time}
          onChange={(event) => change({ time: event.currentTarget.value })}
        />
        <Select
          size="xs"
          label="Time zone"
          searchable
          disabled={time === ''}
          limit={60}
          selectFirstOptionOnChange
          nothingFoundMessage="No such zone"
          onFocus={(event) => event.currentTarget.select()}
          data={zones(timeZone)}
          value={zone}
          allowDeselect={false}
          onChange={(chosen) => change({ zone: chosen ?? floating })}
          comboboxProps={{ withinPortal: false, width: 230, position: 'bottom-end' }}
        />
      </div>
    </>
  )
}

function toDue({ date, time, zone }: Record<'date' | 'time' | 'zone', string>): DueInput {
  const minutes = time.slice(0, 5)
  if (minutes === '') return { kind: 'date', date }
  if (zone === floating) return { kind: 'floating', date, time: minutes }
  return { kind: 'zoned', date, time: minutes, timeZone: zone }
}

/** The person's own zone stands first, after the choice of none. */
function zones(own: string) {
  const names = new Set([own, ...Intl.supportedValuesOf('timeZone')])
  return [
    { value: floating, label: 'Wherever I am' },
    ...[...names].map((name) => ({ value: name, label: name.replaceAll('_', ' ') })),
  ]
}
