import { Kbd, Menu, UnstyledButton } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Check, ChevronDown, ListTodo, Plug, Plus, Search } from 'lucide-react'
import { TaskNavigation } from '../apps/tasks/task-navigation.tsx'
import { Mark } from '../design/wordmark.tsx'
import { AccountMenu } from './account-menu.tsx'
import classes from './shell.module.css'

/** What can be begun from anywhere. */
export interface NavigationActions {
  onAdd(): void
  onSearch(): void
  onPalette(): void
  onHelp(): void
}

/** The left side: which app, its views, and whose account. On a phone it is a drawer. */
export function Navigation({ onAdd, onPalette, onHelp }: NavigationActions) {
  return (
    <div className={classes.navigation}>
      <AppSwitcher />
      <div className={classes.quick}>
        <UnstyledButton className={classes.search} onClick={onPalette}>
          <Search size={14} aria-hidden="true" />
          <span>Search…</span>
          <Kbd size="xs" aria-hidden="true">
            {commandKey} K
          </Kbd>
        </UnstyledButton>
        <UnstyledButton className={classes.add} onClick={onAdd} aria-label="New task">
          <Plus size={16} aria-hidden="true" />
        </UnstyledButton>
      </div>
      <nav aria-label="Tasks" className={classes.views}>
        <TaskNavigation />
      </nav>
      <nav aria-label="Plinth" className={classes.foot}>
        <Link to="/connect" className={classes.link}>
          <Plug size={16} aria-hidden="true" />
          <span>Connect an agent</span>
        </Link>
        <AccountMenu onHelp={onHelp} />
      </nav>
    </div>
  )
}

const commandKey = /Mac|iPhone|iPad/.test(navigator.userAgent) ? '⌘' : 'Ctrl'

function AppSwitcher() {
  return (
    <Menu position="bottom-start" width={236}>
      <Menu.Target>
        <UnstyledButton className={classes.apps} aria-label="Switch app, now Tasks">
          <Mark size={22} />
          <span>
            Plinth <span className={classes.appName}>Tasks</span>
          </span>
          <ChevronDown size={14} aria-hidden="true" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Apps</Menu.Label>
        <Menu.Item
          component={Link}
          to="/tasks"
          leftSection={<ListTodo size={15} />}
          rightSection={<Check size={14} aria-label="open now" />}
        >
          Tasks
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}
