import { linkTo } from '../../shell/router.ts'
import { applianceOf, placedId } from '../../ui/appliance.tsx'

import { foundIn, keyOf, type Found } from '../../tape/elements.ts'
import { libraryName } from '../../tape/names.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Blank } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Time } from '../../ui/value.tsx'
import type { Library } from '../../wire/types.ts'
import { words } from '../../words/index.ts'

const texts = words.libraries.found

const columns: readonly Column<Found>[] = [
  {
    id: 'cartridge',
    title: texts.cartridge,
    cell: ({ element }) => element.volume_tag,
    sortBy: ({ element }) => element.volume_tag,
  },
  {
    id: 'place',
    title: texts.place,
    cell: ({ element }) => words.tape.elements[element.type](element.number),
  },
  {
    id: 'library',
    title: texts.library,
    cell: ({ library }) => libraryName(library),
    sortBy: ({ library }) => libraryName(library),
  },
  {
    id: 'read',
    title: words.common.readAt,
    cell: ({ library }) => <Time at={library.inventory?.taken_at ?? null} />,
  },
]

/** Where the cartridges are whose barcodes have the letters searched for, in all libraries and their drives. */
export function FoundTable({ libraries, q }: { libraries: readonly Library[]; q: string }) {
  const found = foundIn(libraries, q)
  const unread = libraries.some(({ state }) => state !== 'online')
  return (
    <Panel title={texts.title} aside={<small>{words.common.table.rows(found.length, null)}</small>}>
      <Table
        label={texts.table}
        columns={columns}
        rows={found}
        idOf={({ library, element }) => `${placedId(library)} ${keyOf(element)}`}
        linkOf={({ library, element }) =>
          linkTo('libraries', [library.id], { q, at: keyOf(element), ...applianceOf(library) })
        }
        empty={
          <Blank icon="search" title={texts.none(q)} text={unread ? texts.noneUnread : undefined} />
        }
      />
    </Panel>
  )
}
