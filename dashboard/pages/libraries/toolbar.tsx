import { ask, place } from '../../shell/router.ts'
import { colourings, keyOf, type Element } from '../../tape/elements.ts'
import { FilterSearch } from '../../ui/filters.tsx'
import { words } from '../../words/index.ts'

const texts = words.libraries

interface ToolbarProps {
  matches: readonly Element[]
  selected: Element | null
}

/** What is searched for, what the colours mean, and how large it is drawn. */
export function Toolbar({ matches, selected }: ToolbarProps) {
  const { q = '', colour = 'state', size = 'large' } = place.value.query
  const { drawing } = texts
  return (
    <div class="filters library-tools">
      <FilterSearch label={texts.find} />
      {q !== '' && (
        <span class="found-here" role="status">
          {matches.length === 0 ? texts.found.none(q) : texts.found.here(matches.length)}
          {matches.length > 0 && (
            <button
              type="button"
              onClick={() => {
                ask({ at: nextOf(matches, selected) })
              }}
            >
              {texts.found.next}
            </button>
          )}
        </span>
      )}
      <label class="filter">
        <span>{drawing.colour}</span>
        <select
          value={colour}
          onChange={({ currentTarget: { value } }) => {
            ask({ colour: value === 'state' ? undefined : value })
          }}
        >
          {colourings.map((one) => (
            <option key={one} value={one} selected={one === colour}>
              {drawing.colours[one]}
            </option>
          ))}
        </select>
      </label>
      <div class="filter">
        <span id="size-label">{drawing.size}</span>
        <span class="spans" role="group" aria-labelledby="size-label">
          {Object.entries(drawing.sizes).map(([name, text]) => (
            <button
              key={name}
              type="button"
              aria-pressed={size === name}
              onClick={() => {
                ask({ size: name === 'large' ? undefined : name })
              }}
            >
              {text}
            </button>
          ))}
        </span>
      </div>
    </div>
  )
}

/** The match after the one that is shown, the first after the last. */
function nextOf(matches: readonly Element[], selected: Element | null): string | undefined {
  const at = matches.findIndex((one) => selected !== null && keyOf(one) === keyOf(selected))
  const next = matches[(at + 1) % matches.length]
  return next && keyOf(next)
}
