/** How long a task stays in the trash where its owner can see and restore it. */
export const trashDays = 30

/** What went to the trash before this is gone for everybody. */
export function trashHorizon(now: Temporal.Instant): Temporal.Instant {
  return now.subtract({ hours: trashDays * 24 })
}

/** Whether the task's days in the trash are over. */
export function isPastTrash(
  task: { readonly trashedAt: string | null },
  now: Temporal.Instant,
): boolean {
  if (task.trashedAt === null) return false
  return Temporal.Instant.compare(Temporal.Instant.from(task.trashedAt), trashHorizon(now)) <= 0
}
