import { createRoute, lazyRouteComponent } from '@tanstack/react-router'
import { ListTodo } from 'lucide-react'
import { fetchWhenIdle } from '../../design/lazy-part.ts'
import { inside } from '../../shell/inside.tsx'
import type { WebApp } from '../../shell/web-app.ts'
import { TaskListPage } from './task-list-page.tsx'
import { TaskNavigation } from './task-navigation.tsx'
import { parseListSearch } from './views.ts'

const list = createRoute({
  getParentRoute: () => inside,
  path: 'tasks',
  component: TaskListPage,
  validateSearch: parseListSearch,
})

const loadTaskPanel = () => import('./task-panel.tsx')
// The rows do not preload it: they would ask for a task each time the pointer moves over them.
fetchWhenIdle(loadTaskPanel)

const panel = createRoute({
  getParentRoute: () => list,
  path: '$task',
  component: lazyRouteComponent(loadTaskPanel, 'TaskPanel'),
})

export const tasks = {
  name: 'tasks',
  title: 'Tasks',
  icon: ListTodo,
  pages: list.addChildren([panel]),
  Navigation: TaskNavigation,
  add: { label: 'New task', fieldId: 'quick-add' },
} as const satisfies WebApp
