import { isFleet } from '../live/stream.ts'
import { OWN, scope } from '../wire/scope.ts'
import { words } from '../words/index.ts'
import type { Column } from './table.tsx'

/** Something that is at an appliance of a fleet, or the daemon's own. */
interface Placed {
  appliance: string | null
}

/** Whether things of several appliances are shown. */
export function isMixed(): boolean {
  return isFleet.value && scope.value === null
}

/** The columns of a table, with one that names the appliance where things of several are shown. */
export function withAppliance<Row extends Placed>(
  columns: readonly Column<Row>[],
): readonly Column<Row>[] {
  if (!isMixed()) return columns
  const [first, ...others] = columns
  return first === undefined ? columns : [first, column, ...others]
}

/** What the address of something has to say, so that it is that of its appliance. */
export function applianceOf({ appliance }: Placed): { appliance?: string } {
  return isFleet.value ? { appliance: appliance ?? OWN } : {}
}

/** Tells apart what appliances call alike. */
export function placedId({ appliance, id }: Placed & { id: string }): string {
  return appliance === null ? id : `${appliance}/${id}`
}

const column: Column<Placed> = {
  id: 'appliance',
  title: words.fleet.appliance,
  cell: ({ appliance }) => <ApplianceName of={appliance} />,
  sortBy: ({ appliance }) => appliance ?? '',
}

/** The name of an appliance, or that it is the daemon's own. */
export function ApplianceName({ of }: { of: string | null }) {
  return of === null ? (
    <span class="quiet" title={words.fleet.own}>
      {words.fleet.ownShort}
    </span>
  ) : (
    <>{of}</>
  )
}
