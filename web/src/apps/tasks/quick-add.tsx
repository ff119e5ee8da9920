import { Button, TextInput } from '@mantine/core'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { Plus } from 'lucide-react'
import { type FocusEvent, type FormEvent, Suspense, useState } from 'react'
import { useApi } from '../../api/api.ts'
import { lazyPart } from '../../design/lazy-part.ts'
import { showProblem } from '../../shell/toasts.tsx'
import { DuePicker } from './due-picker.tsx'
import { PriorityMenu } from './priority.tsx'
import classes from './quick-add.module.css'
import type { DueInput, Priority } from './task.ts'
import { taskKeys } from './task-queries.ts'

const LabelsInput = lazyPart(async () => (await import('./labels-input.tsx')).LabelsInput)

interface Draft {
  readonly title: string
  readonly due: DueInput | null
  readonly priority: Priority
  readonly labels: string[]
}

interface QuickAddProps {
  /** What a new task begins with so that it shows in the list it was added to. */
  readonly due: DueInput | null
  readonly label: string | undefined
}

/** One line that adds a task; the pickers come out when it has the focus. */
export function QuickAdd({ due, label }: QuickAddProps) {
  const empty: Draft = { title: '', due, priority: 'medium', labels: label ? [label] : [] }
  const [draft, setDraft] = useState(empty)
  const [isFocused, setFocused] = useState(false)
  const add = useAddTask((left) => setDraft((now) => (now === left ? empty : now)))
  const change = (part: Partial<Draft>) => setDraft({ ...draft, ...part })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (draft.title.trim() !== '' && !add.isPending) add.mutate(draft)
  }
  const isOpen = isFocused || draft.title !== ''
  return (
    <form
      className={classes.form}
      data-open={isOpen || undefined}
      onSubmit={submit}
      onFocus={() => setFocused(true)}
      onBlur={(event) => setFocused(isStillInside(event))}
    >
      <TextInput
        id="quick-add"
        variant="unstyled"
        aria-label="Task title"
        placeholder="Add a task…"
        autoComplete="off"
        maxLength={200}
        leftSection={<Plus size={16} aria-hidden="true" />}
        value={draft.title}
        onChange={(event) => change({ title: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key !== 'Escape') return
          setDraft(empty)
          event.currentTarget.blur()
        }}
      />
      {isOpen && (
        <div className={classes.pickers}>
          <DuePicker value={draft.due} onChange={(next) => change({ due: next })} />
          <PriorityMenu
            withWord
            value={draft.priority}
            onChange={(next) => change({ priority: next })}
          />
          <div className={classes.labels}>
            <Suspense fallback={null}>
              <LabelsInput value={draft.labels} onChange={(labels) => change({ labels })} />
            </Suspense>
          </div>
          <Button
            type="submit"
            size="xs"
            disabled={draft.title.trim() === ''}
            loading={add.isPending}
          >
            Add task
          </Button>
        </div>
      )}
    </form>
  )
}

/** Whether the focus stays in the form, or in one of the pickers that it opened over the page. */
function isStillInside({ currentTarget, relatedTarget }: FocusEvent<HTMLFormElement>): boolean {
  if (!(relatedTarget instanceof Element)) return false
  return currentTarget.contains(relatedTarget) || relatedTarget.closest('[data-portal]') !== null
}

/** Adds and then shows the list anew. The draft is kept when the server refuses it. */
function useAddTask(onAdded: (draft: Draft) => void) {
  const api = useApi()
  const queryClient = useQueryClient()
  return useMutation({
    mutationFn: (draft: Draft) => {
      const { title, due, priority, labels } = draft
      return api.call('tasks.add_task', { title, priority, labels, ...(due ? { due } : {}) })
    },
    onSuccess: (_, draft) => {
      onAdded(draft)
      return queryClient.invalidateQueries({ queryKey: taskKeys.all })
    },
    onError: (error) => showProblem(error, 'The task was not added'),
  })
}
