import { Button, Group, Loader, Popover, UnstyledButton } from '@mantine/core'
import { CalendarDays } from 'lucide-react'
import { Suspense, useState } from 'react'
import { lazyPart } from '../../design/lazy-part.ts'
import { addDays, dueInFull, dueWords, type Standpoint } from './due.ts'
import classes from './due-picker.module.css'
import type { Due, DueInput } from './task.ts'
import { useStandpoint } from './use-standpoint.ts'

// The calendar is a third of what a first visit would load, and the first visit does not need it.
const DueCalendar = lazyPart(async () => (await import('./due-calendar.tsx')).DueCalendar)

interface DuePickerProps {
  readonly value: Due | DueInput | null
  /** Called once, when the picker closes with another due than it opened with. */
  onChange(due: DueInput | null): void
}

/** A button that shows when something is due, and opens presets, a calendar, a time and a zone. */
export function DuePicker({ value, onChange }: DuePickerProps) {
  const [isOpen, setOpen] = useState(false)
  const [draft, setDraft] = useState<DueInput | null>(value)
  const standpoint = useStandpoint()
  const close = (due: DueInput | null) => {
    setOpen(false)
    if (JSON.stringify(due) !== JSON.stringify(value)) onChange(due)
  }
  const toggle = () => {
    if (isOpen) return close(draft)
    setDraft(value)
    setOpen(true)
  }
  const words = value ? wordsOf(value, standpoint) : 'Due date'
  return (
    <Popover
      width={320}
      opened={isOpen}
      onDismiss={() => isOpen && close(draft)}
      trapFocus
      returnFocus
      position="bottom-start"
      shadow="md"
    >
      <Popover.Target>
        <UnstyledButton
          className={classes.target}
          data-empty={value === null || undefined}
          aria-label={value ? `Due: ${words}` : 'Due: no date'}
          title={value ? dueInFull(value, standpoint.locale) : undefined}
          onClick={toggle}
        >
          <CalendarDays size={14} aria-hidden="true" />
          {words}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label="Due date">
        <Presets today={standpoint.today} onChoose={close} />
        <Suspense fallback={<Loader size="sm" className={classes.loader} />}>
          <DueCalendar value={draft} onChange={setDraft} today={standpoint.today} />
        </Suspense>
        <Button fullWidth size="xs" onClick={() => close(draft)}>
          Set due date
        </Button>
      </Popover.Dropdown>
    </Popover>
  )
}

/**
 * A due in the words of the list. What was chosen but not saved has no instant yet, so its time is
 * shown as it was chosen, with its place.
 */
function wordsOf(value: Due | DueInput, standpoint: Standpoint): string {
  if (value.kind !== 'zoned' || 'at' in value) return dueWords(value, standpoint)
  const { date, time, timeZone } = value
  const place = timeZone.split('/').at(-1)?.replaceAll('_', ' ')
  return `${dueWords({ kind: 'floating', date, time }, standpoint)} ${place}`
}

interface PresetsProps {
  readonly today: string
  onChoose(due: DueInput | null): void
}

function Presets({ today, onChoose }: PresetsProps) {
  const weekday = new Date(`${today}T00:00:00Z`).getUTCDay()
  const presets = [
    { label: 'Today', date: today },
    { label: 'Tomorrow', date: addDays(today, 1) },
    { label: 'Next week', date: addDays(today, (8 - weekday) % 7 || 7) },
  ]
  return (
    <Group gap={4} mb="xs">
      {presets.map(({ label, date }) => (
        <Button
          key={label}
          size="compact-xs"
          px={7}
          variant="default"
          onClick={() => onChoose({ kind: 'date', date })}
        >
          {label}
        </Button>
      ))}
      <Button size="compact-xs" px={7} variant="subtle" color="gray" onClick={() => onChoose(null)}>
        No date
      </Button>
    </Group>
  )
}
