import { useMemo } from 'preact/hooks'
import { linkTo, place } from '../../shell/router.ts'
import { FilterSearch } from '../../ui/filters.tsx'
import { Blank } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Badge, Value } from '../../ui/value.tsx'
import type { Device, Session } from '../../wire/types.ts'
import { bytes, count } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { DeviceBadges, typeOf } from './badges.tsx'
import { backingOf } from './backing.ts'
import { Oldest } from './commands.tsx'
import type { Scst } from './data.ts'

const texts = words.scst

const deviceColumns: readonly Column<Device>[] = [
  {
    id: 'name',
    title: texts.columns.name,
    cell: ({ name }) => <span class="place">{name}</span>,
    sortBy: ({ name }) => name,
  },
  {
    id: 'state',
    title: texts.columns.state,
    cell: (device) =>
      device.handler === null ? (
        <span class="quiet">{texts.unassigned}</span>
      ) : isTroubled(device) ? (
        <DeviceBadges device={device} />
      ) : device.active === null ? (
        <span class="quiet">{texts.notSwitchable}</span>
      ) : (
        <Badge tone="good">{texts.active}</Badge>
      ),
    sortBy: (device) => (isTroubled(device) ? 0 : 1),
  },
  {
    id: 'kind',
    title: texts.columns.kind,
    cell: (device) => <Value of={typeOf(device)} />,
    sortBy: typeOf,
  },
  {
    id: 'handler',
    title: texts.columns.handler,
    cell: ({ handler }) => handler ?? words.common.none,
    sortBy: ({ handler }) => handler,
    wide: true,
  },
  {
    id: 'backing',
    title: texts.columns.backing,
    cell: (device) => {
      const { kind, name } = backingOf(device, null)
      return name === null ? texts.backing[kind] : <code>{name}</code>
    },
    sortBy: (device) => backingOf(device, null).name,
    wide: true,
  },
  {
    id: 'size',
    title: texts.columns.size,
    numeric: true,
    // What is passed through has no size of its own: tapes and changers.
    cell: ({ size_bytes: size, filename }) =>
      size === null && filename === null ? '' : <Value of={bytes(size)} />,
    sortBy: ({ size_bytes: size }) => size,
  },
  {
    id: 'exports',
    title: texts.columns.exports,
    numeric: true,
    cell: ({ exports }) => exports,
    sortBy: ({ exports }) => exports,
  },
]

function isTroubled({ active, file_exists: exists, block_count: block }: Device): boolean {
  return active === false || exists === false || (block ?? 0) !== 0
}

/** All devices that have a handler. */
export function Devices({ scst: { devices } }: { scst: Scst }) {
  return (
    <Found
      label={texts.views.devices}
      rows={devices.items}
      columns={deviceColumns}
      wordsOf={({ name, handler, filename, usn }) => [name, handler, filename, usn]}
      linkOf={({ id }) => linkTo('scst', ['devices', id])}
      empty={<Blank icon="empty" title={texts.noDevices} />}
    />
  )
}

const sessionColumns: readonly Column<Session>[] = [
  {
    id: 'initiator',
    title: texts.columns.initiator,
    cell: ({ initiator }) => <span class="place">{initiator}</span>,
    sortBy: ({ initiator }) => initiator,
  },
  {
    id: 'target',
    title: texts.columns.target,
    cell: ({ driver, target }) => (
      <a href={linkTo('scst', ['targets', `${driver}/${target}`])}>{target}</a>
    ),
    sortBy: ({ target }) => target,
  },
  {
    id: 'group',
    title: texts.columns.group,
    cell: ({ group }) => group ?? texts.kinds.defaultLuns,
    sortBy: ({ group }) => group ?? '',
  },
  {
    id: 'address',
    title: texts.columns.address,
    cell: ({ connections }) => [...new Set(connections.map(({ ip }) => ip))].join(', '),
    sortBy: ({ connections: [first] }) => first?.ip ?? null,
    wide: true,
  },
  {
    id: 'inFlight',
    title: texts.columns.inFlight,
    numeric: true,
    cell: ({ active_commands: commands }) => count(commands),
    sortBy: ({ active_commands: commands }) => commands,
  },
  {
    id: 'oldest',
    title: texts.columns.oldest,
    cell: (session) => <Oldest of={session} />,
    sortBy: ({ oldest_command: oldest }) => oldest?.age_seconds ?? null,
  },
  {
    id: 'read',
    title: texts.columns.read,
    numeric: true,
    cell: ({ counters }) => bytes(counters.read_bytes),
    sortBy: ({ counters }) => counters.read_bytes,
  },
  {
    id: 'written',
    title: texts.columns.written,
    numeric: true,
    cell: ({ counters }) => bytes(counters.written_bytes),
    sortBy: ({ counters }) => counters.written_bytes,
  },
]

/** Who is logged in. */
export function Sessions({ scst: { sessions } }: { scst: Scst }) {
  return (
    <Found
      label={texts.views.sessions}
      rows={sessions.items}
      columns={sessionColumns}
      wordsOf={({ initiator, target, group, connections }) => [
        ...[initiator, target, group],
        ...connections.map(({ ip }) => ip),
      ]}
      linkOf={({ id }) => linkTo('scst', ['sessions', id])}
      empty={
        sessions.total === null ? (
          <Blank icon="unknown" title={words.common.states.failed} text={sessions.error ?? ''} />
        ) : (
          <Blank icon="empty" title={texts.noSessions} text={texts.noSessionsText} />
        )
      }
    />
  )
}

interface FoundProps<Row> {
  label: string
  rows: readonly Row[]
  columns: readonly Column<Row>[]
  /** What a row is found by. */
  wordsOf: (row: Row) => readonly (string | null)[]
  linkOf: (row: Row) => string
  empty: preact.ComponentChildren
}

function Found<Row extends { id: string }>(props: FoundProps<Row>) {
  const { label, rows, columns, wordsOf, linkOf, empty } = props
  const search = (place.value.query.q ?? '').toLowerCase()
  const found = useMemo(
    () => rows.filter((row) => wordsOf(row).join(' ').toLowerCase().includes(search)),
    [rows, search],
  )
  return (
    <>
      <div class="filters">
        <FilterSearch />
        <small>{words.common.table.rows(found.length, rows.length)}</small>
      </div>
      <div class="stacked">
        <Table
          label={label}
          columns={columns}
          rows={found}
          idOf={({ id }) => id}
          linkOf={linkOf}
          empty={
            rows.length === 0 ? (
              empty
            ) : (
              <Blank icon="search" title={words.common.table.nothingFound} />
            )
          }
        />
      </div>
    </>
  )
}
