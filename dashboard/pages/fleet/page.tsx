import { useMemo } from 'preact/hooks'
import { now } from '../../live/clock.ts'
import { severities } from '../../live/alerts.ts'
import { useResource } from '../../live/resource.ts'
import { linkTo, place } from '../../shell/router.ts'
import { ExternalLink } from '../../ui/external-link.tsx'
import { FilterChoice, FilterSearch } from '../../ui/filters.tsx'
import { Icon } from '../../ui/icon.tsx'
import { PageHead } from '../../ui/panel.tsx'
import { Blank, Notice, Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Badge, Time, toneOf, Value } from '../../ui/value.tsx'
import { consoleOf } from '../../wire/address.ts'
import type { Answer } from '../../wire/request.ts'
import { ago, count } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import './fleet.css'
import { byTrouble, isTroubled, troubleOf } from './trouble.ts'

type Fleet = Answer<'GET /fleet/appliances'>
type Appliance = Fleet['appliances'][number]

const texts = words.fleet

const columns: readonly Column<Appliance>[] = [
  {
    id: 'name',
    title: texts.columns.name,
    cell: ({ name }) => <strong>{name}</strong>,
    sortBy: ({ name }) => name,
  },
  {
    id: 'state',
    title: texts.columns.state,
    cell: State,
    sortBy: (one) => -(troubleOf(one)[0] ?? 0),
  },
  {
    id: 'alerts',
    title: texts.columns.alerts,
    cell: Alerts,
    sortBy: ({ alerts }) => -(alerts.critical * 1e6 + alerts.warning * 1e3 + alerts.info),
  },
  {
    id: 'health',
    title: texts.columns.health,
    cell: Health,
    sortBy: ({ health }) => health,
  },
  { id: 'console', title: texts.columns.console, cell: Console },
  {
    id: 'heard',
    title: texts.columns.heard,
    cell: ({ last_heard_at: at }) => <Time at={at} />,
    sortBy: ({ last_heard_at: at }) => at,
    wide: true,
  },
  {
    id: 'version',
    title: texts.columns.version,
    cell: ({ version }) => <Value of={version} />,
    sortBy: ({ version }) => version,
    wide: true,
  },
  {
    id: 'lag',
    title: texts.columns.lag,
    numeric: true,
    cell: ({ lag }) =>
      lag === 0 ? (
        <span class="quiet">{texts.noLag}</span>
      ) : (
        <Value of={lag === null ? null : texts.events(count(lag) ?? '')} />
      ),
    sortBy: ({ lag }) => lag,
    wide: true,
  },
  {
    id: 'missing',
    title: texts.columns.missing,
    numeric: true,
    cell: ({ missing }) =>
      missing === 0 ? (
        <span class="quiet">{texts.noLag}</span>
      ) : (
        <Badge tone="warning">{texts.events(count(missing) ?? '')}</Badge>
      ),
    sortBy: ({ missing }) => -missing,
    wide: true,
  },
]

function State({ state, silent_since: since, other, name }: Appliance) {
  return (
    <span class="badges">
      {(other === null || state === 'silent') && (
        <Badge tone={state === 'silent' ? 'critical' : 'good'}>{texts.states[state]}</Badge>
      )}
      {since !== null && <small class="since">{ago(new Date(since), now.value)}</small>}
      {other !== null && (
        <span title={texts.other(name, ago(new Date(other.heard_at), now.value))}>
          <Badge tone="critical">{texts.twice}</Badge>
        </span>
      )}
    </span>
  )
}

function Health({ health }: Appliance) {
  if (health === 'unknown') return <Value of={null} />
  const tone = toneOf(health as Parameters<typeof toneOf>[0])
  return <Badge tone={tone}>{texts.health[health] ?? health}</Badge>
}

function Alerts({ name, alerts, state }: Appliance) {
  const firing = severities.filter((one) => alerts[one] > 0)
  // Of a silent one they are what it told last.
  if (firing.length === 0) {
    return state === 'silent' ? <Value of={null} /> : <span class="quiet">{texts.noAlerts}</span>
  }
  return (
    <a class="alert-counts" href={linkTo('alerts', [], { appliance: name, state: 'firing' })}>
      {firing.map((one) => (
        <span key={one} class={`badge ${one}`}>
          <Icon name={one} />
          {count(alerts[one])} <span class="hidden">{words.common.severity[one]}</span>
        </span>
      ))}
    </a>
  )
}

function Console({ name, url }: Appliance) {
  const link = consoleOf(url)
  if (link === null) return <Value of={null} why={texts.noUrl} />
  return (
    <ExternalLink href={link} label={texts.openOf(name)}>
      {texts.open}
    </ExternalLink>
  )
}

/** The appliances of a fleet, those with the most trouble first. */
export default function FleetPage() {
  const fleet = useResource('GET /fleet/appliances', {}, ['metrics', 'alert', 'system'])
  return (
    <>
      <PageHead title={words.navigation.fleet} />
      <Shown of={fleet}>{(value) => <Listing fleet={value} />}</Shown>
    </>
  )
}

function Listing({ fleet: { appliances, deaf_since: deaf } }: { fleet: Fleet }) {
  const { q = '', state } = place.value.query
  const shown = useMemo(
    () =>
      byTrouble(appliances).filter(
        (one) =>
          one.name.toLowerCase().includes(q.toLowerCase()) &&
          (state === undefined || (state === 'trouble' ? isTroubled(one) : one.state === state)),
      ),
    [appliances, q, state],
  )
  if (appliances.length === 0) {
    return <Blank icon="empty" title={texts.none} text={texts.noneText} />
  }
  return (
    <>
      {deaf !== null && <Notice>{texts.deaf(ago(new Date(deaf), now.value))}</Notice>}
      <Sums of={appliances} />
      <div class="filters">
        <FilterSearch label={texts.search} />
        <FilterChoice
          query="state"
          label={texts.stateFilter}
          choices={[['trouble', texts.troubleOnly], ...Object.entries(texts.states)]}
        />
      </div>
      <div class="stacked fleet">
        <Table
          label={words.navigation.fleet}
          columns={columns}
          rows={shown}
          idOf={({ name }) => name}
          linkOf={({ name }) => linkTo('overview', [], { appliance: name })}
          classOf={({ state }) => (state === 'silent' ? 'critical' : '')}
          empty={<Blank icon="search" title={texts.noneMatches} />}
        />
      </div>
      <p class="quiet">{words.common.table.rows(shown.length, appliances.length)}</p>
    </>
  )
}

function Sums({ of }: { of: readonly Appliance[] }) {
  const silent = of.filter(({ state }) => state === 'silent').length
  const firing = (one: 'critical' | 'warning' | 'info') =>
    of.reduce((sum, { alerts }) => sum + alerts[one], 0)
  return (
    <p class="badges fleet-sums">
      <Badge tone="good">
        {texts.sums.reporting(count(of.length - silent) ?? '', count(of.length) ?? '')}
      </Badge>
      {silent > 0 && <Badge tone="critical">{texts.sums.silent(count(silent) ?? '')}</Badge>}
      {severities.map(
        (one) =>
          firing(one) > 0 && (
            <span key={one} class={`badge ${one}`}>
              <Icon name={one} />
              {count(firing(one))} {words.common.severity[one]}
            </span>
          ),
      )}
    </p>
  )
}
