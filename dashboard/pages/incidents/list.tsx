import { useState } from 'preact/hooks'
import { useResource } from '../../live/resource.ts'
import { may } from '../../session/session.ts'
import { linkTo, place } from '../../shell/router.ts'
import { FilterText } from '../../ui/filter-text.tsx'
import { FilterChoice, FilterSearch } from '../../ui/filters.tsx'
import { PageHead } from '../../ui/panel.tsx'
import { Blank, Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Time } from '../../ui/value.tsx'
import type { Query } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import { IncidentSeverity, IncidentStatus, severities, type Incident } from './badges.tsx'
import { OpenDialog } from './open.tsx'

const texts = words.incidents
/** As many as a call answers at a time; who looks for one among more narrows the search. */
const MOST = 1000
const ACTIVE = 'active'

const columns: readonly Column<Incident>[] = [
  {
    id: 'what',
    title: texts.columns.what,
    cell: ({ title, place: where }) => (
      <span class="incident-what">
        <strong>{title}</strong>
        {where !== null && <small>{where}</small>}
      </span>
    ),
    sortBy: ({ title }) => title,
  },
  {
    id: 'severity',
    title: texts.columns.severity,
    cell: ({ severity }) => <IncidentSeverity severity={severity} />,
    sortBy: ({ severity }) => severities.indexOf(severity),
  },
  {
    id: 'status',
    title: texts.columns.status,
    cell: ({ status }) => <IncidentStatus status={status} />,
    sortBy: ({ status }) => Object.keys(texts.statuses).indexOf(status),
  },
  {
    id: 'assigned',
    title: texts.columns.assigned,
    cell: ({ assigned_to: who }) => who ?? <span class="quiet">{texts.nobody}</span>,
    sortBy: ({ assigned_to: who }) => who,
  },
  {
    id: 'since',
    title: texts.columns.since,
    cell: ({ started_at: at }) => <Time at={at} />,
    sortBy: ({ started_at: at }) => at,
  },
  {
    id: 'over',
    title: texts.columns.over,
    cell: ({ resolved_at: at }) => (at === null ? '–' : <Time at={at} />),
    sortBy: ({ resolved_at: at }) => at,
    wide: true,
  },
]

/** The incidents that who is in may see, by what is asked in the address. */
export function IncidentList() {
  const [opening, setOpening] = useState(false)
  const listed = useResource('GET /monitoring/incidents', { query: asked(place.value.query) }, [
    'system',
  ])
  return (
    <>
      <PageHead title={words.navigation.incidents}>
        {may('incidents:write') && (
          <button
            type="button"
            class="primary"
            onClick={() => {
              setOpening(true)
            }}
          >
            {texts.open}
          </button>
        )}
      </PageHead>
      {!may('incidents:read-all') && <p class="quiet">{texts.own}</p>}
      <Filters />
      <Shown of={listed}>
        {({ incidents, total }) => (
          <>
            <div class="list-bar">
              <span class="quiet">{words.common.table.rows(incidents.length, total)}</span>
            </div>
            <Table
              label={words.navigation.incidents}
              columns={columns}
              rows={incidents}
              idOf={({ id }) => id}
              linkOf={({ id }) => linkTo('incidents', [id])}
              classOf={({ status }) =>
                status === 'closed' || status === 'resolved' ? 'over' : status
              }
              empty={<None />}
            />
          </>
        )}
      </Shown>
      {opening && (
        <OpenDialog
          onClose={() => {
            setOpening(false)
          }}
        />
      )}
    </>
  )
}

function None() {
  if (Object.keys(place.value.query).length > 0) {
    return <Blank icon="search" title={texts.noneMatches} />
  }
  return <Blank icon="good" title={texts.none} text={texts.noneText} />
}

function Filters() {
  return (
    <div class="filters">
      <FilterSearch label={texts.filters.search} />
      <FilterChoice
        query="status"
        label={texts.filters.status}
        choices={[[ACTIVE, texts.filters.active], ...Object.entries(texts.statuses)]}
      />
      <FilterChoice
        query="severity"
        label={texts.filters.severity}
        choices={Object.entries(texts.severities)}
      />
      <FilterText query="assigned_to" label={texts.filters.assigned} />
      <FilterChoice
        query="archived"
        label={texts.filters.archived}
        choices={[['true', texts.filters.archivedChoice]]}
      />
    </div>
  )
}

function asked(query: Readonly<Record<string, string>>) {
  const { status, severity, assigned_to, archived, q } = query
  return {
    ...(status === ACTIVE ? { active: true } : { status }),
    ...{ severity, assigned_to, q, limit: MOST },
    ...(archived === 'true' && { archived: true }),
  } as Query<'GET /monitoring/incidents'>
}
