import { useQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { Tag } from 'lucide-react'
import { useApi } from '../../api/api.ts'
import classes from '../../shell/shell.module.css'
import { countQuery, useKnownLabels } from './task-queries.ts'
import { useStandpoint } from './use-standpoint.ts'
import { listInput, type View, viewList } from './views.ts'

/** The views of the tasks, and the labels that are in use. */
export function TaskNavigation() {
  const labels = useKnownLabels()
  return (
    <>
      {viewList.map(({ view, label, icon: Icon }) => (
        <Link
          key={view}
          to="/tasks"
          search={{ view: view === 'all' ? undefined : view, label: undefined }}
          activeOptions={{ explicitUndefined: true }}
          className={classes.link}
        >
          <Icon size={16} aria-hidden="true" />
          <span>{label}</span>
          {(view === 'today' || view === 'all') && <Count view={view} />}
        </Link>
      ))}
      {labels.length > 0 && <h2 className={classes.heading}>Labels</h2>}
      {labels.slice(0, 20).map((label) => (
        <Link
          key={label}
          to="/tasks"
          search={{ view: undefined, label }}
          activeOptions={{ explicitUndefined: true }}
          className={classes.link}
        >
          <Tag size={14} aria-hidden="true" />
          <span>{label}</span>
        </Link>
      ))}
    </>
  )
}

function Count({ view }: { readonly view: View }) {
  const { today } = useStandpoint()
  const input = listInput(view === 'all' ? {} : { view }, today)
  const { data } = useQuery(countQuery(useApi(), input))
  if (!data) return null
  return (
    <small>
      {data > 999 ? '999+' : data}
      <span className={classes.hidden}> tasks</span>
    </small>
  )
}
