import { defineApp } from '@plinth/platform'
import { addTask } from './operations/add-task.ts'
import { completeTask } from './operations/complete-task.ts'
import { deleteTask } from './operations/delete-task.ts'
import { getTask } from './operations/get-task.ts'
import { getTaskHistory } from './operations/get-task-history.ts'
import { listTasks } from './operations/list-tasks.ts'
import { reopenTask } from './operations/reopen-task.ts'
import { restoreTask } from './operations/restore-task.ts'
import { updateTask } from './operations/update-task.ts'

/** What a person wants to get done, kept by them, their scripts and their agents. */
export const tasks = defineApp({
  name: 'tasks',
  title: 'Tasks',
  summary: 'Keep what you want to get done, by yourself or through an agent.',
  operations: {
    addTask,
    listTasks,
    getTask,
    updateTask,
    completeTask,
    reopenTask,
    deleteTask,
    restoreTask,
    getTaskHistory,
  },
  migrations: new URL('./migrations/', import.meta.url),
  scopes: {
    read: 'See your tasks',
    write: 'Add and change your tasks',
    delete: 'Move your tasks to the trash',
  },
})
