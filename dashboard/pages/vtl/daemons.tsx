import type { ComponentChildren } from 'preact'
import { linkTo } from '../../shell/router.ts'
import { useResource } from '../../live/resource.ts'
import { Activity } from '../../tape/activity.tsx'
import { LoadedCartridge } from '../../tape/names.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Badge, Value } from '../../ui/value.tsx'
import type { Drive, Library, VirtualLibrary } from '../../wire/types.ts'
import { words } from '../../words/index.ts'
import { LibraryState } from '../libraries/library-state.tsx'

const texts = words.vtl

interface Row {
  id: string
  name: string
  link: string
  daemon: VirtualLibrary['daemon']
  answers: ComponentChildren
  holds: ComponentChildren
}

const columns: readonly Column<Row>[] = [
  { id: 'what', title: texts.columns.what, cell: ({ name }) => name },
  {
    id: 'daemon',
    title: texts.columns.daemon,
    cell: ({ daemon }) => <Daemon of={daemon} />,
    sortBy: ({ daemon }) => daemon && Number(daemon.running),
  },
  { id: 'answers', title: texts.columns.answers, cell: ({ answers }) => answers },
  { id: 'holds', title: texts.columns.holds, cell: ({ holds }) => holds },
]

interface DaemonsProps {
  virtual: VirtualLibrary
  running: Library | undefined
  looked: boolean
}

/** The daemons that the configuration wants, whether each runs, and what its device says. */
export function Daemons({ virtual, running, looked }: DaemonsProps) {
  const drives = useResource('GET /hardware/drives', {}, ['vtl', 'metrics'])
  const current = drives.current.value
  const shown = current.state === 'shown' ? current.value : null
  const known =
    shown?.state === 'failed' || shown?.state === 'pending' ? null : (shown?.items ?? null)
  const robot: Row = {
    id: 'robot',
    name: texts.robot,
    link: linkTo('libraries', [virtual.id]),
    daemon: virtual.daemon,
    answers: running ? (
      <LibraryState library={running} />
    ) : looked ? (
      <NotSeen />
    ) : (
      <Value of={null} />
    ),
    holds: null,
  }
  return (
    <Table
      label={texts.daemons(virtual.id)}
      columns={columns}
      rows={[robot, ...(virtual.drives ?? []).map((drive) => rowOf(drive, known))]}
      idOf={({ id }) => id}
      linkOf={({ link }) => link}
    />
  )
}

type VirtualDrive = NonNullable<VirtualLibrary['drives']>[number]

function rowOf(drive: VirtualDrive, known: readonly Drive[] | null): Row {
  const seen = known?.find(({ id }) => id === drive.id)
  return {
    id: `drive ${drive.number}`,
    name: `${texts.drive(drive.slot)} · ${drive.serial}`,
    link: linkTo('drives', [drive.id]),
    daemon: drive.daemon,
    answers: seen ? <Activity drive={seen} /> : known ? <NotSeen /> : <Value of={null} />,
    holds: seen && <LoadedCartridge drive={seen} />,
  }
}

function NotSeen() {
  return <Badge tone="warning">{texts.notSeen}</Badge>
}

/** Whether a unit of systemd runs, as it says. */
function Daemon({ of: daemon }: { of: VirtualLibrary['daemon'] }) {
  if (daemon === null) return <Value of={null} why={texts.unknownUnit} />
  return (
    <span title={`${daemon.unit}: ${daemon.detail}`}>
      <Badge tone={daemon.running ? 'good' : 'critical'}>
        {daemon.running ? texts.running : `${texts.notRunning}: ${daemon.detail}`}
      </Badge>
    </span>
  )
}
