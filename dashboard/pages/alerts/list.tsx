import { useState } from 'preact/hooks'
import { firingAlerts } from '../../live/alerts.ts'
import { useAlerts, type Listed } from './listed.ts'
import { may } from '../../session/session.ts'
import { place, linkTo } from '../../shell/router.ts'
import { placedId, withAppliance } from '../../ui/appliance.tsx'
import { FilterChoice, FilterSearch } from '../../ui/filters.tsx'
import { PageHead } from '../../ui/panel.tsx'
import { Blank, Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { SeverityBadge, Time } from '../../ui/value.tsx'
import type { Alert } from '../../wire/types.ts'
import { severities } from '../../live/alerts.ts'
import { words } from '../../words/index.ts'
import { AlertActions } from './actions.tsx'
import { StateBadges } from './state-badges.tsx'

const texts = words.alerts

const columns: readonly Column<Alert>[] = [
  { id: 'what', title: texts.columns.what, cell: What, sortBy: ({ title }) => title },
  {
    id: 'severity',
    title: texts.columns.severity,
    cell: ({ severity }) => <SeverityBadge severity={severity} />,
    sortBy: ({ severity }) => severities.indexOf(severity),
  },
  {
    id: 'where',
    title: texts.columns.where,
    cell: ({ resource }) => <span class="place">{resource}</span>,
    sortBy: ({ resource }) => resource,
  },
  {
    id: 'since',
    title: texts.columns.since,
    cell: ({ started_at: at }) => <Time at={at} />,
    sortBy: ({ started_at: at }) => at,
  },
  { id: 'state', title: texts.columns.state, cell: (alert) => <StateBadges alert={alert} /> },
]

function What({ title, message }: Alert) {
  return (
    <span class="alert-what">
      <strong>{title}</strong>
      <span>{message}</span>
    </span>
  )
}

/** All alerts there are and were, by what is asked in the address. */
export function AlertList() {
  const listed = useAlerts(place.value.query)
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set())
  return (
    <>
      <PageHead title={words.navigation.alerts} />
      <div class="filters">
        <FilterSearch label={texts.filters.search} />
        <FilterChoice
          query="state"
          label={texts.filters.state}
          choices={Object.entries(texts.states)}
        />
        <FilterChoice
          query="severity"
          label={texts.filters.severity}
          choices={severities.map((one) => [one, words.common.severity[one]])}
        />
        <FilterChoice
          query="source"
          label={texts.filters.source}
          choices={Object.entries(texts.sources)}
        />
        <FilterChoice
          query="acknowledged"
          label={texts.filters.acknowledged}
          choices={[
            ['true', words.common.yes],
            ['false', words.common.no],
          ]}
        />
      </div>
      <Shown of={listed}>
        {(shown) => <Listing shown={shown} selected={selected} onSelect={setSelected} />}
      </Shown>
    </>
  )
}

interface ListingProps {
  shown: Listed
  selected: ReadonlySet<string>
  onSelect: (selected: ReadonlySet<string>) => void
}

function Listing({ shown: { alerts, total }, selected, onSelect }: ListingProps) {
  const chosen = alerts.filter(
    // Those of appliances are changed there.
    (alert) =>
      selected.has(placedId(alert)) && alert.state !== 'resolved' && alert.appliance === null,
  )
  const filtered = Object.keys(place.value.query).length > 0
  return (
    <>
      <div class="list-bar">
        <span class="quiet">{words.common.table.rows(alerts.length, total)}</span>
        {may('monitoring:write') && (
          <AlertActions
            alerts={chosen}
            onDone={() => {
              onSelect(new Set())
            }}
          />
        )}
      </div>
      <div class="stacked alert-list">
        <Table
          label={words.navigation.alerts}
          columns={withAppliance(columns)}
          rows={alerts}
          idOf={placedId}
          linkOf={({ id }) => linkTo('alerts', [id])}
          classOf={({ severity, state }) => (state === 'resolved' ? 'over' : severity)}
          {...(may('monitoring:write') && {
            selection: {
              selected,
              onSelect,
              nameOf: (id: string) => alerts.find((alert) => placedId(alert) === id)?.title ?? id,
            },
          })}
          empty={
            filtered || (firingAlerts.value?.length ?? 1) > 0 ? (
              <Blank icon="search" title={texts.noneMatches} />
            ) : (
              <Blank icon="good" title={texts.none} text={texts.noneText} />
            )
          }
        />
      </div>
    </>
  )
}
