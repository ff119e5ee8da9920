import { Alert, Button, Group, Tabs, Text, TextInput, Title } from '@mantine/core'
import { ShieldAlert } from 'lucide-react'
import { useEffect, useRef } from 'react'
import { CopyButton } from '../../design/copy-button.tsx'
import classes from './connect-page.module.css'
import type { NewKey } from './key-queries.ts'
import { type Snippet, snippetsOf } from './snippets.ts'

interface NewKeyShownProps {
  readonly made: NewKey
  onDone(): void
}

/** The key, this once, inside everything it may be needed in. */
export function NewKeyShown({ made, onDone }: NewKeyShownProps) {
  const snippets = snippetsOf({ origin: window.location.origin, key: made.key })
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus(), [])
  return (
    <div className={classes.card}>
      <Title order={2} ref={heading} tabIndex={-1} className={classes.heading}>
        Key “{made.name}” is ready
      </Title>
      <Alert
        color="orange"
        my="sm"
        icon={<ShieldAlert size={18} aria-hidden="true" />}
        title="Copy it now. It is shown this once."
      >
        Plinth keeps only a hash of it. If you lose it, revoke it and make another.
      </Alert>
      <Group align="end" gap="xs" wrap="nowrap" mb="md">
        <TextInput
          label="Key"
          readOnly
          value={made.key}
          flex={1}
          classNames={{ input: classes.key ?? '' }}
          onFocus={(event) => event.currentTarget.select()}
        />
        <CopyButton text={made.key} what="key" size="sm" />
      </Group>
      <Tabs defaultValue={snippets[0]?.id ?? null}>
        <Tabs.List className={classes.tabs}>
          {snippets.map(({ id, title }) => (
            <Tabs.Tab key={id} value={id}>
              {title}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {snippets.map((snippet) => (
          <Tabs.Panel key={snippet.id} value={snippet.id}>
            <SnippetText snippet={snippet} />
          </Tabs.Panel>
        ))}
      </Tabs>
      <Button variant="default" mt="md" onClick={onDone}>
        I have copied it
      </Button>
    </div>
  )
}

function SnippetText({ snippet }: { readonly snippet: Snippet }) {
  return (
    <>
      <Group justify="space-between" my={10} wrap="nowrap">
        <Text size="sm" c="dimmed">
          {snippet.hint}
        </Text>
        <CopyButton text={snippet.text} what={`${snippet.title} snippet`} />
      </Group>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard. */}
      <pre className={classes.snippet} tabIndex={0}>
        <code>{snippet.text}</code>
      </pre>
    </>
  )
}
