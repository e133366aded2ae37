import { useMemo } from 'preact/hooks'
import { useResource } from '../../live/resource.ts'
import { linkTo, place } from '../../shell/router.ts'
import { life, pair, space } from '../../tape/cartridge-facts.tsx'
import { applianceOf, placedId, withAppliance } from '../../ui/appliance.tsx'
import { FilterChoice, FilterSearch } from '../../ui/filters.tsx'
import { PageHead } from '../../ui/panel.tsx'
import { Blank, ListingNotice, Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Badge, Time, Value } from '../../ui/value.tsx'
import type { Answer } from '../../wire/request.ts'
import type { Cartridge } from '../../wire/types.ts'
import { count } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { filtered, unrecoveredOf } from './filtered.ts'
import { Follow } from './follow.tsx'

const texts = words.cartridges

const columns: readonly Column<Cartridge>[] = [
  {
    id: 'barcode',
    title: texts.columns.barcode,
    cell: ({ volume_tag: tag }) => tag ?? <i>{words.tape.noBarcode}</i>,
    sortBy: ({ volume_tag: tag }) => tag,
  },
  {
    id: 'place',
    title: texts.columns.place,
    cell: Place,
    sortBy: ({ library, place: type, number }) => `${library} ${type} ${number}`,
  },
  {
    id: 'library',
    title: texts.columns.library,
    wide: true,
    cell: ({ library, virtual }) => (
      <>
        {library} {virtual && <Badge tone="quiet">{words.tape.virtual}</Badge>}
      </>
    ),
    sortBy: ({ library }) => library,
  },
  {
    id: 'loads',
    title: texts.columns.loads,
    numeric: true,
    cell: ({ health }) => <Value of={count(health?.loads ?? null)} />,
    sortBy: ({ health }) => health?.loads ?? null,
  },
  {
    id: 'life',
    title: texts.columns.life,
    cell: ({ health }) => <Value of={life(health?.life_remaining_percent ?? null)} />,
    sortBy: ({ health }) => health?.life_remaining_percent ?? null,
  },
  {
    id: 'space',
    title: texts.columns.space,
    wide: true,
    cell: ({ health }) => <Value of={health && space(health)} />,
    sortBy: ({ health }) => health?.remaining_bytes ?? null,
  },
  {
    id: 'errors',
    title: texts.columns.errors,
    numeric: true,
    cell: Errors,
    sortBy: unrecoveredOf,
  },
  {
    id: 'follow',
    title: texts.columns.follow,
    cell: ({ errors_follow: follow }) => <Follow of={follow} />,
    sortBy: ({ errors_follow: follow }) => follow,
  },
  {
    id: 'told',
    title: texts.columns.told,
    wide: true,
    cell: ({ health }) =>
      health === null ? (
        <Value of={null} why={words.tape.cartridge.untold} />
      ) : (
        <Time at={health.read_at} />
      ),
    sortBy: ({ health }) => health?.read_at ?? null,
  },
]

function Place(cartridge: Cartridge) {
  const { library, place: type, number } = cartridge
  const at = `${type}/${number}`
  return (
    <a href={linkTo('libraries', [library], { at, ...applianceOf(cartridge) })}>
      {words.tape.elements[type](number)}
    </a>
  )
}

function Errors(cartridge: Cartridge) {
  const errors = unrecoveredOf(cartridge)
  if (errors === null || errors === 0) return <Value of={count(errors)} />
  const { unrecovered_write_errors: writes = null, unrecovered_read_errors: reads = null } =
    cartridge.health ?? {}
  return <Badge tone="critical">{pair(writes, reads)}</Badge>
}

/** All cartridges that are in a library, and what is known of each. */
export function CartridgeList() {
  const cartridges = useResource('GET /hardware/cartridges', {}, ['tape', 'vtl'])
  return (
    <>
      <PageHead title={words.navigation.cartridges} />
      <Shown of={cartridges}>{(listing) => <Listing listing={listing} />}</Shown>
    </>
  )
}

function Listing({ listing }: { listing: Answer<'GET /hardware/cartridges'> }) {
  const { items, state } = listing
  const { query } = place.value
  const shown = useMemo(() => filtered(items, query), [items, query])
  const libraries = useMemo(() => [...new Set(items.map(({ library }) => library))].sort(), [items])
  return (
    <>
      <ListingNotice listing={{ ...listing, state: state === 'pending' ? null : state }} />
      {items.length > 0 && (
        <div class="filters">
          <FilterSearch label={texts.search} />
          <FilterChoice
            query="place"
            label={texts.filters.place}
            choices={Object.entries(texts.filters.places)}
          />
          {libraries.length > 1 && (
            <FilterChoice
              query="library"
              label={texts.filters.library}
              choices={libraries.map((one) => [one, one])}
            />
          )}
          <FilterChoice
            query="errors"
            label={texts.filters.follow}
            choices={[['any', texts.filters.any], ...Object.entries(words.tape.follow.choices)]}
          />
        </div>
      )}
      {items.length > 0 && (
        <p class="quiet">{words.common.table.rows(shown.length, items.length)}</p>
      )}
      <Table
        label={words.navigation.cartridges}
        columns={withAppliance(columns)}
        rows={shown}
        idOf={placedId}
        linkOf={(cartridge) => linkTo('cartridges', [cartridge.id], applianceOf(cartridge))}
        empty={<None of={listing} />}
      />
    </>
  )
}

function None({ of: { items, state } }: { of: Answer<'GET /hardware/cartridges'> }) {
  if (items.length > 0) return <Blank icon="search" title={texts.noneMatches} />
  if (state === 'failed') return <Blank icon="broken" title={words.common.states.failed} />
  if (state === 'pending') return <Blank icon="unknown" title={words.common.states.loading} />
  return <Blank icon="empty" title={texts.none} text={texts.noneText} />
}
