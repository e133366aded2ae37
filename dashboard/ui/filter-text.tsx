import { useRef } from 'preact/hooks'
import { ask, place } from '../shell/router.ts'

/** What is typed is asked for when the typing pauses. */
const PAUSE_MS = 400

/** A word that is kept in the address: `query` is its name there. */
export function FilterText(props: { query: string; label: string; hint?: string }) {
  const { query, label, hint } = props
  const pause = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  return (
    <label class="filter">
      <span>{label}</span>
      <input
        value={place.value.query[query] ?? ''}
        placeholder={hint}
        size={14}
        onInput={({ currentTarget: { value } }) => {
          clearTimeout(pause.current)
          pause.current = setTimeout(() => {
            ask({ [query]: value })
          }, PAUSE_MS)
        }}
      />
    </label>
  )
}

/** A time that is kept in the address, as one instant for everybody; it is shown in the zone of the browser. */
export function FilterTime({ query, label }: { query: string; label: string }) {
  return (
    <label class="filter">
      <span>{label}</span>
      <input
        type="datetime-local"
        step={1}
        value={localTime(place.value.query[query])}
        onChange={({ currentTarget: { value } }) => {
          const at = new Date(value)
          ask({ [query]: Number.isNaN(at.getTime()) ? undefined : at.toISOString() })
        }}
      />
    </label>
  )
}

function localTime(text: string | undefined): string {
  const at = new Date(text ?? '')
  if (Number.isNaN(at.getTime())) return ''
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000)
  return local.toISOString().slice(0, 19)
}
