import { Button } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { Link } from '@tanstack/react-router'
import { Compass } from 'lucide-react'
import { EmptyState } from '../design/empty-state.tsx'
import { Wordmark } from '../design/wordmark.tsx'
import classes from './lone-page.module.css'

/** For an address that leads nowhere. */
export function NotFoundPage() {
  useDocumentTitle('Page not found · Plinth')
  return (
    <main id="main" tabIndex={-1} className={classes.page}>
      <Wordmark size={26} />
      <EmptyState
        icon={Compass}
        order={1}
        title="There is no page at this address"
        action={
          <Button component={Link} to="/tasks">
            Go to your tasks
          </Button>
        }
      >
        It may have been moved, or the link may have been cut when it was copied.
      </EmptyState>
    </main>
  )
}
