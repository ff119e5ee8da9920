import { Textarea } from '@mantine/core'
import { type KeyboardEvent, useRef, useState } from 'react'
import type { Task } from './task.ts'
import classes from './task-panel.module.css'

interface TextFieldProps {
  readonly id: string
  readonly label: string
  readonly task: Task
  /** The field's text in a task. */
  read(task: Task): string
  /** Saves a text that was begun on `base`; false leaves it in the field. */
  onSave(base: Task, text: string): Promise<boolean>
  readonly maxLength: number
  readonly placeholder?: string
  readonly className?: string | undefined
  readonly minRows?: number
  /** Whether Enter saves, as in a title, or begins a line. */
  readonly isLine?: boolean
}

interface Draft {
  /** The task as it was when the person began to type. */
  readonly base: Task
  readonly text: string
  /** It is on its way to the server: further typing begins anew, on what it will have made. */
  readonly isSent?: true
}

/**
 * A text that saves itself when it is left. While nobody types it shows what the server has; what
 * somebody types is never overwritten, and is sent as a change of the version they began on.
 */
export function TextField({
  task,
  read,
  onSave,
  isLine = false,
  className,
  ...rest
}: TextFieldProps) {
  const [draft, setDraft] = useState<Draft>()
  const isCancelled = useRef(false)
  const save = async () => {
    if (isCancelled.current || !draft) {
      isCancelled.current = false
      return setDraft(undefined)
    }
    if (draft.isSent) return
    const text = isLine ? draft.text.trim() : draft.text
    const isUnchanged = text === read(draft.base) || (isLine && text === '')
    if (isUnchanged) return setDraft(undefined)
    const sent: Draft = { ...draft, isSent: true }
    setDraft(sent)
    const isSaved = await onSave(draft.base, text)
    setDraft((now) => (now !== sent ? now : isSaved ? undefined : draft))
  }
  const onKeyDown = (event: KeyboardEvent<HTMLTextAreaElement>) => {
    const isDone = event.key === 'Enter' && (isLine || event.ctrlKey || event.metaKey)
    if (event.nativeEvent.isComposing || !(isDone || event.key === 'Escape')) return
    event.preventDefault()
    event.stopPropagation()
    isCancelled.current = event.key === 'Escape'
    event.currentTarget.blur()
  }
  const { label, ...field } = rest
  return (
    <Textarea
      {...field}
      aria-label={label}
      autosize
      dir="auto"
      variant="unstyled"
      classNames={{ input: `${classes.field} ${className ?? ''}` }}
      value={draft?.text ?? read(task)}
      onChange={(event) => {
        const text = event.currentTarget.value
        const base = draft && !draft.isSent ? draft.base : task
        setDraft({ base, text: isLine ? text.replaceAll('\n', ' ') : text })
      }}
      onBlur={() => void save()}
      onKeyDown={onKeyDown}
    />
  )
}
