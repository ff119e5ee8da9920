import type { Contract } from '../../api/contract.ts'

/** The words of this app, as the generated contract has them. */
export type Task = Contract['tasks.get_task']['output']
export type TaskPage = Contract['tasks.list_tasks']['output']
export type ListInput = Contract['tasks.list_tasks']['input']
export type TaskInput = Contract['tasks.add_task']['input']
export type TaskChange = Omit<Contract['tasks.update_task']['input'], 'taskId' | 'ifVersion'>
export type HistoryItem = Contract['tasks.get_task_history']['output']['items'][number]
export type Priority = Task['priority']
export type Due = NonNullable<Task['due']>
export type DueInput = NonNullable<TaskInput['due']>

/** The highest first, as in menus. */
export const priorities: readonly Priority[] = ['urgent', 'high', 'medium', 'low']

export const priorityWords: Readonly<Record<Priority, string>> = {
  urgent: 'Urgent',
  high: 'High',
  medium: 'Medium',
  low: 'Low',
}
