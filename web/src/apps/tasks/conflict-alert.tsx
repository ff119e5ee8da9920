import { Alert, Button, Group, Text } from '@mantine/core'
import { GitMerge } from 'lucide-react'
import type { Standpoint } from './due.ts'
import { fieldWords, valueWords } from './history-words.ts'
import type { Conflict } from './save-task.ts'
import classes from './task-panel.module.css'

interface ConflictAlertProps {
  readonly conflict: Conflict
  readonly standpoint: Standpoint
  readonly isSaving: boolean
  onKeepMine(): void
  onTakeTheirs(): void
}

/** Shows both changes of the field side by side and asks which one stands. */
export function ConflictAlert(props: ConflictAlertProps) {
  const { conflict, standpoint, isSaving, onKeepMine, onTakeTheirs } = props
  const fields = Object.keys(conflict.mine) as (keyof Conflict['mine'])[]
  return (
    <Alert
      color="orange"
      icon={<GitMerge size={18} aria-hidden="true" />}
      title="This was changed while you were changing it"
      m="md"
    >
      {fields.map((field) => (
        <dl key={field} className={classes.versions}>
          <dt>Your {fieldWords(field)}</dt>
          <dd dir="auto">{valueWords(field, conflict.mine[field], standpoint)}</dd>
          <dt>Their {fieldWords(field)}</dt>
          <dd dir="auto">{valueWords(field, conflict.theirs[field], standpoint)}</dd>
        </dl>
      ))}
      <Text size="xs" c="dimmed" mb="xs">
        Both stay in the history, whichever you choose.
      </Text>
      <Group gap="xs">
        <Button size="xs" loading={isSaving} onClick={onKeepMine}>
          Keep mine
        </Button>
        <Button size="xs" variant="default" disabled={isSaving} onClick={onTakeTheirs}>
          Take theirs
        </Button>
      </Group>
    </Alert>
  )
}
