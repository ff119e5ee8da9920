import { useNavigate, useParams } from '@tanstack/react-router'
import { useRef } from 'react'
import { useShortcuts } from '../../shell/shortcuts.tsx'
import type { Task } from './task.ts'
import { useTaskActions } from './task-actions.ts'

const links = () => [...document.querySelectorAll<HTMLElement>('[data-task-link]')]
const rowOf = (element: Element | null) => element?.closest<HTMLElement>('[data-task]') ?? undefined

/**
 * The keys of the list. The row they act on is the one that has the focus, so what the keyboard,
 * a screen reader and the eye take for the present row is always the same; failing that it is the
 * row under the pointer, then the task that is open beside the list.
 */
export function useListKeys(tasks: readonly Task[]) {
  const actions = useTaskActions()
  const navigate = useNavigate()
  const { task: opened } = useParams({ strict: false })
  const last = useRef(0)

  const current = (): Task | undefined => {
    const isInPanel = document.activeElement?.closest('aside') !== null
    const hovered = isInPanel ? undefined : rowOf(document.querySelector('[data-task]:hover'))
    const row = rowOf(document.activeElement) ?? hovered
    if (row) return tasks.find((task) => task.id === row.dataset.task)
    return tasks.find((task) => String(task.number) === opened || task.id === opened)
  }
  const step = (by: 1 | -1) => {
    const all = links()
    const at = all.findIndex((link) => rowOf(link) === rowOf(document.activeElement))
    const next = at === -1 ? Math.min(last.current, all.length - 1) : at + by
    const target = all[Math.max(0, Math.min(next, all.length - 1))]
    target?.focus()
    target?.scrollIntoView({ block: 'nearest' })
    last.current = Math.max(0, next)
  }
  const act = (perform: (task: Task) => void) => () => {
    const task = current()
    if (!task) return
    keepPlace()
    perform(task)
  }
  const edit = (task: Task) =>
    void navigate({
      to: '/tasks/$task',
      params: { task: String(task.number) },
      search: (search) => search,
      hash: 'edit',
    }).then(() => document.getElementById('task-title')?.focus())
  const unlessTrashed = (perform: (task: Task) => Promise<void>) =>
    act((task) => {
      if (task.status !== 'trashed') void perform(task)
    })
  useShortcuts([
    ['j', () => step(1)],
    ['ArrowDown', () => step(1)],
    ['k', () => step(-1)],
    ['ArrowUp', () => step(-1)],
    ['e', act(edit)],
    ['x', unlessTrashed(actions.toggle)],
    ['Space', unlessTrashed(actions.toggle)],
    ['Delete', unlessTrashed(actions.trash)],
    // Keyboards differ in whether this character takes Shift.
    ['#', unlessTrashed(actions.trash)],
    ['shift+#', unlessTrashed(actions.trash)],
  ])
}

/** When the row with the focus leaves the list, its successor gets the focus. */
function keepPlace() {
  const row = rowOf(document.activeElement)
  if (!row) return
  const at = links().findIndex((link) => rowOf(link) === row)
  setTimeout(() => {
    if (row.isConnected && document.activeElement !== document.body) return
    const all = links()
    all[Math.min(at, all.length - 1)]?.focus()
  }, 50)
}
