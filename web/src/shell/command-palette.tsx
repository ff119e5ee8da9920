import { useMantineColorScheme } from '@mantine/core'
import {
  Spotlight,
  type SpotlightActionGroupData,
  type SpotlightFilterFunction,
} from '@mantine/spotlight'
import { useNavigate } from '@tanstack/react-router'
import { Keyboard, LogOut, Monitor, Moon, Plug, Plus, Search, Sun, UserRound } from 'lucide-react'
import { viewList } from '../apps/tasks/views.ts'
import { useSignOut } from './account-menu.tsx'
import { listedApps } from './current-app.ts'
import type { NavigationActions } from './navigation.tsx'
import '@mantine/spotlight/styles.layer.css'

/** Everything that can be done from anywhere, found by typing a part of its name. */
export function CommandPalette(actions: NavigationActions) {
  const groups = useGroups(actions)
  const filter = useFilter()
  return (
    <Spotlight
      actions={groups}
      filter={filter}
      shortcut={null}
      centered={false}
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
      scrollable
      maxHeight={420}
      attributes={{ content: { 'aria-label': 'Command palette' } }}
      scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}
      nothingFound="No command has that name."
      searchProps={{
        leftSection: <Search size={16} aria-hidden="true" />,
        placeholder: 'Search tasks, or say what you want to do',
        'aria-label': 'Search or command',
      }}
    />
  )
}

function useGroups({ onAdd, onSearch, onHelp }: NavigationActions): SpotlightActionGroupData[] {
  const navigate = useNavigate()
  const signOut = useSignOut()
  const { setColorScheme } = useMantineColorScheme()
  const goTo = viewList.map(({ view, label, icon: Icon }) => ({
    id: `view-${view}`,
    label: `Go to ${label}`,
    leftSection: <Icon size={16} />,
    onClick: () => void navigate({ to: '/tasks', search: view === 'all' ? {} : { view } }),
  }))
  const apps = listedApps.flatMap((app) => [
    {
      id: `open-${app.name}`,
      label: `Open ${app.title}`,
      leftSection: <app.icon size={16} />,
      onClick: () => void navigate({ to: `/${app.name}` }),
    },
    ...(app.add
      ? [
          {
            id: `add-${app.name}`,
            label: app.add.label,
            keywords: ['add', 'create'],
            leftSection: <Plus size={16} />,
            onClick: () => onAdd(app),
          },
        ]
      : []),
  ])
  const schemes = [
    { id: 'light', label: 'Use the light colours', leftSection: <Sun size={16} /> },
    { id: 'dark', label: 'Use the dark colours', leftSection: <Moon size={16} /> },
    { id: 'auto', label: 'Use the colours of the system', leftSection: <Monitor size={16} /> },
  ] as const
  return [
    { group: 'Apps', actions: apps },
    {
      group: 'Tasks',
      actions: [
        {
          id: 'find',
          label: 'Filter these tasks',
          keywords: ['search', 'find'],
          leftSection: <Search size={16} />,
          onClick: onSearch,
        },
        ...goTo,
      ],
    },
    {
      group: 'Plinth',
      actions: [
        {
          id: 'connect',
          label: 'Connect an agent',
          keywords: ['api', 'key', 'mcp', 'claude'],
          leftSection: <Plug size={16} />,
          onClick: () => void navigate({ to: '/connect' }),
        },
        {
          id: 'account',
          label: 'Open your account',
          leftSection: <UserRound size={16} />,
          onClick: () => void navigate({ to: '/account' }),
        },
        {
          id: 'keys',
          label: 'Keyboard shortcuts',
          leftSection: <Keyboard size={16} />,
          onClick: onHelp,
        },
        ...schemes.map((scheme) => ({ ...scheme, onClick: () => setColorScheme(scheme.id) })),
        {
          id: 'out',
          label: 'Sign out',
          leftSection: <LogOut size={16} />,
          onClick: () => void signOut(),
        },
      ],
    },
  ]
}

/** Commands by a part of their name; whatever was typed may also be looked for in the tasks. */
function useFilter(): SpotlightFilterFunction {
  const navigate = useNavigate()
  return (typed, all) => {
    const query = typed.trim()
    if (query === '') return all
    const groups = all.flatMap((entry) => ('actions' in entry ? [entry] : []))
    const isMeant = ({ label, keywords }: { label?: string; keywords?: string | string[] }) =>
      [label, keywords].flat().join(' ').toLowerCase().includes(query.toLowerCase())
    const search = {
      id: 'search',
      label: `Search tasks for “${query}”`,
      leftSection: <Search size={16} aria-hidden="true" />,
      onClick: () => void navigate({ to: '/tasks', search: { q: query } }),
    }
    return [
      ...groups
        .map((entry) => ({ ...entry, actions: entry.actions.filter(isMeant) }))
        .filter((entry) => entry.actions.length > 0),
      { group: 'Search', actions: [search] },
    ]
  }
}
