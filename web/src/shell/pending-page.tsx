import { Skeleton } from '@mantine/core'
import classes from './pending-page.module.css'

/** The shape of a page while its code or its first answer is on the way. */
export function PendingPage() {
  return (
    <div className={classes.page} aria-busy="true">
      <span className={classes.words} role="status">
        Loading…
      </span>
      <Skeleton height={22} width={160} />
      <Skeleton height={40} />
      {[72, 58, 80, 64, 45].map((width) => (
        <Skeleton key={width} height={16} width={`${width}%`} />
      ))}
    </div>
  )
}
