import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useRouter, useSearch } from '@tanstack/react-router'
import { useApi } from '../../api/api.ts'
import { TextLink } from '../../design/text-link.tsx'
import { safePath } from '../../shell/safe-path.ts'
import classes from './auth-frame.module.css'
import { AuthFrame } from './auth-frame.tsx'
import { FormProblem } from './form-problem.tsx'

export function SignInPage() {
  const { next } = useSearch({ from: '/sign-in' })
  const signIn = useSignIn(next)
  const form = useForm({
    initialValues: { email: '', password: '' },
    validate: {
      email: (value) => (value.trim() === '' ? 'Enter your e-mail address.' : null),
      password: (value) => (value === '' ? 'Enter your password.' : null),
    },
  })
  return (
    <AuthFrame
      title="Sign in"
      footer={
        <>
          New here?{' '}
          <TextLink to="/sign-up" search={next ? { next } : {}}>
            Create an account
          </TextLink>
        </>
      }
    >
      <form
        className={classes.form}
        noValidate
        onSubmit={form.onSubmit((values) => signIn.mutate(values))}
      >
        {signIn.isError && <FormProblem error={signIn.error} />}
        <TextInput
          label="E-mail"
          type="email"
          autoComplete="username"
          autoFocus
          required
          withAsterisk={false}
          {...form.getInputProps('email')}
        />
        <PasswordInput
          label="Password"
          autoComplete="current-password"
          required
          withAsterisk={false}
          {...form.getInputProps('password')}
        />
        <Button type="submit" fullWidth loading={signIn.isPending}>
          Sign in
        </Button>
      </form>
    </AuthFrame>
  )
}

function useSignIn(next: string | undefined) {
  const api = useApi()
  const queryClient = useQueryClient()
  const router = useRouter()
  return useMutation({
    mutationFn: ({ email, password }: { email: string; password: string }) =>
      api.call('auth.sign_in', { email: email.trim(), password, as: 'session' }),
    onSuccess: async () => {
      queryClient.clear()
      await router.navigate({ href: safePath(next) })
    },
  })
}
