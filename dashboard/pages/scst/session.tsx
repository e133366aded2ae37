import { useResource } from '../../live/resource.ts'
import { linkTo } from '../../shell/router.ts'
import { isAbout, ObjectAlerts } from '../../ui/object-alerts.tsx'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { Notice, Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Facts, Time, Value } from '../../ui/value.tsx'
import type { Session } from '../../wire/types.ts'
import { bytes, count } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { Latency, Oldest } from './commands.tsx'
import { Traffic } from './traffic.tsx'

const texts = words.scst

/** One session: who, from where, what it sees and what it has done. */
export function SessionPage({ id }: { id: string }) {
  const params = { params: { id } }
  const session = useResource('GET /hardware/sessions/:id', params, ['scst', 'metrics'])
  return <Shown of={session}>{(value) => <View session={value} />}</Shown>
}

function View({ session }: { session: Session }) {
  const { driver, target, initiator, group, connections, error } = session
  const labels = { driver, target, initiator }
  const up = { text: texts.views.sessions, link: linkTo('scst', ['sessions']) }
  const targetLink = linkTo('scst', ['targets', `${driver}/${target}`])
  return (
    <>
      <PageHead title={initiator} up={up} />
      {error !== null && <Notice>{error}</Notice>}
      <ObjectAlerts label={texts.alerts} of={(alert) => isAbout(alert, labels)} />
      <div class="two-columns">
        <Panel title={texts.kinds.session}>
          <Facts
            facts={[
              [
                texts.facts.target,
                <a key="target" href={targetLink}>
                  {target}
                </a>,
              ],
              [texts.facts.sees, group ?? texts.kinds.defaultLuns],
              [texts.facts.session, session.session],
              [texts.facts.login, session.login ?? words.common.none],
              [texts.facts.inFlight, count(session.active_commands)],
              [texts.facts.oldest, <Oldest key="oldest" of={session} long />],
              [texts.facts.readLatency, <Latency key="read" of={session} direction="read" />],
              [texts.facts.writeLatency, <Latency key="write" of={session} direction="write" />],
              [texts.facts.connections, <Connections key="connections" of={connections} />],
              [texts.facts.readAt, <Time key="readAt" at={session.read_at} />],
            ]}
          />
        </Panel>
        <Panel title={texts.counters.title}>
          <Counters of={session} />
        </Panel>
      </div>
      <Traffic labels={labels} session={{ ...labels, session: session.session }} series={1} />
    </>
  )
}

function Connections({ of }: { of: Session['connections'] }) {
  if (of.length === 0) return <>{texts.facts.connectionsNone}</>
  return (
    <ul>
      {of.map(({ ip, target_ip: to, state }) => (
        <li key={`${ip} ${to ?? ''}`}>
          {ip} {to !== null && texts.to(to)}{' '}
          <small>
            <Value of={state} />
          </small>
        </li>
      ))}
    </ul>
  )
}

type Name = keyof Session['counters']

const names: readonly Name[] = [
  ...(['read_commands', 'read_bytes', 'write_commands', 'written_bytes'] as const),
  ...(['bidi_commands', 'bidi_bytes', 'none_commands', 'unknown_commands'] as const),
]
const called: Readonly<Record<Name, string>> = {
  read_commands: texts.counters.readCommands,
  read_bytes: texts.counters.readBytes,
  write_commands: texts.counters.writeCommands,
  written_bytes: texts.counters.writtenBytes,
  bidi_commands: texts.counters.bidiCommands,
  bidi_bytes: texts.counters.bidiBytes,
  none_commands: texts.counters.noneCommands,
  unknown_commands: texts.counters.unknownCommands,
}

function Counters({ of: { counters, totals } }: { of: Session }) {
  const shown = (name: Name, value: number | undefined) =>
    value === undefined ? null : name.endsWith('_bytes') ? bytes(value) : count(value)
  const columns: readonly Column<Name>[] = [
    { id: 'what', title: texts.counters.what, cell: (name) => called[name] },
    {
      id: 'login',
      title: texts.counters.login,
      numeric: true,
      cell: (name) => shown(name, counters[name]),
    },
    {
      id: 'total',
      title: texts.counters.total,
      numeric: true,
      cell: (name) => <Value of={shown(name, totals?.[name])} />,
    },
  ]
  return <Table label={texts.counters.title} columns={columns} rows={names} idOf={(name) => name} />
}
