import { Button, PasswordInput, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { useId } from 'react'
import { browserTimeZone } from '../../api/clock.ts'
import classes from './auth-frame.module.css'
import { FormProblem, fieldProblems } from './form-problem.tsx'
import { isPasswordGood, PasswordChecks } from './password-checks.tsx'

export interface NewAccount {
  readonly name: string
  readonly email: string
  readonly password: string
  readonly timeZone: string
}

interface NewAccountFormProps {
  readonly submitLabel: string
  readonly isPending: boolean
  readonly error: unknown
  onSubmit(account: NewAccount): void
}

const fields = ['name', 'email', 'password'] as const

/** Name, address and password of a new account; the password rule follows what is typed. */
export function NewAccountForm({ submitLabel, isPending, error, onSubmit }: NewAccountFormProps) {
  const checksId = useId()
  const form = useForm({
    initialValues: { name: '', email: '', password: '' },
    validate: {
      name: (value) => (value.trim() === '' ? 'Enter the name that others see.' : null),
      email: (value) => (/^\S+@\S+$/.test(value.trim()) ? null : 'Enter an e-mail address.'),
      password: (_, values) =>
        isPasswordGood(values) ? null : 'Choose a password that fits the rule.',
    },
  })
  const refused = fieldProblems(error, fields)
  const problemOf = (field: (typeof fields)[number]) => ({
    ...form.getInputProps(field),
    error: form.errors[field] ?? refused[field],
  })
  const submit = form.onSubmit(({ name, email, password }) =>
    onSubmit({ name: name.trim(), email: email.trim(), password, timeZone: browserTimeZone() }),
  )
  return (
    <form className={classes.form} noValidate onSubmit={submit}>
      {error !== null && Object.keys(refused).length === 0 && <FormProblem error={error} />}
      <TextInput
        label="Name"
        autoComplete="name"
        autoFocus
        required
        withAsterisk={false}
        {...problemOf('name')}
      />
      <TextInput
        label="E-mail"
        type="email"
        autoComplete="username"
        required
        withAsterisk={false}
        {...problemOf('email')}
      />
      <PasswordInput
        label="Password"
        autoComplete="new-password"
        required
        withAsterisk={false}
        aria-describedby={checksId}
        {...problemOf('password')}
      />
      <PasswordChecks id={checksId} values={form.values} />
      <Button type="submit" fullWidth loading={isPending}>
        {submitLabel}
      </Button>
    </form>
  )
}
