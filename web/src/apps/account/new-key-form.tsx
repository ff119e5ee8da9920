import {
  Button,
  Checkbox,
  Group,
  SegmentedControl,
  Select,
  Stack,
  Text,
  TextInput,
} from '@mantine/core'
import { useForm } from '@mantine/form'
import { KeyRound } from 'lucide-react'
import { useId } from 'react'
import { scopes } from '../../api/contract.ts'
import { FormProblem, fieldProblems } from './form-problem.tsx'
import type { KeyInput } from './key-queries.ts'

interface NewKeyFormProps {
  readonly isPending: boolean
  readonly error: unknown
  onSubmit(input: KeyInput): void
}

const lifetimes = [
  { value: '7', label: '7 days' },
  { value: '30', label: '30 days' },
  { value: '90', label: '90 days' },
  { value: '365', label: '1 year' },
]

const defaults = {
  name: 'laptop',
  usedBy: 'agent' as 'agent' | 'script',
  scopes: scopes.map(({ scope }) => scope),
  expiresInDays: '90',
}

/** Makes a key. Everything is filled in so that one click is enough. */
export function NewKeyForm({ isPending, error, onSubmit }: NewKeyFormProps) {
  const usedById = useId()
  const form = useForm({
    initialValues: defaults,
    validate: {
      name: (value) => (value.trim() === '' ? 'Give the key a name.' : null),
      scopes: (value) => (value.length === 0 ? 'Allow at least one thing.' : null),
    },
  })
  const refused = fieldProblems(error, ['name', 'scopes', 'expiresInDays'])
  const submit = form.onSubmit(({ name, expiresInDays, ...rest }) =>
    onSubmit({ ...rest, name: name.trim(), expiresInDays: Number(expiresInDays) }),
  )
  return (
    <form onSubmit={submit} noValidate>
      <Stack gap="md">
        {error !== null && Object.keys(refused).length === 0 && <FormProblem error={error} />}
        <Group align="start" grow preventGrowOverflow={false}>
          <TextInput
            label="Name"
            description="Histories will say “through key” and this."
            maxLength={80}
            miw={180}
            {...form.getInputProps('name')}
            error={form.errors.name ?? refused.name}
          />
          <Select
            label="Expires after"
            description="A key that has expired does nothing."
            data={lifetimes}
            allowDeselect={false}
            miw={180}
            {...form.getInputProps('expiresInDays')}
          />
        </Group>
        <div>
          <Text size="sm" fw={500} mb={4} id={usedById}>
            Used by
          </Text>
          <SegmentedControl
            size="xs"
            aria-labelledby={usedById}
            data={[
              { value: 'agent', label: 'An agent' },
              { value: 'script', label: 'A script' },
            ]}
            {...form.getInputProps('usedBy')}
          />
          <Text size="xs" c="dimmed" mt={4}>
            {form.values.usedBy === 'agent'
              ? 'A model decides what it does.'
              : 'A program of yours decides what it does.'}
          </Text>
        </div>
        <Checkbox.Group
          label="It may"
          {...form.getInputProps('scopes')}
          error={form.errors.scopes ?? refused.scopes}
        >
          <Stack gap={8} mt={6}>
            {scopes.map(({ scope, words }) => (
              <Checkbox key={scope} value={scope} size="xs" label={words} />
            ))}
          </Stack>
        </Checkbox.Group>
        <div>
          <Button
            type="submit"
            loading={isPending}
            leftSection={<KeyRound size={15} aria-hidden="true" />}
          >
            Create key
          </Button>
        </div>
      </Stack>
    </form>
  )
}
