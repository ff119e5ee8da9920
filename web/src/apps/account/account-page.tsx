import { Button, SegmentedControl, Stack, Text, Title, useMantineColorScheme } from '@mantine/core'
import { useDocumentTitle } from '@mantine/hooks'
import { LogOut } from 'lucide-react'
import { type ReactNode, useId } from 'react'
import { type Me, useMe } from '../../api/me.ts'
import { TextLink } from '../../design/text-link.tsx'
import { useSignOut } from '../../shell/account-menu.tsx'
import { ShortcutsSwitch } from '../../shell/shortcuts-help.tsx'
import classes from './connect-page.module.css'

/** Who is signed in, how Plinth looks and listens to them, and the way out. */
export function AccountPage() {
  useDocumentTitle('Account · Plinth')
  const me = useMe()
  const signOut = useSignOut()
  return (
    <div className={classes.page}>
      <Title order={1} mb="md">
        Account
      </Title>
      <Stack gap="md">
        <Section title="Profile">
          <Profile me={me} />
        </Section>
        <Section title="Appearance">
          <SchemeChoice />
        </Section>
        <Section title="Keyboard">
          <ShortcutsSwitch />
        </Section>
        <Section title="Agents and scripts">
          <Text size="sm">
            See and revoke your keys, or make a new one, on{' '}
            <TextLink to="/connect">Connect an agent</TextLink>.
          </Text>
        </Section>
        <div>
          <Button
            variant="default"
            leftSection={<LogOut size={15} aria-hidden="true" />}
            onClick={() => void signOut()}
          >
            Sign out
          </Button>
        </div>
      </Stack>
    </div>
  )
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={classes.card}>
      <Title order={2} mb="sm">
        {title}
      </Title>
      {children}
    </section>
  )
}

/** Roles as a person says them. */
const roleWords: Readonly<Record<string, string>> = { 'platform:admin': 'Administrator' }

function Profile({ me }: { readonly me: Me }) {
  return (
    <dl className={classes.facts}>
      <dt>Name</dt>
      <dd dir="auto">{me.name}</dd>
      <dt>E-mail</dt>
      <dd>{me.email}</dd>
      <dt>Time zone</dt>
      <dd>{me.timeZone.replaceAll('_', ' ')}</dd>
      {me.roles.length > 0 && (
        <>
          <dt>{me.roles.length === 1 ? 'Role' : 'Roles'}</dt>
          <dd>{me.roles.map((role) => roleWords[role] ?? role).join(', ')}</dd>
        </>
      )}
    </dl>
  )
}

function SchemeChoice() {
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const labelId = useId()
  return (
    <div>
      <Text size="sm" fw={500} mb={4} id={labelId}>
        Colour scheme
      </Text>
      <SegmentedControl
        size="sm"
        aria-labelledby={labelId}
        value={colorScheme}
        onChange={(value) => setColorScheme(value === 'light' || value === 'dark' ? value : 'auto')}
        data={[
          { value: 'light', label: 'Light' },
          { value: 'dark', label: 'Dark' },
          { value: 'auto', label: 'Like the system' },
        ]}
      />
    </div>
  )
}
