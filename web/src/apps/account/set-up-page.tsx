import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter } from '@tanstack/react-router'
import { KeyRound } from 'lucide-react'
import { useEffect, useState } from 'react'
import { useApi } from '../../api/api.ts'
import { EmptyState } from '../../design/empty-state.tsx'
import { TextLink } from '../../design/text-link.tsx'
import { AuthFrame } from './auth-frame.tsx'
import { type NewAccount, NewAccountForm } from './new-account-form.tsx'

/** Makes the first administrator, with the one-time token from the terminal. */
export function SetUpPage() {
  const token = useTokenFromAddress()
  const setUp = useSetUp(token)
  if (token === '') return <NoToken />
  return (
    <AuthFrame
      title="Set up Plinth"
      lead="You are the first. This account may administer the installation."
    >
      <NewAccountForm
        submitLabel="Create administrator"
        isPending={setUp.isPending}
        error={setUp.error}
        onSubmit={setUp.mutate}
      />
    </AuthFrame>
  )
}

/** Takes the token out of the address at once: it must not stay in the history or on the screen. */
function useTokenFromAddress(): string {
  const [token] = useState(() => decodeURIComponent(window.location.hash.slice(1)))
  useEffect(() => {
    if (window.location.hash !== '') window.history.replaceState(window.history.state, '', '/setup')
  }, [])
  return token
}

function useSetUp(token: string) {
  const api = useApi()
  const queryClient = useQueryClient()
  const router = useRouter()
  return useMutation({
    mutationFn: async (account: NewAccount) => {
      await api.call('auth.set_up', { token, ...account })
      await router.options.context.welcome(api, account.timeZone)
    },
    onSuccess: async () => {
      queryClient.clear()
      await router.navigate({ to: '/tasks' })
    },
  })
}

function NoToken() {
  return (
    <AuthFrame title="Set up Plinth">
      <EmptyState icon={KeyRound} title="The one-time token is missing">
        Open the address that Plinth printed on its terminal when it started, with everything after
        the #. If the installation has its administrator, <TextLink to="/sign-in">sign in</TextLink>
        .
      </EmptyState>
    </AuthFrame>
  )
}
