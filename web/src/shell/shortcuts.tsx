import { type HotkeyItem, useHotkeys, useLocalStorage } from '@mantine/hooks'

/** What the keyboard does, in the order and words of the help overlay. */
export const shortcutList: readonly { readonly keys: readonly string[]; readonly does: string }[] =
  [
    { keys: ['Ctrl/⌘ K'], does: 'Open the command palette' },
    { keys: ['n', 'q'], does: 'Add something new, such as a task' },
    { keys: ['/'], does: 'Filter the tasks' },
    { keys: ['j', '↓'], does: 'Next task' },
    { keys: ['k', '↑'], does: 'Previous task' },
    { keys: ['Enter'], does: 'Open the task' },
    { keys: ['e'], does: 'Edit the task' },
    { keys: ['x', 'Space'], does: 'Complete or reopen the task' },
    { keys: ['#', 'Delete'], does: 'Move the task to the trash' },
    { keys: ['z'], does: 'Undo, while the message about it shows' },
    { keys: ['Esc'], does: 'Close the task or the dialog' },
    { keys: ['?'], does: 'Show this help' },
  ]

/** Whether single keys do something. Whoever dictates or types by accident can turn it off. */
export function useShortcutsEnabled() {
  return useLocalStorage({
    key: 'plinth-shortcuts',
    defaultValue: true,
    getInitialValueInEffect: false,
  })
}

/** Binds keys that act on the page: not while somebody types, not inside dialogs and menus. */
export function useShortcuts(items: readonly HotkeyItem[]) {
  const [isEnabled] = useShortcutsEnabled()
  const guarded = items.map(
    ([keys, act]): HotkeyItem => [
      keys,
      (event) => {
        if (event.defaultPrevented || isElsewhere(event)) return
        event.preventDefault()
        act(event)
      },
      { preventDefault: false },
    ],
  )
  useHotkeys(isEnabled ? guarded : [], [])
}

const typingSelector =
  'textarea, select, [contenteditable="true"], ' +
  'input:not([type="checkbox"]):not([type="radio"]):not([type="button"])'
const overlaySelector = '[role="dialog"], [role="menu"], [role="listbox"], [role="radiogroup"]'
const pressedBySpace = 'button, summary, input, [role="tab"], [role="checkbox"], [role="switch"]'

function isElsewhere(event: KeyboardEvent): boolean {
  if (!(event.target instanceof Element)) return false
  if (event.target.closest(`${typingSelector}, ${overlaySelector}`)) return true
  // Space and Enter belong to the control that has the focus.
  return (event.key === ' ' || event.key === 'Enter') && event.target.matches(pressedBySpace)
}
