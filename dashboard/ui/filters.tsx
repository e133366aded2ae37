import { ask, place } from '../shell/router.ts'
import { words } from '../words/index.ts'
import type { Choice } from './field.tsx'
import { Icon } from './icon.tsx'

/** What is typed is asked for when the typing pauses. */
const PAUSE_MS = 250
let pause: ReturnType<typeof setTimeout> | undefined

/** A choice that is kept in the address: `query` is its name there. */
export function FilterChoice(props: { query: string; label: string; choices: readonly Choice[] }) {
  const { query, label, choices } = props
  const value = place.value.query[query] ?? ''
  return (
    <label class="filter">
      <span>{label}</span>
      <select
        value={value}
        onChange={({ currentTarget }) => {
          ask({ [query]: currentTarget.value })
        }}
      >
        <option value="">{words.common.actions.all}</option>
        {choices.map(([choice, text]) => (
          <option key={choice} value={choice} selected={choice === value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  )
}

/** Words that are searched for, kept in the address as `q`. The key `/` goes to it. */
export function FilterSearch({ label = words.common.actions.search }: { label?: string }) {
  return (
    <label class="filter search">
      <Icon name="search" />
      <input
        type="search"
        data-key="/"
        placeholder={label}
        aria-label={label}
        value={place.value.query.q ?? ''}
        onInput={({ currentTarget: { value } }) => {
          clearTimeout(pause)
          pause = setTimeout(() => {
            ask({ q: value })
          }, PAUSE_MS)
        }}
      />
    </label>
  )
}
