import { Kbd, Modal, Switch } from '@mantine/core'
import { Fragment } from 'react'
import { shortcutList, useShortcutsEnabled } from './shortcuts.tsx'
import classes from './shortcuts-help.module.css'

interface ShortcutsHelpProps {
  readonly opened: boolean
  onClose(): void
}

export function ShortcutsHelp({ opened, onClose }: ShortcutsHelpProps) {
  return (
    <Modal opened={opened} onClose={onClose} title="Keyboard shortcuts" size="md">
      <dl className={classes.list}>
        {shortcutList.map(({ keys, does }) => (
          <Fragment key={does}>
            <dt>{does}</dt>
            <dd>
              {keys.map((key) => (
                <Kbd key={key} size="sm">
                  {key}
                </Kbd>
              ))}
            </dd>
          </Fragment>
        ))}
      </dl>
      <ShortcutsSwitch />
    </Modal>
  )
}

/** Turns the single-key shortcuts off and on (WCAG 2.1.4). */
export function ShortcutsSwitch() {
  const [isEnabled, setEnabled] = useShortcutsEnabled()
  return (
    <Switch
      label="Single-key shortcuts"
      description="Turn them off if you dictate, or press keys by accident."
      checked={isEnabled}
      onChange={(event) => setEnabled(event.currentTarget.checked)}
    />
  )
}
