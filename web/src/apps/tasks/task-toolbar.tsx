import { Button, CloseButton, Menu, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useNavigate } from '@tanstack/react-router'
import { ArrowDownUp, Check, Flag, Search, Tag, X } from 'lucide-react'
import { type ReactNode, useEffect, useState } from 'react'
import { PriorityIcon } from './priority.tsx'
import { priorities, priorityWords } from './task.ts'
import { useKnownLabels } from './task-queries.ts'
import classes from './task-toolbar.module.css'
import { isFiltered, type ListSearch, type Sort, sortOf, sortWords } from './views.ts'

/** Changes the list's address and leaves everything else in it as it is. */
function useChangeSearch() {
  const navigate = useNavigate()
  return (change: ListSearch) =>
    void navigate({ to: '.', search: (search) => ({ ...search, ...change }), replace: true })
}

/** Words, filters and order of the list; all of it stands in the address. */
export function TaskToolbar({ search }: { readonly search: ListSearch }) {
  const change = useChangeSearch()
  const labels = useKnownLabels()
  return (
    <search className={classes.toolbar} aria-label="Tasks">
      <SearchField text={search.q ?? ''} onSearch={(q) => change({ q: q || undefined })} />
      <FilterMenu
        icon={<Flag size={14} aria-hidden="true" />}
        name="Priority"
        chosen={search.priority && priorityWords[search.priority]}
        options={priorities.map((value) => ({
          value,
          label: priorityWords[value],
          icon: <PriorityIcon priority={value} />,
        }))}
        onChoose={(value) => change({ priority: priorities.find((entry) => entry === value) })}
      />
      <FilterMenu
        icon={<Tag size={14} aria-hidden="true" />}
        name="Label"
        chosen={search.label}
        options={labels.map((value) => ({ value, label: value }))}
        onChoose={(label) => change({ label })}
      />
      <SortMenu sort={sortOf(search)} onSort={(sort) => change({ sort })} />
      {isFiltered(search) && (
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          className={classes.quiet}
          leftSection={<X size={14} aria-hidden="true" />}
          onClick={() => change({ q: undefined, priority: undefined, label: undefined })}
        >
          Clear filters
        </Button>
      )}
    </search>
  )
}

interface SearchFieldProps {
  readonly text: string
  onSearch(text: string): void
}

/** Filters while somebody types, a quarter of a second behind. */
function SearchField({ text, onSearch }: SearchFieldProps) {
  const [typed, setTyped] = useState(text)
  const searchSoon = useDebouncedCallback(onSearch, 250)
  useEffect(() => setTyped(text), [text])
  const search = (value: string) => {
    setTyped(value)
    searchSoon(value.trim())
  }
  return (
    <TextInput
      id="task-search"
      size="xs"
      type="search"
      className={classes.search}
      aria-label="Filter these tasks"
      placeholder="Filter these tasks"
      maxLength={200}
      leftSection={<Search size={14} aria-hidden="true" />}
      rightSection={
        typed && <CloseButton size="xs" aria-label="Clear the words" onClick={() => search('')} />
      }
      value={typed}
      onChange={(event) => search(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return
        search('')
        event.currentTarget.blur()
      }}
    />
  )
}

interface FilterMenuProps {
  readonly icon: ReactNode
  readonly name: string
  readonly chosen: string | undefined
  readonly options: readonly {
    readonly value: string
    readonly label: string
    readonly icon?: ReactNode
  }[]
  onChoose(value: string | undefined): void
}

function FilterMenu({ icon, name, chosen, options, onChoose }: FilterMenuProps) {
  return (
    <Menu width={190} position="bottom-start">
      <Menu.Target>
        <Button
          size="compact-sm"
          variant={chosen ? 'light' : 'subtle'}
          color={chosen ? 'iris' : 'gray'}
          className={chosen ? undefined : classes.quiet}
          leftSection={icon}
          aria-label={`Filter by ${name.toLowerCase()}${chosen ? `: ${chosen}` : ''}`}
        >
          {chosen ?? name}
        </Button>
      </Menu.Target>
      <Menu.Dropdown mah={320} className={classes.menu}>
        <Menu.Item
          rightSection={chosen ? undefined : <Check size={14} aria-label="chosen" />}
          onClick={() => onChoose(undefined)}
        >
          Any {name.toLowerCase()}
        </Menu.Item>
        {options.map(({ value, label, icon: optionIcon }) => (
          <Menu.Item
            key={value}
            leftSection={optionIcon}
            rightSection={label === chosen ? <Check size={14} aria-label="chosen" /> : undefined}
            onClick={() => onChoose(value)}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}

interface SortMenuProps {
  readonly sort: Sort
  onSort(sort: Sort): void
}

function SortMenu({ sort, onSort }: SortMenuProps) {
  const options = Object.entries(sortWords) as [Sort, string][]
  return (
    <Menu width={180} position="bottom-end">
      <Menu.Target>
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          className={classes.quiet}
          leftSection={<ArrowDownUp size={14} aria-hidden="true" />}
          aria-label={`Sort: ${sortWords[sort]}`}
        >
          {sortWords[sort]}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {options.map(([value, label]) => (
          <Menu.Item
            key={value}
            rightSection={value === sort ? <Check size={14} aria-label="chosen" /> : undefined}
            onClick={() => onSort(value)}
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  )
}
