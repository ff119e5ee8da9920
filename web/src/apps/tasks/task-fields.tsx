import { Alert, Checkbox } from '@mantine/core'
import { useLocation } from '@tanstack/react-router'
import { Trash2 } from 'lucide-react'
import { type ReactNode, useEffect } from 'react'
import { ConflictAlert } from './conflict-alert.tsx'
import { instantWords } from './due.ts'
import { DuePicker } from './due-picker.tsx'
import { LabelsInput } from './labels-input.tsx'
import { PriorityMenu } from './priority.tsx'
import type { Task } from './task.ts'
import { useTaskActions } from './task-actions.ts'
import classes from './task-panel.module.css'
import { TextField } from './text-field.tsx'
import { useStandpoint } from './use-standpoint.ts'
import { type TaskEditor, useTaskEditor } from './use-task-editor.ts'

/** Everything about a task that can be changed; each field saves itself. */
export function TaskFields({ task }: { readonly task: Task }) {
  const editor = useTaskEditor()
  const standpoint = useStandpoint()
  return (
    <>
      {task.status === 'trashed' && (
        <Alert color="gray" icon={<Trash2 size={16} aria-hidden="true" />} m="md" mb={0}>
          This task is in the trash. Restore it to change it.
        </Alert>
      )}
      {editor.conflict && (
        <ConflictAlert
          conflict={editor.conflict}
          standpoint={standpoint}
          isSaving={editor.isSaving}
          onKeepMine={() => void editor.keepMine()}
          onTakeTheirs={editor.takeTheirs}
        />
      )}
      {/* The new key drops the drafts: both texts stand in the question, the field shows what is. */}
      <fieldset
        className={classes.fields}
        disabled={task.status === 'trashed'}
        key={editor.conflict ? 'disputed' : 'settled'}
      >
        <TextFields task={task} editor={editor} />
        <Facts task={task} editor={editor} />
      </fieldset>
      <dl className={classes.dates}>
        <dt>Created</dt>
        <dd>{instantWords(task.createdAt, standpoint)}</dd>
        <dt>Updated</dt>
        <dd>{instantWords(task.updatedAt, standpoint)}</dd>
        {task.completedAt && (
          <>
            <dt>Completed</dt>
            <dd>{instantWords(task.completedAt, standpoint)}</dd>
          </>
        )}
      </dl>
    </>
  )
}

interface FieldsProps {
  readonly task: Task
  readonly editor: TaskEditor
}

function TextFields({ task, editor }: FieldsProps) {
  const actions = useTaskActions()
  const isDone = task.status === 'done'
  useFocusToEdit()
  return (
    <>
      <div className={classes.head}>
        <Checkbox
          radius="xl"
          size="sm"
          mt={7}
          aria-label={isDone ? 'Reopen task' : 'Complete task'}
          checked={isDone}
          onChange={() => void actions.toggle(task)}
        />
        <TextField
          id="task-title"
          label="Title"
          task={task}
          read={(of) => of.title}
          onSave={(base, title) => editor.save(base, { title })}
          maxLength={200}
          isLine
          className={classes.title}
        />
      </div>
      <TextField
        id="task-description"
        label="Description"
        task={task}
        read={(of) => of.description ?? ''}
        onSave={(base, text) => editor.save(base, { description: text === '' ? null : text })}
        maxLength={1000}
        minRows={3}
        placeholder="Add a description…"
      />
    </>
  )
}

function Facts({ task, editor }: FieldsProps) {
  return (
    <div className={classes.facts}>
      <Fact label="Due">
        <DuePicker value={task.due} onChange={(due) => void editor.save(task, { due })} />
      </Fact>
      <Fact label="Priority">
        <PriorityMenu
          withWord
          value={task.priority}
          onChange={(priority) => void editor.save(task, { priority })}
        />
      </Fact>
      <Fact label="Labels">
        <LabelsInput
          value={[...task.labels]}
          onChange={(labels) => void editor.save(task, { labels })}
        />
      </Fact>
    </div>
  )
}

function Fact({ label, children }: { readonly label: string; readonly children: ReactNode }) {
  return (
    <div className={classes.fact}>
      <span className={classes.factName}>{label}</span>
      {children}
    </div>
  )
}

/** An address that ends in #edit is the one of the key e: it goes on with typing. */
function useFocusToEdit() {
  const isToEdit = useLocation({ select: ({ hash }) => hash === 'edit' })
  useEffect(() => {
    if (isToEdit) document.getElementById('task-title')?.focus()
  }, [isToEdit])
}
