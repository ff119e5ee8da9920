import { Badge, Button, Code, Group, Modal, Skeleton, Text } from '@mantine/core'
import { useInfiniteQuery, useMutation, useQueryClient } from '@tanstack/react-query'
import { Bot, KeyRound, Terminal } from 'lucide-react'
import { useState } from 'react'
import { useApi } from '../../api/api.ts'
import { browserLocale, now } from '../../api/clock.ts'
import { scopes } from '../../api/contract.ts'
import { useMe } from '../../api/me.ts'
import { EmptyState } from '../../design/empty-state.tsx'
import { ErrorState } from '../../design/error-state.tsx'
import { showDone, showProblem } from '../../shell/toasts.tsx'
import classes from './connect-page.module.css'
import { type ApiKey, keysQuery } from './key-queries.ts'

/** The person's keys: what they are, what they may, when they were last used. */
export function KeyList() {
  const query = useInfiniteQuery(keysQuery(useApi()))
  const [asked, setAsked] = useState<ApiKey>()
  if (query.isPending) return <Skeleton height={120} />
  if (!query.data) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  const keys = query.data.pages.flatMap((page) => page.items)
  if (keys.length === 0) {
    return (
      <EmptyState icon={KeyRound} title="No keys yet">
        Keys let agents and scripts act for you, within what you allow.
      </EmptyState>
    )
  }
  return (
    <>
      <ul className={classes.keys}>
        {keys.map((key) => (
          <KeyRow key={key.id} apiKey={key} onRevoke={() => setAsked(key)} />
        ))}
      </ul>
      {query.hasNextPage && (
        <Button variant="subtle" color="gray" onClick={() => void query.fetchNextPage()}>
          Show more
        </Button>
      )}
      <RevokeDialog apiKey={asked} onClose={() => setAsked(undefined)} />
    </>
  )
}

interface KeyRowProps {
  readonly apiKey: ApiKey
  onRevoke(): void
}

function KeyRow({ apiKey, onRevoke }: KeyRowProps) {
  const { timeZone } = useMe()
  const date = (instant: string) =>
    new Intl.DateTimeFormat(browserLocale(), { dateStyle: 'medium', timeZone }).format(
      new Date(instant),
    )
  const isExpired = new Date(apiKey.expiresAt) <= now()
  const isLive = !apiKey.revokedAt && !isExpired
  const Icon = apiKey.usedBy === 'agent' ? Bot : Terminal
  return (
    <li className={classes.keyRow} data-live={isLive || undefined}>
      <Icon size={18} aria-label={apiKey.usedBy === 'agent' ? 'Agent' : 'Script'} role="img" />
      <div className={classes.keyBody}>
        <Group gap={8}>
          <Text fw={550} size="sm">
            {apiKey.name}
          </Text>
          <Code>{apiKey.prefix}…</Code>
          {!isLive && (
            <Badge size="sm" variant="default" tt="none">
              {apiKey.revokedAt ? 'Revoked' : 'Expired'}
            </Badge>
          )}
        </Group>
        <Text size="xs" c="dimmed">
          {scopeWords(apiKey.scopes)}
        </Text>
        <Text size="xs" c="dimmed">
          {apiKey.lastUsedAt ? `Last used ${date(apiKey.lastUsedAt)}` : 'Never used'} ·{' '}
          {apiKey.revokedAt
            ? `Revoked ${date(apiKey.revokedAt)}`
            : `${isExpired ? 'Expired' : 'Expires'} ${date(apiKey.expiresAt)}`}
        </Text>
      </div>
      {isLive && (
        <Button
          size="compact-sm"
          variant="subtle"
          color="red"
          c="var(--plinth-red)"
          aria-label={`Revoke key “${apiKey.name}”`}
          onClick={onRevoke}
        >
          Revoke
        </Button>
      )}
    </li>
  )
}

/** What a key may, in the words and the order of the form that made it. */
function scopeWords(granted: readonly string[]): string {
  const known = scopes.filter(({ scope }) => granted.includes(scope)).map(({ words }) => words)
  const unknown = granted.filter((name) => !scopes.some(({ scope }) => scope === name))
  return [...known, ...unknown].join(' · ')
}

interface RevokeDialogProps {
  readonly apiKey: ApiKey | undefined
  onClose(): void
}

function RevokeDialog({ apiKey, onClose }: RevokeDialogProps) {
  const api = useApi()
  const queryClient = useQueryClient()
  const revoke = useMutation({
    mutationFn: (key: ApiKey) => api.call('auth.revoke_api_key', { keyId: key.id }),
    onSuccess: (_, key) => {
      showDone(`Key “${key.name}” is revoked`)
      onClose()
    },
    onError: (error) => showProblem(error, 'The key was not revoked'),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['keys'] }),
  })
  return (
    <Modal
      opened={apiKey !== undefined}
      onClose={onClose}
      title={`Revoke key “${apiKey?.name ?? ''}”?`}
    >
      <Text size="sm" mb="lg">
        Whatever uses it stops working at once, and it cannot be taken back. What it did stays in
        the histories.
      </Text>
      <Group justify="end" gap="xs">
        <Button variant="default" onClick={onClose}>
          Cancel
        </Button>
        <Button
          color="red.9"
          loading={revoke.isPending}
          onClick={() => apiKey && revoke.mutate(apiKey)}
        >
          Revoke key
        </Button>
      </Group>
    </Modal>
  )
}
