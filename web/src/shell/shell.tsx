import { ActionIcon, Burger } from '@mantine/core'
import { useDisclosure } from '@mantine/hooks'
import { spotlight } from '@mantine/spotlight'
import { Outlet, useNavigate, useRouter } from '@tanstack/react-router'
import { Plus } from 'lucide-react'
import { Suspense, useEffect, useRef, useState } from 'react'
import { lazyPart } from '../design/lazy-part.ts'
import { Wordmark } from '../design/wordmark.tsx'
import { ConnectionBanner } from './connection-banner.tsx'
import { type ListedApp, useCurrentApp } from './current-app.ts'
import { Navigation, type NavigationActions } from './navigation.tsx'
import classes from './shell.module.css'
import { useShortcuts } from './shortcuts.tsx'
import { pressUndo } from './toasts.tsx'

// What opens over the page is loaded when it first opens: the first visit does not wait for it.
const CommandPalette = lazyPart(async () => (await import('./command-palette.tsx')).CommandPalette)
const ShortcutsHelp = lazyPart(async () => (await import('./shortcuts-help.tsx')).ShortcutsHelp)
const PhoneMenu = lazyPart(async () => (await import('./phone-menu.tsx')).PhoneMenu)

/** What surrounds every page of somebody who is signed in. */
export function Shell() {
  const [isHelpOpen, help] = useDisclosure(false)
  const [isMenuOpen, menu] = useDisclosure(false)
  const [isPaletteWanted, palette] = useDisclosure(false)
  const app = useCurrentApp()
  const goAndFocus = useGoAndFocus()
  const actions: NavigationActions = {
    onAdd: ({ name, add }) => {
      menu.close()
      if (add) void goAndFocus(name, add.fieldId)
    },
    onSearch: () => void goAndFocus('tasks', 'task-search'),
    onPalette: () => {
      menu.close()
      palette.open()
      spotlight.toggle()
    },
    onHelp: () => {
      menu.close()
      help.open()
    },
  }
  useShellKeys(app, actions)
  useFocusAfterNavigation(menu.close)
  const hasHelpOpened = useHasBeen(isHelpOpen)
  const hasMenuOpened = useHasBeen(isMenuOpen)
  return (
    <div className={classes.frame}>
      <a href="#main" className={classes.skip}>
        Skip to the content
      </a>
      <PhoneHeader
        isOpen={isMenuOpen}
        onToggle={menu.toggle}
        addLabel={app.add?.label}
        onAdd={() => actions.onAdd(app)}
      />
      <div className={classes.sidebar}>
        <Navigation {...actions} />
      </div>
      <main id="main" tabIndex={-1} className={classes.main}>
        <ConnectionBanner />
        <Outlet />
      </main>
      <Suspense fallback={null}>
        {hasMenuOpened && <PhoneMenu opened={isMenuOpen} onClose={menu.close} {...actions} />}
        {isPaletteWanted && <CommandPalette {...actions} />}
        {hasHelpOpened && <ShortcutsHelp opened={isHelpOpen} onClose={help.close} />}
      </Suspense>
    </div>
  )
}

/** Stays true from the first time on, so that what was opened can also fade out. */
function useHasBeen(isOpen: boolean): boolean {
  const [hasBeen, setHasBeen] = useState(isOpen)
  if (isOpen && !hasBeen) setHasBeen(true)
  return hasBeen
}

interface PhoneHeaderProps {
  readonly isOpen: boolean
  onToggle(): void
  readonly addLabel: string | undefined
  onAdd(): void
}

function PhoneHeader({ isOpen, onToggle, addLabel, onAdd }: PhoneHeaderProps) {
  return (
    <section className={classes.header} aria-label="Top bar">
      <Burger opened={isOpen} onClick={onToggle} size="sm" aria-label="Open the menu" />
      <Wordmark size={20} />
      {addLabel && (
        <ActionIcon variant="subtle" color="gray" size="lg" aria-label={addLabel} onClick={onAdd}>
          <Plus size={20} aria-hidden="true" />
        </ActionIcon>
      )}
    </section>
  )
}

/** Goes to an app's first page unless it is shown already, and puts the focus on one of its fields. */
function useGoAndFocus() {
  const navigate = useNavigate()
  return async (app: ListedApp['name'], id: string) => {
    if (!isUncovered(document.getElementById(id))) await navigate({ to: `/${app}` })
    // After the overlay that was open has given the focus back, and the page is there.
    setTimeout(() => document.getElementById(id)?.focus(), 80)
  }
}

/** Whether an element is there and nothing, such as a task on a phone, lies over it. */
function isUncovered(element: HTMLElement | null): boolean {
  if (!element?.checkVisibility()) return false
  const { left, top, width, height } = element.getBoundingClientRect()
  const above = document.elementFromPoint(left + width / 2, Math.max(top, 0) + height / 2)
  // Scrolled out of sight is not covered: the focus brings it back.
  return above === null || above.closest('aside') === null
}

function useShellKeys(app: ListedApp, { onAdd, onSearch, onHelp, onPalette }: NavigationActions) {
  const add = () => onAdd(app)
  useShortcuts([
    ['n', add],
    ['q', add],
    // Keyboards differ in whether these characters take Shift.
    ['/', onSearch],
    ['shift+/', onSearch],
    ['?', onHelp],
    ['shift+?', onHelp],
    ['z', pressUndo],
  ])
  const open = useRef(onPalette)
  open.current = onPalette
  // Ctrl or Cmd with K works everywhere, also while somebody types.
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 'k') return
      event.preventDefault()
      open.current()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [])
}

/**
 * After a change of page the focus goes to its content, so that a screen reader reads on from there.
 * Opening and closing a task beside the list is no change of page.
 */
function useFocusAfterNavigation(onNavigate: () => void) {
  const router = useRouter()
  const act = useRef(onNavigate)
  act.current = onNavigate
  useEffect(
    () =>
      router.subscribe('onResolved', ({ fromLocation, toLocation, hrefChanged }) => {
        if (!fromLocation || !hrefChanged) return
        act.current()
        const isSamePage = pageOf(fromLocation.pathname) === pageOf(toLocation.pathname)
        if (!isSamePage) document.getElementById('main')?.focus({ preventScroll: true })
      }),
    [router],
  )
}

const pageOf = (pathname: string) => pathname.split('/')[1]
