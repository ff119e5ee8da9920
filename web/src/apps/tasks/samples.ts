import type { Api } from '../../api/api.ts'
import { now } from '../../api/clock.ts'
import { showProblem } from '../../shell/toasts.tsx'
import { addDays, dateIn } from './due.ts'
import type { TaskInput } from './task.ts'

/** What a new list begins with: ordinary tasks that show what can be done, and can be thrown away. */
export function sampleTasks(today: string): TaskInput[] {
  return [
    {
      title: 'Plan tomorrow in five minutes',
      priority: 'high',
      labels: ['planning'],
      due: { kind: 'date', date: addDays(today, 1) },
    },
    {
      title: 'Connect an agent and let it add a task',
      description:
        'Choose “Connect an agent” in the menu. What the agent does shows in the history.',
    },
    { title: 'Try me: tick the circle, or press x, to complete this task', priority: 'low' },
  ]
}

/**
 * Adds the sample tasks. The keys make a second try add nothing twice. A list without samples is no
 * reason to refuse a new account, so what goes wrong here is said and no more.
 */
export async function addSampleTasks(api: Api, timeZone: string): Promise<void> {
  const samples = sampleTasks(dateIn(timeZone, now()))
  for (const [index, task] of samples.entries()) {
    try {
      await api.call('tasks.add_task', task, { idempotencyKey: `sample-${index + 1}` })
    } catch (error) {
      return showProblem(error, 'The sample tasks were not added')
    }
  }
}
