import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { lazy, StrictMode, Suspense } from 'react'
import { createRoot } from 'react-dom/client'
import { ApiContext, createApi } from './api/api.ts'
import { createQueryClient } from './api/query-client.ts'
import { addSampleTasks } from './apps/tasks/samples.ts'
import { cssVariables, theme } from './design/theme.ts'
import { createPages } from './shell/router.tsx'
import './design/mantine.css'
import './design/global.css'

const nonce = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''
// The library that locks scrolling behind dialogs writes a style element of its own, and reads the
// nonce for it from this global.
Object.assign(globalThis, { __webpack_nonce__: nonce })

// Messages wait in their store, so the first page does not have to wait for this.
const ToastArea = lazy(async () => ({
  default: (await import('./shell/toast-area.tsx')).ToastArea,
}))

const publicPaths = /^\/(sign-in|sign-up|setup)$/

function start(container: HTMLElement) {
  const queryClient = createQueryClient()
  const api = createApi(() => {
    const { pathname, href } = pages.state.location
    // `href` has no host: it is what `next` may be.
    if (publicPaths.test(pathname)) return
    // What is on the screen is forgotten once it is gone: pages rely on what is in the cache.
    void pages.navigate({ to: '/sign-in', search: { next: href } }).then(() => queryClient.clear())
  })
  const pages = createPages({ api, queryClient, welcome: addSampleTasks })
  createRoot(container).render(
    <StrictMode>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        defaultColorScheme="auto"
        colorSchemeManager={localStorageColorSchemeManager({ key: 'plinth-color-scheme' })}
        getStyleNonce={() => nonce}
      >
        <QueryClientProvider client={queryClient}>
          <ApiContext value={api}>
            <RouterProvider router={pages} />
          </ApiContext>
        </QueryClientProvider>
        <Suspense fallback={null}>
          <ToastArea />
        </Suspense>
      </MantineProvider>
    </StrictMode>,
  )
}

const container = document.getElementById('root')
if (container) start(container)
