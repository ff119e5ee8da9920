import type { LucideIcon } from 'lucide-react'
import type { ComponentType } from 'react'

/** What the shell knows of an app: where its pages are, and what it has in the navigation. */
export interface WebApp {
  /** The name of its folder, of the app on the server, and the first part of its address. */
  readonly name: string
  readonly title: string
  readonly icon: LucideIcon
  /** Its route. With AnyRoute here the compiler would forget what exactly the route is. */
  readonly pages: object
  /** Its links in the navigation; one link to its first page when left out. */
  readonly Navigation?: ComponentType
  /** What the plus and the key n begin: the field on its first page that takes the focus. */
  readonly add?: { readonly label: string; readonly fieldId: string }
}
