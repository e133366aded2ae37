import { useEffect, useRef } from 'preact/hooks'
import { useLoaded } from '../../live/resource.ts'
import { ask as askHere, linkTo, place } from '../../shell/router.ts'
import { FilterChoice } from '../../ui/filters.tsx'
import { PageHead } from '../../ui/panel.tsx'
import { Blank, Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Time } from '../../ui/value.tsx'
import { ask, type Answer } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import './audit.css'
import { Change } from './change.tsx'

/** An entry of the audit trail. */
type Entry = Answer<'GET /audit'>['entries'][number]

const texts = words.audit
const PAGE = 50
const DAY_MS = 86_400_000

const columns: readonly Column<Entry>[] = [
  { id: 'at', title: texts.columns.at, cell: ({ at }) => <Time at={at} exact /> },
  { id: 'actor', title: texts.columns.actor, cell: Actor },
  { id: 'action', title: texts.columns.action, cell: Action },
  {
    id: 'subject',
    title: texts.columns.subject,
    cell: Subject,
  },
  {
    id: 'change',
    title: texts.columns.change,
    cell: ({ before, after }) => <Change before={before} after={after} />,
  },
  { id: 'from', title: texts.columns.from, wide: true, cell: From },
]

function Subject({ subject }: Entry) {
  if (subject === null) return null
  return (
    <a class="subject" href={linkTo('audit', [], { subject })}>
      {subject}
    </a>
  )
}

function Actor({ actor }: Entry) {
  return <a href={linkTo('audit', [], { actor })}>{actor}</a>
}

function Action({ action }: Entry) {
  return <span title={action}>{texts.actions[action] ?? <code>{action}</code>}</span>
}

function From({ address, credential, request_id: request }: Entry) {
  if (address === null && credential === null) return <span class="quiet">{texts.nobody}</span>
  return (
    <>
      {address}{' '}
      <small>
        {credential !== null && texts.by(texts.credentials[credential] ?? credential)}{' '}
        {request !== null && (
          <a href={linkTo('audit', [], { request })} title={request}>
            {texts.request}
          </a>
        )}
      </small>
    </>
  )
}

/** Who changed what, from where, and what it was before. */
export default function AuditPage() {
  const { query } = place.value
  const from = Math.max(0, Math.floor(Number(query.from) || 0))
  const entries = useLoaded(
    (signal) =>
      ask('GET /audit', { query: { ...askedOf(query), limit: PAGE, offset: from } }, signal),
    [JSON.stringify(query)],
    ['system', 'task', 'alert'],
  )
  const filtered = Object.keys(query).length > 0
  useFirstPage(JSON.stringify(askedKeys(query)))
  return (
    <>
      <PageHead title={words.navigation.audit} />
      <Filters filtered={filtered} />
      <Shown of={entries}>
        {({ entries: shown, total }) => (
          <>
            <Pages from={from} shown={shown.length} total={total} />
            <div class="audit-trail stacked">
              <Table
                label={words.navigation.audit}
                columns={columns}
                rows={shown}
                idOf={({ id }) => String(id)}
                empty={<Blank icon="empty" title={filtered ? texts.noneMatches : texts.none} />}
              />
            </div>
          </>
        )}
      </Shown>
    </>
  )
}

/** What is asked for otherwise begins at its first page. */
function useFirstPage(asked: string): void {
  const before = useRef(asked)
  useEffect(() => {
    if (before.current !== asked) askHere({ from: undefined })
    before.current = asked
  }, [asked])
}

function askedKeys({ actor, action, subject, request, days }: Readonly<Record<string, string>>) {
  return [actor, action, subject, request, days]
}

function askedOf({ actor, action, subject, request, days }: Readonly<Record<string, string>>) {
  const since = days !== undefined && new Date(Date.now() - Number(days) * DAY_MS)
  return {
    ...(actor !== undefined && { actor }),
    ...(action !== undefined && { action }),
    ...(subject !== undefined && { subject }),
    ...(request !== undefined && { request_id: request }),
    ...(since && !Number.isNaN(since.getTime()) && { since: since.toISOString() }),
  }
}

function Filters({ filtered }: { filtered: boolean }) {
  const { filters } = texts
  const { request } = place.value.query
  return (
    <div class="filters">
      <FilterText query="actor" label={filters.actor} />
      <FilterText query="subject" label={filters.subject} />
      <FilterChoice
        query="action"
        label={filters.action}
        choices={Object.entries(texts.actions).sort(([, one], [, other]) =>
          one.localeCompare(other),
        )}
      />
      <FilterChoice query="days" label={filters.since} choices={Object.entries(filters.sinces)} />
      {request !== undefined && <small>{filters.request(request)}</small>}
      {filtered && <a href={linkTo('audit')}>{filters.clear}</a>}
    </div>
  )
}

/** A name that has to be the same; it is asked for when the field is left or with Enter. */
function FilterText({ query, label }: { query: 'actor' | 'subject'; label: string }) {
  return (
    <label class="filter">
      <span>{label}</span>
      <input
        value={place.value.query[query] ?? ''}
        onChange={({ currentTarget: { value } }) => {
          askHere({ [query]: value.trim(), from: undefined })
        }}
      />
    </label>
  )
}

function Pages({ from, shown, total }: { from: number; shown: number; total: number }) {
  const to = (next: number) => linkTo('audit', [], { ...place.value.query, from: String(next) })
  return (
    <nav class="list-bar" aria-label={texts.page(from + 1, from + shown, total)}>
      <span class="quiet">{total === 0 ? '0' : texts.page(from + 1, from + shown, total)}</span>
      <span class="actions">
        {from > 0 && (
          <a class="button" href={to(Math.max(0, from - PAGE))}>
            {texts.newer}
          </a>
        )}
        {from + shown < total && (
          <a class="button" href={to(from + PAGE)}>
            {texts.older}
          </a>
        )}
      </span>
    </nav>
  )
}
