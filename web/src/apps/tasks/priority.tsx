import { Menu, Tooltip, UnstyledButton } from '@mantine/core'
import { Check } from 'lucide-react'
import classes from './priority.module.css'
import { type Priority, priorities, priorityWords } from './task.ts'

const bars: Readonly<Record<Priority, number>> = { low: 1, medium: 2, high: 3, urgent: 3 }

/** Three bars, as many filled as it matters; urgent is a filled square with a mark. */
export function PriorityIcon({ priority }: { readonly priority: Priority }) {
  if (priority === 'urgent') {
    return (
      <svg className={classes.icon} data-priority="urgent" viewBox="0 0 16 16" aria-hidden="true">
        <rect x="1" y="1" width="14" height="14" rx="4" fill="currentColor" />
        <path d="M8 4v5M8 11.2v.6" className={classes.mark} />
      </svg>
    )
  }
  return (
    <svg className={classes.icon} data-priority={priority} viewBox="0 0 16 16" aria-hidden="true">
      {[1, 2, 3].map((bar) => (
        <rect
          key={bar}
          x={-2.5 + bar * 4}
          y={13 - bar * 3.4}
          width="3"
          height={1 + bar * 3.4}
          rx="1"
          fill="currentColor"
          opacity={bar <= bars[priority] ? 1 : 0.28}
        />
      ))}
    </svg>
  )
}

interface PriorityMenuProps {
  readonly value: Priority
  onChange(priority: Priority): void
  /** Whether the word stands beside the icon. */
  readonly withWord?: boolean
}

/** Shows a priority and lets it be changed. */
export function PriorityMenu({ value, onChange, withWord = false }: PriorityMenuProps) {
  return (
    <Menu width={170} position="bottom-start">
      <Tooltip label="Priority" disabled={withWord}>
        <Menu.Target>
          <UnstyledButton
            className={classes.target}
            aria-label={`Priority: ${priorityWords[value]}`}
          >
            <PriorityIcon priority={value} />
            {withWord && priorityWords[value]}
          </UnstyledButton>
        </Menu.Target>
      </Tooltip>
      <Menu.Dropdown>
        {priorities.map((priority) => (
          <Menu.Item
            key={priority}
            leftSection={<PriorityIcon priority={priority} />}
            rightSection={priority === value ? <Check size={14} aria-label="chosen" /> : undefined}
            onClick={() => onChange(priority)}
          >
            {priorityWords[priority]}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
