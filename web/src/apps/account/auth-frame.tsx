import { Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import type { ReactNode } from 'react'
import { Wordmark } from '../../design/wordmark.tsx'
import classes from './auth-frame.module.css'

interface AuthFrameProps {
  readonly title: string
  readonly lead?: string
  readonly children: ReactNode
  /** What else a person may have come for. */
  readonly footer?: ReactNode
}

/** The quiet page around the forms that somebody meets who is not signed in. */
export function AuthFrame({ title, lead, children, footer }: AuthFrameProps) {
  useDocumentTitle(`${title} · Plinth`)
  return (
    <main id="main" className={classes.page}>
      <div className={classes.card}>
        <Wordmark size={26} />
        <div>
          <Title order={1} className={classes.title}>
            {title}
          </Title>
          {lead && (
            <Text size="sm" c="dimmed" mt={4}>
              {lead}
            </Text>
          )}
        </div>
        {children}
        {footer && (
          <Text size="sm" c="dimmed">
            {footer}
          </Text>
        )}
      </div>
    </main>
  )
}
