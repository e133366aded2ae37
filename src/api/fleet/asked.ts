import { Type } from 'typebox'
import type { Appliance, Fleet } from '../../fleet/appliances.ts'
import { applianceNamed, OWN, WHOSE } from '../../fleet/whose.ts'
import { ProblemError } from '../problem.ts'

/** What a query asks of which appliance. */
export const appliance = Type.Optional(
  Type.String({
    pattern: WHOSE,
    description: `Of a fleet: only what is of this appliance; \`${OWN}\` for what is of the daemon itself`,
  }),
)

/** Whose is asked for: null for the daemon's own, undefined for whatever there is. */
export function whoseOf(asked: string | undefined): string | null | undefined {
  return asked === undefined ? undefined : applianceNamed(asked)
}

/** The appliance of that name. Throws appliance_not_found. */
export function applianceOf(
  fleet: Fleet | null,
  name: string,
): { fleet: Fleet; appliance: Appliance } {
  const found = fleet?.find(name) ?? null
  if (fleet === null || found === null) {
    throw new ProblemError('appliance_not_found', `appliance ${name}: nothing was heard of it`)
  }
  return { fleet, appliance: found }
}
