import { silenceOf, snapshotOf } from '../../fleet/shown.ts'
import { applianceNamed } from '../../fleet/whose.ts'
import type { Snapshot } from '../../snapshot.ts'
import type { ApiContext } from '../context.ts'
import { joined, listingOf, type Kind, type Listed, type Listing } from '../hardware/listing.ts'
import { applianceOf } from './asked.ts'

/** What there is of hardware in one place: of the daemon's own machine, or of an appliance. */
export interface Held {
  /** Null for the daemon's own. */
  appliance: string | null
  snapshot: Snapshot
}

/** Where hardware is that was asked for; throws appliance_not_found. */
export function heldBy(context: ApiContext, asked: string | undefined): Held[] {
  const own = (): Held => ({ appliance: null, snapshot: context.snapshot() })
  const name = asked === undefined ? undefined : applianceNamed(asked)
  if (name === null) return [own()]
  const { fleet } = context
  const told = ({ fleet, appliance }: ReturnType<typeof applianceOf>): Held => ({
    appliance: appliance.name,
    snapshot: snapshotOf(appliance, fleet),
  })
  if (name !== undefined) return [told(applianceOf(fleet, name))]
  if (fleet === null) return [own()]
  return [own(), ...fleet.list().map((appliance) => told({ fleet, appliance }))]
}

/** An object and where it is. */
export interface Placed {
  held: Held
  item: Listed
}

/** What is listed of a kind in one place, or several. */
export interface HeldListing extends Omit<Listing, 'items'> {
  placed: Placed[]
}

/** Lists a kind wherever it is. */
export function listingIn(kind: Kind, context: ApiContext, held: readonly Held[]): HeldListing {
  const listings = held.map((of) => listingOfHeld(kind, context, of))
  const placed = listings.flatMap(({ items }, index) => {
    const of = held[index]
    return of === undefined ? [] : items.map((item) => ({ held: of, item }))
  })
  const [only] = listings
  if (only !== undefined && listings.length === 1) {
    const { state, takenAt, error } = only
    return { placed, state, takenAt, error }
  }
  const { state, takenAt } = joined(listings)
  return { placed, state, takenAt, error: errorsOf(held, listings) }
}

function listingOfHeld(kind: Kind, { fleet }: ApiContext, { appliance, snapshot }: Held): Listing {
  if (appliance === null) return listingOf(kind, snapshot)
  const known = fleet?.find(appliance) ?? null
  const silence = fleet === null || known === null ? null : silenceOf(known, fleet.deafSince())

  try {
    const listing = listingOf(kind, snapshot)
    // What it never told is not known either.
    if (silence === null || listing.state !== 'pending') return listing
    return { ...listing, state: 'failed', error: silence.error }
  } catch {
    // It is of another version, which says it otherwise.
    const error = `what appliance ${appliance} told is not understood here`
    return { items: [], state: 'failed', takenAt: null, error }
  }
}

/** Hundreds of appliances may fail for hundreds of reasons. */
const ERRORS_TOLD = 3

function errorsOf(held: readonly Held[], listings: readonly Listing[]): string | null {
  const errors = listings.flatMap(({ error }, index) => {
    const appliance = held[index]?.appliance ?? null
    if (error === null) return []
    return [appliance === null || error.includes(appliance) ? error : `${appliance}: ${error}`]
  })
  if (errors.length === 0) return null
  const more = errors.length - ERRORS_TOLD
  return [...errors.slice(0, ERRORS_TOLD), ...(more > 0 ? [`and ${more} more`] : [])].join('; ')
}
