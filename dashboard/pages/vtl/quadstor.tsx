import { Panel } from '../../ui/panel.tsx'
import { Notice } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Facts, Time, Value } from '../../ui/value.tsx'
import type { VirtualLibrary } from '../../wire/types.ts'
import { bytes, count, percent } from '../../words/format.ts'
import { words } from '../../words/index.ts'

const texts = words.vtl.quadstor

type Drive = NonNullable<VirtualLibrary['drives']>[number]
type Cartridge = NonNullable<NonNullable<VirtualLibrary['contents']>['cartridges']>[number]

const driveColumns: readonly Column<Drive>[] = [
  { id: 'name', title: texts.drive, cell: ({ name }) => name },
  { id: 'type', title: texts.type, cell: ({ product }) => product },
  { id: 'serial', title: texts.serial, cell: ({ serial }) => serial },
  { id: 'holds', title: words.vtl.columns.holds, cell: ({ volume_tag: tag }) => tag },
]

const cartridgeColumns: readonly Column<Cartridge>[] = [
  {
    id: 'tag',
    title: words.vtl.mediaColumns.tag,
    cell: ({ volume_tag: tag }) => tag,
    sortBy: ({ volume_tag: tag }) => tag,
  },
  { id: 'where', title: texts.where, cell: ({ type, address }) => placeText(type, address) },
  { id: 'type', title: texts.type, cell: ({ medium_type: type, worm }) => mediumText(type, worm) },
  {
    ...{ id: 'capacity', title: words.vtl.mediaColumns.capacity, numeric: true },
    cell: ({ capacity_bytes: whole }) => bytes(whole),
    sortBy: ({ capacity_bytes: whole }) => whole,
  },
  {
    ...{ id: 'used', title: words.vtl.mediaColumns.used, numeric: true },
    cell: ({ used_percent: used }) => percent(used),
    sortBy: ({ used_percent: used }) => used,
  },
  { id: 'status', title: texts.status, cell: ({ status }) => status, sortBy: (of) => of.status },
]

function placeText(type: Cartridge['type'], address: number | null): string {
  return type === null || address === null ? texts.nowhere : texts.places[type](address)
}

function mediumText(type: string | null, worm: boolean | null) {
  return worm === true ? `${type ?? ''} ${texts.worm}` : type
}

/** A library of QUADStor, as its tools tell of it; nothing of it is changed here. */
export function QuadstorView({ virtual }: { virtual: VirtualLibrary }) {
  const { id, product, serial, contents, drives, error } = virtual
  const cartridges = contents?.cartridges ?? null
  return (
    <Panel title={`${product} ${id}`} class="virtual-library" aside={<small>{texts.made}</small>}>
      {error !== null && <Notice>{error}</Notice>}
      <div class="two-columns">
        {drives === null ? (
          <p>
            {texts.drives}: <Value of={null} why={error} />
          </p>
        ) : (
          <Table
            label={texts.drivesOf(id)}
            columns={driveColumns}
            rows={drives}
            idOf={(drive) => drive.id}
          />
        )}
        <Facts
          facts={[
            [texts.serial, serial],
            [texts.slots, count(contents?.slots ?? null)],
            [texts.importExport, count(contents?.import_export_slots ?? null)],
            [texts.cartridges, count(cartridges?.length ?? null)],
            [words.common.readAt, <Time key="read" at={virtual.read_at} />],
          ]}
        />
      </div>
      {cartridges !== null && (
        <Table
          label={words.vtl.mediaOf(id)}
          columns={cartridgeColumns}
          rows={cartridges}
          idOf={({ volume_tag: tag }) => tag}
        />
      )}
    </Panel>
  )
}
