import { ask, place } from '../../shell/router.ts'
import { FilterText, FilterTime } from '../../ui/filter-text.tsx'
import { FilterChoice, FilterSearch } from '../../ui/filters.tsx'
import { words } from '../../words/index.ts'

const texts = words.events.filters
const ALL = ['q', 'level', 'event_type', 'source', 'tags', 'span', 'start_time', 'end_time']

/** What events are looked for by; all of it is in the address. */
export function EventFilters() {
  const { query } = place.value
  const between = query.span === 'between' || query.start_time !== undefined
  return (
    <div class="filters">
      <FilterSearch label={texts.search} />
      <FilterChoice
        query="level"
        label={texts.level}
        choices={Object.entries(words.events.levels)}
      />
      <FilterChoice
        query="event_type"
        label={texts.type}
        choices={Object.entries(words.events.types)}
      />
      <FilterText query="source" label={texts.source} hint={texts.sourceHint} />
      <FilterText query="tags" label={texts.tags} hint={texts.tagsHint} />
      <FilterChoice query="span" label={texts.span} choices={Object.entries(texts.spans)} />
      {between && <FilterTime query="start_time" label={texts.from} />}
      {between && <FilterTime query="end_time" label={texts.to} />}
      {ALL.some((name) => query[name] !== undefined) && (
        <button
          type="button"
          onClick={() => {
            ask(Object.fromEntries(ALL.map((name) => [name, undefined])))
          }}
        >
          {texts.clear}
        </button>
      )}
    </div>
  )
}
