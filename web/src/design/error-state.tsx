import { Button, Code } from '@mantine/core'
import { PlinthProblem } from '@plinth/platform/client'
import { CloudOff, RotateCw } from 'lucide-react'
import { EmptyState } from './empty-state.tsx'

interface ErrorStateProps {
  readonly error: unknown
  readonly onRetry: () => void
  readonly order?: 1 | 2
}

/** The server's advice is for programs too; a person would rather read the seconds than their name. */
function nextStepOf(problem: PlinthProblem | undefined): string {
  if (problem?.retryAfter) return `Try again in ${problem.retryAfter} s.`
  return problem?.nextStep ?? 'Try again; if it stays, reload the page.'
}

/** What went wrong in the server's own words, what to do, and the id to name to the operator. */
export function ErrorState({ error, onRetry, order = 2 }: ErrorStateProps) {
  const problem = error instanceof PlinthProblem ? error : undefined
  return (
    <div role="alert">
      <EmptyState
        icon={CloudOff}
        order={order}
        title={problem?.message ?? 'This page could not be shown.'}
        action={
          <Button variant="default" leftSection={<RotateCw size={14} />} onClick={onRetry}>
            Try again
          </Button>
        }
      >
        {nextStepOf(problem)}
        {problem?.requestId && (
          <>
            {' '}
            Request <Code>{problem.requestId}</Code>
          </>
        )}
      </EmptyState>
    </div>
  )
}
