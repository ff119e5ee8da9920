import { TagsInput } from '@mantine/core'
import { Tag } from 'lucide-react'
import { useKnownLabels } from './task-queries.ts'

interface LabelsInputProps {
  readonly value: string[]
  onChange(labels: string[]): void
}

/** Labels as pills; those in use are offered, others are made by typing them. */
export function LabelsInput({ value, onChange }: LabelsInputProps) {
  const known = useKnownLabels()
  return (
    <TagsInput
      size="xs"
      variant="unstyled"
      aria-label="Labels"
      placeholder={value.length === 0 ? 'Labels' : ''}
      leftSection={<Tag size={14} aria-hidden="true" />}
      data={[...known]}
      maxTags={10}
      value={value}
      onChange={onChange}
      comboboxProps={{ width: 200, position: 'bottom-start' }}
    />
  )
}
