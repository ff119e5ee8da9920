import { Menu, UnstyledButton, useMantineColorScheme } from '@mantine/core'
import { useQueryClient } from '@tanstack/react-query'
import { Link, useNavigate } from '@tanstack/react-router'
import {
  Check,
  ChevronsUpDown,
  Keyboard,
  LogOut,
  Monitor,
  Moon,
  Sun,
  UserRound,
} from 'lucide-react'
import { useApi } from '../api/api.ts'
import { useMe } from '../api/me.ts'
import classes from './shell.module.css'
import { showProblem } from './toasts.tsx'

const schemes = [
  { value: 'light', label: 'Light', icon: Sun },
  { value: 'dark', label: 'Dark', icon: Moon },
  { value: 'auto', label: 'Like the system', icon: Monitor },
] as const

/** Ends the session on the server, forgets everything in this tab and shows the sign-in page. */
export function useSignOut(): () => Promise<void> {
  const api = useApi()
  const queryClient = useQueryClient()
  const navigate = useNavigate()
  return async () => {
    try {
      await api.call('auth.sign_out', {})
    } catch (error) {
      return showProblem(error, 'You are still signed in')
    }
    await navigate({ to: '/sign-in' })
    queryClient.clear()
  }
}

export function AccountMenu({ onHelp }: { onHelp(): void }) {
  const me = useMe()
  const signOut = useSignOut()
  return (
    <Menu position="top-start" width={230}>
      <Menu.Target>
        <UnstyledButton className={classes.account} aria-label={`Account menu of ${me.name}`}>
          <span className={classes.avatar} aria-hidden="true">
            {initialOf(me.name)}
          </span>
          <span className={classes.accountName}>
            <span>{me.name}</span>
            <small>{me.email}</small>
          </span>
          <ChevronsUpDown size={14} aria-hidden="true" />
        </UnstyledButton>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item component={Link} to="/account" leftSection={<UserRound size={15} />}>
          Account
        </Menu.Item>
        <Menu.Item leftSection={<Keyboard size={15} />} onClick={onHelp}>
          Keyboard shortcuts
        </Menu.Item>
        <Menu.Divider />
        <Menu.Label>Colour scheme</Menu.Label>
        <SchemeItems />
        <Menu.Divider />
        <Menu.Item leftSection={<LogOut size={15} />} onClick={() => void signOut()}>
          Sign out
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function SchemeItems() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return schemes.map(({ value, label, icon: Icon }) => (
    <Menu.Item
      key={value}
      leftSection={<Icon size={15} />}
      rightSection={colorScheme === value ? <Check size={14} aria-label="chosen" /> : undefined}
      onClick={() => setColorScheme(value)}
    >
      {label}
    </Menu.Item>
  ))
}

/** The first letter as people see it, which may be more than one code point. */
function initialOf(name: string): string {
  const [first] = new Intl.Segmenter().segment(name.trim())
  return first?.segment.toLocaleUpperCase() ?? '?'
}
