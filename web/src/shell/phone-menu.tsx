import { Drawer } from '@mantine/core'
import { Navigation, type NavigationActions } from './navigation.tsx'
import classes from './shell.module.css'

interface PhoneMenuProps extends NavigationActions {
  readonly opened: boolean
  onClose(): void
}

/** The navigation as a drawer, where there is no room for it beside the page. */
export function PhoneMenu({ opened, onClose, ...actions }: PhoneMenuProps) {
  return (
    <Drawer
      opened={opened}
      onClose={onClose}
      size={290}
      title="Menu"
      classNames={{
        content: classes.drawerContent ?? '',
        header: classes.drawerHeader ?? '',
        body: classes.drawer ?? '',
      }}
    >
      <Navigation {...actions} />
    </Drawer>
  )
}
