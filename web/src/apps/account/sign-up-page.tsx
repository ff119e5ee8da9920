import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { useApi } from '../../api/api.ts'
import { TextLink } from '../../design/text-link.tsx'
import { safePath } from '../../shell/safe-path.ts'
import { AuthFrame } from './auth-frame.tsx'
import { type NewAccount, NewAccountForm } from './new-account-form.tsx'

export function SignUpPage() {
  const { next } = useSearch({ from: '/sign-up' })
  const signUp = useSignUp(next)
  return (
    <AuthFrame
      title="Create your account"
      lead="Everything you keep here stays on this installation."
      footer={
        <>
          Already have an account?{' '}
          <TextLink to="/sign-in" search={next ? { next } : {}}>
            Sign in
          </TextLink>
        </>
      }
    >
      <NewAccountForm
        submitLabel="Create account"
        isPending={signUp.isPending}
        error={signUp.error}
        onSubmit={signUp.mutate}
      />
    </AuthFrame>
  )
}

function useSignUp(next: string | undefined) {
  const api = useApi()
  const queryClient = useQueryClient()
  const router = useRouter()
  return useMutation({
    mutationFn: async (account: NewAccount) => {
      await api.call('auth.sign_up', account)
      await router.options.context.welcome(api, account.timeZone)
    },
    onSuccess: async () => {
      queryClient.clear()
      await router.navigate({ href: safePath(next) })
    },
  })
}
