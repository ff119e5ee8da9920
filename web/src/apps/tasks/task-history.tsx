import { Button, Skeleton, Stack } from '@mantine/core'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Bot, CircleUserRound, Cog, type LucideIcon, Terminal } from 'lucide-react'
import { useApi } from '../../api/api.ts'
import { ErrorState } from '../../design/error-state.tsx'
import { instantWords, type Standpoint } from './due.ts'
import {
  changesToShow,
  deedWords,
  fieldWords,
  nothing,
  throughWords,
  valueWords,
} from './history-words.ts'
import type { HistoryItem } from './task.ts'
import classes from './task-history.module.css'
import { historyQuery } from './task-queries.ts'
import { useStandpoint } from './use-standpoint.ts'

/** Who changed what, when, through what; the latest first, as the server gives it. */
export function TaskHistory({ taskId }: { readonly taskId: string }) {
  const standpoint = useStandpoint()
  const query = useInfiniteQuery(historyQuery(useApi(), taskId))
  if (query.isPending) return <HistorySkeleton />
  if (!query.data) return <ErrorState error={query.error} onRetry={() => void query.refetch()} />
  const items = query.data.pages.flatMap((page) => page.items)
  return (
    <>
      <ol className={classes.history} aria-label="History">
        {items.map((item, index) => (
          // Items are never inserted between others, so place and time name one together.
          // biome-ignore lint/suspicious/noArrayIndexKey: two changes may have one instant.
          <HistoryEntry key={`${item.at} ${index}`} item={item} standpoint={standpoint} />
        ))}
      </ol>
      {query.hasNextPage && (
        <Button
          variant="subtle"
          color="gray"
          size="xs"
          loading={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          Show older
        </Button>
      )}
    </>
  )
}

const icons: Readonly<Record<HistoryItem['through']['kind'], LucideIcon>> = {
  person: CircleUserRound,
  agent: Bot,
  script: Terminal,
  system: Cog,
}

interface HistoryEntryProps {
  readonly item: HistoryItem
  readonly standpoint: Standpoint
}

function HistoryEntry({ item, standpoint }: HistoryEntryProps) {
  const Icon = icons[item.through.kind]
  const through = throughWords(item.through)
  return (
    <li className={classes.entry}>
      <span className={classes.icon}>
        <Icon size={14} aria-hidden="true" />
      </span>
      <div className={classes.body}>
        <p>
          <strong>{item.by.name}</strong> {through && <>{through} </>}
          {deedWords(item)}
        </p>
        <time dateTime={item.at}>{instantWords(item.at, standpoint)}</time>
        <Changes item={item} standpoint={standpoint} />
      </div>
    </li>
  )
}

function Changes({ item, standpoint }: HistoryEntryProps) {
  const changes = changesToShow(item)
  if (changes.length === 0) return null
  return (
    <ul className={classes.changes}>
      {changes.map(({ field, before, after }) => (
        <li key={field}>
          <span className={classes.name}>{fieldWords(field)}</span>{' '}
          {item.kind !== 'created' && (
            <>
              <Before words={valueWords(field, before, standpoint)} />
              <span aria-hidden="true"> → </span>
            </>
          )}
          <ins dir="auto">{valueWords(field, after, standpoint)}</ins>
        </li>
      ))}
    </ul>
  )
}

/** What is struck through was there; of nothing there is nothing to strike. */
function Before({ words }: { readonly words: string }) {
  return words === nothing ? <span>{words}</span> : <del dir="auto">{words}</del>
}

function HistorySkeleton() {
  return (
    <Stack gap="md" aria-busy="true" py="xs">
      {[70, 55, 62].map((width) => (
        <Skeleton key={width} height={14} width={`${width}%`} />
      ))}
    </Stack>
  )
}
