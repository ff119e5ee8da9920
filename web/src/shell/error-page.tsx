import { useDocumentTitle } from '@mantine/hooks'
import { useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { ErrorState } from '../design/error-state.tsx'
import { Wordmark } from '../design/wordmark.tsx'
import classes from './lone-page.module.css'

/** For a page that could not be made, by the network or by a mistake of ours. */
export function ErrorPage({ error }: { readonly error: unknown }) {
  useDocumentTitle('Something went wrong · Plinth')
  const router = useRouter()
  const queryClient = useQueryClient()
  const retry = async () => {
    await queryClient.resetQueries()
    await router.invalidate()
  }
  return (
    <main id="main" tabIndex={-1} className={classes.page}>
      <Wordmark size={26} />
      <ErrorState error={error} order={1} onRetry={() => void retry()} />
    </main>
  )
}
