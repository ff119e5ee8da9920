import { Text, Title } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { useApi } from '../../api/api.ts'
import classes from './connect-page.module.css'
import { KeyList } from './key-list.tsx'
import type { KeyInput, NewKey } from './key-queries.ts'
import { NewKeyForm } from './new-key-form.tsx'
import { NewKeyShown } from './new-key-shown.tsx'

/** Makes keys for agents and scripts, shows how to use them, and takes them back. */
export function ConnectPage() {
  useDocumentTitle('Connect an agent · Plinth')
  const api = useApi()
  const queryClient = useQueryClient()
  const [made, setMade] = useState<NewKey>()
  const create = useMutation({
    mutationFn: (input: KeyInput) => api.call('auth.create_api_key', input),
    // The key lives in this component alone: not in a cache, not in storage.
    gcTime: 0,
    onSuccess: (key) => {
      setMade(key)
      return queryClient.invalidateQueries({ queryKey: ['keys'] })
    },
  })
  const done = () => {
    setMade(undefined)
    create.reset()
  }
  return (
    <div className={classes.page}>
      <Title order={1}>Connect an agent</Title>
      <Text size="sm" c="dimmed" mt={2} mb="lg">
        A key lets an agent or a script act for you. You decide what it may do, you see in every
        history what it did, and you can take it back at any time.
      </Text>
      {made ? (
        <NewKeyShown made={made} onDone={done} />
      ) : (
        <div className={classes.card}>
          <NewKeyForm isPending={create.isPending} error={create.error} onSubmit={create.mutate} />
        </div>
      )}
      <Title order={2} mt={32} mb="xs">
        Your keys
      </Title>
      <KeyList />
    </div>
  )
}
