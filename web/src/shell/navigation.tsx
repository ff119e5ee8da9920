import { Kbd, Menu, UnstyledButton } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { Check, ChevronDown, Plug, Plus, Search } from 'lucide-react'
import { Mark } from '../design/wordmark.tsx'
import { AccountMenu } from './account-menu.tsx'
import { type ListedApp, listedApps, useCurrentApp } from './current-app.ts'
import classes from './shell.module.css'

/** What can be begun from anywhere. */
export interface NavigationActions {
  /** Begins something new in an app. */
  onAdd(app: ListedApp): void
  onSearch(): void
  onPalette(): void
  onHelp(): void
}

/** The left side: which app, its views, and whose account. On a phone it is a drawer. */
export function Navigation({ onAdd, onPalette, onHelp }: NavigationActions) {
  const app = useCurrentApp()
  return (
    <div className={classes.navigation}>
      <AppSwitcher current={app} />
      <div className={classes.quick}>
        <UnstyledButton className={classes.search} onClick={onPalette}>
          <Search size={14} aria-hidden="true" />
          <span>Search…</span>
          <Kbd size="xs" aria-hidden="true">
            {commandKey} K
          </Kbd>
        </UnstyledButton>
        {app.add && (
          <UnstyledButton
            className={classes.add}
            onClick={() => onAdd(app)}
            aria-label={app.add.label}
          >
            <Plus size={16} aria-hidden="true" />
          </UnstyledButton>
        )}
      </div>
      <nav aria-label={app.title} className={classes.views}>
        {app.Navigation ? <app.Navigation /> : <FirstPage app={app} />}
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

/** The navigation of an app that has one page. */
function FirstPage({ app: { name, title, icon: Icon } }: { readonly app: ListedApp }) {
  return (
    <Link to={`/${name}`} className={classes.link}>
      <Icon size={16} aria-hidden="true" />
      <span>{title}</span>
    </Link>
  )
}

function AppSwitcher({ current }: { readonly current: ListedApp }) {
  return (
    <Menu position="bottom-start" width={236}>
      <Menu.Target>
        <UnstyledButton className={classes.apps} aria-label={`Switch app, now ${current.title}`}>
          <Mark size={22} />
          <span>
            Plinth <span className={classes.appName}>{current.title}</span>
          </span>
          <ChevronDown size={14} aria-hidden="true" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>Apps</Menu.Label>
        {listedApps.map(({ name, title, icon: Icon }) => (
          <Menu.Item
            key={name}
            component={Link}
            to={`/${name}`}
            leftSection={<Icon size={15} />}
            rightSection={name === current.name && <Check size={14} aria-label="open now" />}
          >
            {title}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
