import { Button } from '@mantine/core'
import { useClipboard } from '@mantine/hooks'
import { Check, Copy } from 'lucide-react'

interface CopyButtonProps {
  readonly text: string
  /** What is copied, for example `key` or `curl snippet`. */
  readonly what: string
  /** `sm` stands beside a field of ordinary height. */
  readonly size?: 'xs' | 'sm'
}

/** Copies a text and says that it did, to eyes and to screen readers. */
export function CopyButton({ text, what, size = 'xs' }: CopyButtonProps) {
  const clipboard = useClipboard({ timeout: 2000 })
  // Browsers give the clipboard to pages of secure origins only.
  const words = clipboard.error ? 'Select it to copy' : clipboard.copied ? 'Copied' : 'Copy'
  const Icon = clipboard.copied ? Check : Copy
  return (
    <Button
      variant="default"
      flex="none"
      size={size}
      leftSection={<Icon size={13} aria-hidden="true" />}
      aria-label={`Copy ${what}`}
      onClick={() => clipboard.copy(text)}
    >
      <span aria-live="polite">{words}</span>
    </Button>
  )
}
