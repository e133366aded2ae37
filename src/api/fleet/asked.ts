import { Type } from 'typebox'
import { EVERY } from '../../db/owned-by.ts'
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

/** The same of stored series, of which all there are have to be asked for. */
export const applianceOrAll = Type.Optional(
  Type.String({
    pattern: `${WHOSE}|^[${EVERY}]$`,
    description:
      `Of a fleet: of this appliance; of stored series also \`${EVERY}\`, those of all, each with the label ` +
      '`appliance`, and of the daemon itself',
  }),
)

/** Whose is asked for: null for the daemon's own, undefined for whatever there is. */
export function whoseOf(asked: string | undefined): string | null | undefined {
  return asked === undefined ? undefined : applianceNamed(asked)
}

/**
 * Refuses what appliances do not tell of, where it is asked of one: the daemon's own would be taken for it. Throws
 * appliance_only, with the address of the appliance, and appliance_not_found.
 */
export function refuseTold(fleet: Fleet | null, asked: string | undefined, what: string): void {
  const name = whoseOf(asked)
  if (name == null) return
  const url = applianceOf(fleet, name).appliance.about?.url ?? null
  const where = url === null ? 'it has not told its address' : `there: ${url}`
  throw new ProblemError('appliance_only', `${what} of ${name} are known there alone; ${where}`, {
    members: { appliance: name, url },
  })
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
