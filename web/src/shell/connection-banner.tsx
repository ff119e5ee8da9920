import { Button } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { CloudOff, RotateCw } from 'lucide-react'
import { useSyncExternalStore } from 'react'
import { isOutage } from '../api/query-client.ts'
import classes from './connection-banner.module.css'

/** Whether the last answer that some part of the page waits for was none. */
function useIsDisconnected(): boolean {
  const cache = useQueryClient().getQueryCache()
  return useSyncExternalStore(
    (onChange) => cache.subscribe(onChange),
    () => cache.findAll({ type: 'active' }).some((query) => isOutage(query.state.error)),
  )
}

/** Says that what is on the screen may be old, and lets people not wait for the next try. */
export function ConnectionBanner() {
  const queryClient = useQueryClient()
  const isDisconnected = useIsDisconnected()
  return (
    <div role="status">
      {isDisconnected && (
        <div className={classes.banner}>
          <CloudOff size={15} aria-hidden="true" />
          <span>Plinth cannot be reached. What you see may be old; we keep trying.</span>
          <Button
            size="compact-xs"
            variant="default"
            leftSection={<RotateCw size={12} aria-hidden="true" />}
            onClick={() => queryClient.refetchQueries({ type: 'active' })}
          >
            Try now
          </Button>
        </div>
      )}
    </div>
  )
}
