import { Notifications } from '@mantine/notifications'

/** Where messages appear, one above the other. */
export function ToastArea() {
  return <Notifications position="bottom-center" limit={3} containerWidth={420} />
}
