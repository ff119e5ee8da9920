import { Stack, Text, Title } from '@mantine/core'
import type { LucideIcon } from 'lucide-react'
import type { ReactNode } from 'react'
import classes from './empty-state.module.css'

interface EmptyStateProps {
  readonly icon: LucideIcon
  readonly title: string
  readonly children?: ReactNode
  /** What the person can do next. */
  readonly action?: ReactNode
  /** `h1` where the state is the page. */
  readonly order?: 1 | 2
}

/** Says that there is nothing, why, and what to do next. */
export function EmptyState({ icon: Icon, title, children, action, order = 2 }: EmptyStateProps) {
  return (
    <Stack align="center" gap={6} className={classes.state}>
      <span className={classes.icon}>
        <Icon size={20} strokeWidth={1.75} aria-hidden="true" />
      </span>
      <Title order={order} size="h2">
        {title}
      </Title>
      {children && (
        <Text c="dimmed" size="sm" ta="center" maw={380}>
          {children}
        </Text>
      )}
      {action && <div className={classes.action}>{action}</div>}
    </Stack>
  )
}
