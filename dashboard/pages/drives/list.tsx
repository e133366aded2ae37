import { firingAlerts } from '../../live/alerts.ts'
import { useResource } from '../../live/resource.ts'
import { linkTo, place } from '../../shell/router.ts'
import { Activity, Remarks, remarksOf } from '../../tape/activity.tsx'
import { LoadedCartridge } from '../../tape/names.tsx'
import { AlertBadge, alertsAt, alertsOf } from '../../tape/object-alerts.tsx'
import { applianceOf, placedId, withAppliance } from '../../ui/appliance.tsx'
import { FilterChoice, FilterSearch } from '../../ui/filters.tsx'
import { Missing } from '../../ui/missing.tsx'
import { PageHead } from '../../ui/panel.tsx'
import { Blank, ListingNotice, Shown } from '../../ui/states.tsx'
import { Table, type Column } from '../../ui/table.tsx'
import { Time, Value } from '../../ui/value.tsx'
import type { Answer } from '../../wire/request.ts'
import type { Drive } from '../../wire/types.ts'
import { words } from '../../words/index.ts'
import { doings, filtered, recentErrors } from './filtered.ts'
import { PlaceName, RecentErrors, SinceCleaning, Temperature } from './cells.tsx'

const texts = words.drives

const columns: readonly Column<Drive>[] = [
  { id: 'drive', title: texts.columns.drive, cell: ({ id }) => id, sortBy: ({ id }) => id },
  {
    id: 'place',
    title: texts.columns.place,
    wide: true,
    cell: Place,
    sortBy: ({ place: where }) => where,
  },
  {
    id: 'does',
    title: texts.columns.does,
    cell: (drive) => <Activity drive={drive} />,
    sortBy: ({ status }) => status?.activity ?? null,
  },
  {
    id: 'look',
    title: texts.columns.remarks,
    cell: (drive) => (
      <span class="badges">
        <AlertBadge labels={{ serial: drive.id }} appliance={drive.appliance} />
        <Remarks drive={drive} />
      </span>
    ),
  },
  {
    id: 'cartridge',
    title: texts.columns.cartridge,
    cell: (drive) => <LoadedCartridge drive={drive} />,
    sortBy: ({ volume_tag: tag }) => tag,
  },
  {
    id: 'errors',
    title: texts.columns.errors,
    named: true,
    cell: (drive) => (
      <span class="whole">
        <RecentErrors drive={drive} />
      </span>
    ),
    sortBy(drive) {
      const errors = recentErrors(drive)
      return errors && errors.write + errors.read
    },
  },
  {
    id: 'cleaning',
    title: texts.columns.cleaning,
    numeric: true,
    wide: true,
    cell: (drive) => <SinceCleaning drive={drive} />,
    sortBy: ({ health }) => health?.lifetime.motion_hours_since_cleaning ?? null,
  },
  {
    id: 'temperature',
    title: texts.columns.temperature,
    numeric: true,
    wide: true,
    cell: (drive) => <Temperature drive={drive} />,
    sortBy: ({ health }) => health?.temperature.celsius ?? null,
  },
  {
    id: 'read',
    title: texts.columns.read,
    wide: true,
    cell: ({ read_at: at }) => (
      <span class="whole">
        <Time at={at} />
      </span>
    ),
    sortBy: ({ read_at: at }) => at,
  },
]

function Place(drive: Drive) {
  return (
    <>
      <PlaceName drive={drive} />
      <small class="model">
        {drive.product} {drive.virtual && words.tape.virtual}
      </small>
    </>
  )
}

/** All tape drives. */
export function DriveList() {
  const drives = useResource('GET /hardware/drives', {}, ['tape', 'vtl', 'metrics'])
  return (
    <>
      <PageHead title={words.navigation.drives} />
      <Shown of={drives}>
        {(listing) => <Listing listing={listing} onChanged={drives.refresh} />}
      </Shown>
    </>
  )
}

interface ListingProps {
  listing: Answer<'GET /hardware/drives'>
  onChanged: () => void
}

function Listing({ listing, onChanged }: ListingProps) {
  const { items, state } = listing
  const alerts = firingAlerts.value
  const needsLook = (drive: Drive) =>
    alertsOf(alertsAt(alerts, drive.appliance), { serial: drive.id }).length > 0 ||
    remarksOf(drive).length > 0
  const shown = filtered(items, place.value.query, needsLook)
  const libraries = [...new Set(items.flatMap(({ library }) => library?.serial ?? []))].sort()
  return (
    <>
      <ListingNotice listing={{ ...listing, state: state === 'pending' ? null : state }} />
      {items.length > 0 && (
        <div class="filters">
          <FilterSearch label={texts.search} />
          <FilterChoice
            query="does"
            label={texts.filters.activity}
            choices={doings.map((one) => [one, texts.filters[one]])}
          />
          {libraries.length > 1 && (
            <FilterChoice
              query="library"
              label={words.tape.names.library}
              choices={libraries.map((one) => [one, one])}
            />
          )}
        </div>
      )}
      <div class="stacked">
        <Table
          label={words.navigation.drives}
          columns={withAppliance(columns)}
          rows={shown}
          idOf={placedId}
          linkOf={(drive) => linkTo('drives', [drive.id], applianceOf(drive))}
          empty={<None of={listing} />}
        />
      </div>
      {items.length > 0 && (
        <p class="quiet">{words.common.table.rows(shown.length, items.length)}</p>
      )}
      <Missing listings={{ drives: listing }} onChanged={onChanged} />
    </>
  )
}

function None({ of: { items, state } }: { of: ListingProps['listing'] }) {
  if (items.length > 0) return <Blank icon="search" title={texts.noneMatches} />
  if (state === 'pending') return <Value of={null} />
  if (state === 'failed') return <Blank icon="broken" title={words.common.states.failed} />
  return <Blank icon="empty" title={texts.none} text={texts.noneText} />
}
