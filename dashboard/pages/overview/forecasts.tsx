import { AtAppliance } from '../../ui/at-appliance.tsx'
import { useResource } from '../../live/resource.ts'
import { linkTo as placeLink } from '../../shell/place.ts'
import { Panel } from '../../ui/panel.tsx'
import { Blank, Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Badge, Meter, Time } from '../../ui/value.tsx'
import type { Answer } from '../../wire/request.ts'
import { isElsewhere } from '../../wire/scope.ts'
import { dateTime, percent } from '../../words/format.ts'
import { words } from '../../words/index.ts'

type Forecast = Answer<'GET /monitoring/forecasts'>['forecasts'][number]

const texts = words.overview.full

const columns: readonly Column<Forecast>[] = [
  { id: 'object', title: texts.object, cell: ({ object }) => object },
  { id: 'used', title: texts.used, numeric: true, cell: Used },
  { id: 'at', title: texts.at, cell: Full },
]

/** The soonest first. */
const soonest = (one: Forecast, other: Forecast) =>
  (one.used_up_at ?? '').localeCompare(other.used_up_at ?? '')

/** What runs out, and when: it is foretold where it is. */
export function Forecasts() {
  return isElsewhere() ? (
    <Panel title={texts.title}>
      <AtAppliance to={placeLink('overview')} />
    </Panel>
  ) : (
    <Foretold />
  )
}

function Foretold() {
  const forecasts = useResource('GET /monitoring/forecasts', {}, ['metrics'])
  return (
    <Panel title={texts.title}>
      <Shown of={forecasts}>
        {({ forecasts: all, computed_at: at }) => {
          const ending = all.filter(({ state }) => state === 'depleting' || state === 'used_up')
          const title = at === null ? texts.noHistory : texts.none
          return (
            <Table
              label={texts.title}
              columns={columns}
              rows={ending.sort(soonest)}
              idOf={({ kind, object }) => `${kind} ${object}`}
              empty={<Blank icon={at === null ? 'unknown' : 'good'} title={title} />}
            />
          )
        }}
      </Shown>
    </Panel>
  )
}

function Used({ object, used, capacity }: Forecast) {
  const share = capacity === 0 ? null : (used / capacity) * 100
  return (
    <span class="usage">
      <Meter percent={share} label={object} />
      {percent(share)}
    </span>
  )
}

function Full({ state, used_up_at: at, earliest_at: from, latest_at: to }: Forecast) {
  if (state === 'used_up') return <Badge tone="critical">{texts.usedUp}</Badge>
  const range =
    from === null || to === null
      ? undefined
      : texts.between(dateTime(new Date(from)), dateTime(new Date(to)))
  return (
    <span title={range}>
      <Time at={at} />
    </span>
  )
}
