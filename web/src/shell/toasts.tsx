import { Button, Group, Text } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { PlinthProblem } from '@plinth/platform/client'

interface Undo {
  readonly message: string
  onUndo(): void
}

/**
 * Says what was done and offers to take it back, for eight seconds or until it is dismissed.
 * Returns what takes the offer away.
 */
export function showUndo({ message, onUndo }: Undo): () => void {
  const id = notifications.show({
    message: (
      <Group justify="space-between" wrap="nowrap" gap="sm">
        <Text size="sm" lineClamp={2}>
          {message}
        </Text>
        <Button
          data-undo
          size="compact-sm"
          variant="light"
          flex="none"
          onClick={() => {
            notifications.hide(id)
            onUndo()
          }}
        >
          Undo
        </Button>
      </Group>
    ),
    autoClose: 8000,
    closeButtonProps: { 'aria-label': 'Dismiss' },
  })
  return () => void notifications.hide(id)
}

export function showDone(message: string) {
  notifications.show({ message, closeButtonProps: { 'aria-label': 'Dismiss' } })
}

/** Says that something did not work, in the server's words, with what to do next. */
export function showProblem(error: unknown, what: string) {
  const problem = error instanceof PlinthProblem ? error : undefined
  const wait = problem?.retryAfter ? ` Wait ${problem.retryAfter} s.` : ''
  notifications.show({
    color: 'red',
    title: what,
    message: `${problem?.message ?? 'Something went wrong in this page.'} ${problem?.nextStep ?? ''}${wait}`,
    autoClose: 10_000,
    closeButtonProps: { 'aria-label': 'Dismiss' },
  })
}

/** Presses the newest Undo that is on the screen. */
export function pressUndo() {
  const buttons = document.querySelectorAll<HTMLButtonElement>('[data-undo]')
  buttons[buttons.length - 1]?.click()
}
