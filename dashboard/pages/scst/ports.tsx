import type { ComponentChildren } from 'preact'
import { useResource } from '../../live/resource.ts'
import { linkTo } from '../../shell/router.ts'
import { HistoryChart, SpanChoice, useSpan } from '../../ui/history-chart.tsx'
import { isAbout, ObjectAlerts } from '../../ui/object-alerts.tsx'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { Blank, ListingNotice, Notice, Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Badge, Facts, Time, Value, type Tone } from '../../ui/value.tsx'
import type { Port } from '../../wire/types.ts'
import { bytes, count } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { portOf } from './access.ts'

const texts = words.scst

const columns: readonly Column<Port>[] = [
  {
    id: 'port',
    title: texts.columns.port,
    cell: ({ name, port_name: wwpn }) => (
      <span class="place">{wwpn === undefined ? name : `${wwpn} (${name})`}</span>
    ),
    sortBy: ({ name }) => name,
  },
  { id: 'state', title: texts.columns.state, cell: StateBadge, sortBy: ({ state }) => state },
  {
    id: 'transport',
    title: texts.columns.transport,
    cell: ({ transport }) => texts.transports[transport],
    sortBy: ({ transport }) => transport,
  },
  {
    id: 'speed',
    title: texts.columns.speed,
    numeric: true,
    cell: ({ speed_bits_per_second: speed }) => <Value of={bits(speed)} />,
    sortBy: ({ speed_bits_per_second: speed }) => speed,
  },
  {
    id: 'errors',
    title: texts.columns.errors,
    numeric: true,
    cell: (port) => <Value of={count(errorsOf(port))} />,
    sortBy: errorsOf,
  },
]

/** Ports of host adapters and network interfaces. */
export function Ports() {
  const ports = useResource('GET /hardware/ports', {}, ['scst', 'system', 'metrics'])
  return (
    <Shown of={ports}>
      {(listing) => (
        <>
          <p class="quiet">{texts.portsText}</p>
          <ListingNotice listing={listing} />
          <Table
            label={texts.views.ports}
            columns={columns}
            rows={listing.items}
            idOf={({ id }) => id}
            linkOf={({ id }) => linkTo('scst', ['ports', id])}
            empty={<Blank icon="empty" title={texts.noPorts} />}
          />
        </>
      )}
    </Shown>
  )
}

/** States as the kernel says them: Online and Linkdown of a host adapter, up and down of an interface. */
const tones: Readonly<Record<string, Tone>> = {
  online: 'good',
  up: 'good',
  down: 'warning',
  linkdown: 'critical',
  offline: 'warning',
  error: 'critical',
  unknown: 'unknown',
}

function StateBadge({ state }: Port): ComponentChildren {
  return <Badge tone={tones[state.toLowerCase()] ?? 'warning'}>{state}</Badge>
}

/** Counters of a host adapter that count what went wrong. */
const FAULTS = [
  ...['link_failure_count', 'loss_of_sync_count', 'loss_of_signal_count', 'invalid_crc_count'],
  ...['invalid_tx_word_count', 'error_frames'],
]

/** Null where nothing is counted. */
function errorsOf({ statistics, receive_errors: in_, transmit_errors: out }: Port): number | null {
  if (statistics !== undefined) {
    const known = FAULTS.flatMap((name) => statistics[name] ?? [])
    return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0)
  }
  return in_ === undefined || out === undefined ? null : in_ + out
}

const DECIMAL = ['', 'k', 'M', 'G', 'T']

/** Lines are told in decimal units. */
function bits(value: number | null): string | null {
  if (value === null) return null
  let unit = 0
  let size = value
  while (size >= 1000 && unit < DECIMAL.length - 1) {
    size /= 1000
    unit += 1
  }
  return texts.bitsPerSecond(`${Math.round(size * 10) / 10} ${DECIMAL[unit] ?? ''}`)
}

/** One port. */
export function PortPage({ id }: { id: string }) {
  const params = { params: { id } }
  const port = useResource('GET /hardware/ports/:id', params, ['scst', 'system', 'metrics'])
  return <Shown of={port}>{(value) => <View port={value} />}</Shown>
}

function View({ port }: { port: Port }) {
  const { name, transport, error } = port
  const facts = texts.facts
  const targets = useResource('GET /hardware/targets', {}, ['scst']).current.value
  const target =
    targets.state === 'shown'
      ? targets.value.items.find((one) => portOf(one.name, [port]) !== null)
      : undefined
  const up = { text: texts.views.ports, link: linkTo('scst', ['ports']) }
  const given = (title: string, value: ComponentChildren | undefined) =>
    value === undefined ? [] : [[title, value] as const]
  return (
    <>
      <PageHead title={port.port_name ?? name} up={up} />
      {error !== null && <Notice>{error}</Notice>}
      <ObjectAlerts
        label={texts.alerts}
        of={(alert) => isAbout(alert, { interface: name }) || isAbout(alert, { host: name })}
      />
      <div class="two-columns">
        <Panel title={texts.columns.port}>
          <Facts
            facts={[
              [texts.columns.name, name],
              [texts.columns.transport, texts.transports[transport]],
              [facts.state, <StateBadge key="state" {...port} />],
              [facts.speed, bits(port.speed_bits_per_second)],
              ...given(facts.portName, port.port_name),
              ...given(facts.nodeName, port.node_name),
              ...given(facts.portType, port.port_type),
              ...given(facts.fabric, port.fabric_name),
              ...given(facts.mac, port.mac_address),
              ...(port.mtu_bytes === undefined
                ? []
                : [[facts.mtu, facts.octets(count(port.mtu_bytes) ?? '')] as const]),
              ...(port.bond === null || port.bond === undefined
                ? []
                : [[facts.bond, `${port.bond} ${port.bond_mode ?? ''}`] as const]),
              ...((port.bond_members_down?.length ?? 0) === 0
                ? []
                : [[facts.bondDown, port.bond_members_down?.join(', ')] as const]),
              ...given(facts.carrier, port.carrier_changes),
              ...(target === undefined
                ? []
                : [
                    [
                      facts.target,
                      <a key="target" href={linkTo('scst', ['targets', target.id])}>
                        {target.name}
                      </a>,
                    ] as const,
                  ]),
              [facts.readAt, <Time key="read" at={port.read_at} />],
            ]}
          />
        </Panel>
        <Panel title={texts.portCounters}>
          <Counters of={port} />
        </Panel>
      </div>
      {transport === 'network' && <NetworkTraffic name={name} />}
    </>
  )
}

function Counters({ of: port }: { of: Port }) {
  const own = port.statistics ?? countersOf(port)
  const facts = Object.entries(own).map(
    ([name, value]) =>
      [
        name.replace(/_(bytes|count)$/, '').replaceAll('_', ' '),
        name.endsWith('_bytes') ? bytes(value) : count(value),
      ] as const,
  )
  return <Facts facts={facts} />
}

function countersOf(port: Port): Record<string, number> {
  const names = Object.keys(port).filter((name) => /^(receive|transmit)/.test(name))
  const values = port as unknown as Record<string, unknown>
  return Object.fromEntries(
    names.flatMap((name) => {
      const value = values[name]
      return typeof value === 'number' ? [[name, value]] : []
    }),
  )
}

function NetworkTraffic({ name }: { name: string }) {
  const { span, setSpan, zoom } = useSpan('hour')
  const labels = { interface: name }
  const format = (value: number) => texts.traffic.perSecond(bytes(value) ?? '')
  return (
    <Panel title={texts.traffic.throughput} aside={<SpanChoice span={span} onChoose={setSpan} />}>
      <div class="plots">
        {(['receive', 'transmit'] as const).map((way) => (
          <HistoryChart
            key={way}
            label={way === 'receive' ? texts.traffic.read : texts.traffic.write}
            asked={{ name: `storwarden_network_${way}_bytes_total`, labels, aggregate: 'rate' }}
            nameOf={() => (way === 'receive' ? texts.received : texts.sent)}
            onZoom={zoom}
            height={150}
            {...{ span, format }}
          />
        ))}
      </div>
    </Panel>
  )
}
