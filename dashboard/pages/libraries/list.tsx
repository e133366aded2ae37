import { linkTo, place } from '../../shell/router.ts'
import { AlertBadge } from '../../tape/object-alerts.tsx'
import { countOf } from '../../tape/elements.ts'
import { libraryName } from '../../tape/names.tsx'
import { applianceOf, placedId, withAppliance } from '../../ui/appliance.tsx'
import { FilterSearch } from '../../ui/filters.tsx'
import { Missing } from '../../ui/missing.tsx'
import { PageHead } from '../../ui/panel.tsx'
import { Blank, ListingNotice } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Badge, Time, Value } from '../../ui/value.tsx'
import type { Answer } from '../../wire/request.ts'
import type { Library } from '../../wire/types.ts'
import { count } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { FoundTable } from './found.tsx'
import { LibraryState } from './library-state.tsx'

const texts = words.libraries

const columns: readonly Column<Library>[] = [
  { id: 'name', title: texts.columns.name, cell: Name, sortBy: libraryName },
  {
    id: 'state',
    title: texts.columns.state,
    cell: (library) => <LibraryState library={library} />,
    sortBy: ({ state }) => state,
  },
  filled('drives', texts.columns.drives, 'data-transfer'),
  filled('slots', texts.columns.slots, 'storage'),
  filled('station', texts.columns.station, 'import-export'),
  { id: 'alerts', title: texts.columns.alerts, cell: Alerts },
  {
    id: 'read',
    title: texts.columns.read,
    cell: ({ inventory, error }) =>
      inventory === null ? <Value of={null} why={error} /> : <Time at={inventory.taken_at} />,
    sortBy: ({ inventory }) => inventory?.taken_at ?? null,
  },
]

function Name(library: Library) {
  return (
    <>
      {libraryName(library)} {library.virtual && <Badge tone="quiet">{words.tape.virtual}</Badge>}
    </>
  )
}

function Alerts({ id, tape_alerts: flags, appliance }: Library) {
  return (
    <span class="badges">
      <AlertBadge labels={{ library: id }} appliance={appliance} />
      {flags !== null && flags.length > 0 && (
        <Badge tone="warning">
          {words.tape.flags.title} {flags.map(({ flag }) => flag).join(', ')}
        </Badge>
      )}
    </span>
  )
}

function filled(
  id: string,
  title: string,
  type: 'data-transfer' | 'storage' | 'import-export',
): Column<Library> {
  return {
    ...{ id, title, numeric: true },
    sortBy: (library) => countOf(library, type)?.full ?? null,
    cell(library) {
      const counted = countOf(library, type)
      if (counted === null) return <Value of={null} why={library.error} />
      return texts.of(count(counted.full) ?? '', count(counted.all) ?? '')
    },
  }
}

interface ListProps {
  listing: Answer<'GET /hardware/libraries'>
  onChanged: () => void
}

/** All libraries, and where a cartridge is. */
export function LibraryList({ listing, onChanged }: ListProps) {
  const { items } = listing
  const q = place.value.query.q ?? ''
  return (
    <>
      <PageHead title={words.navigation.libraries} />
      <ListingNotice listing={{ ...listing, state: known(listing.state) }} />
      {items.length > 0 && (
        <div class="filters">
          <FilterSearch label={texts.find} />
        </div>
      )}
      {q !== '' && <FoundTable libraries={items} q={q} />}
      <div class="stacked">
        <Table
          label={words.navigation.libraries}
          columns={withAppliance(columns)}
          rows={items}
          idOf={placedId}
          linkOf={(library) => linkTo('libraries', [library.id], { q, ...applianceOf(library) })}
          empty={<None state={listing.state} />}
        />
      </div>
      <Missing listings={{ libraries: listing }} onChanged={onChanged} />
    </>
  )
}

function None({ state }: Pick<ListProps['listing'], 'state'>) {
  if (state === 'pending') return <Blank icon="unknown" title={words.common.states.loading} />
  if (state === 'failed') return <Blank icon="broken" title={words.common.states.failed} />
  return <Blank icon="empty" title={texts.none} text={texts.noneText} />
}

/** Before it was read once there is nothing to be said of it. */
function known(state: ListProps['listing']['state']) {
  return state === 'pending' ? null : state
}
