import { storable } from './json.ts'

/** In place of the name of an appliance: whosever it is. No appliance can be called so. */
export const EVERY = '*'

/** That the column `appliance` of a row is what is wanted, as SQL over a parameter whose value is `ownerOf`. */
export const ownedBy = (parameter: string) =>
  `case ${parameter}::text when '${EVERY}' then true when '' then appliance is null else appliance = ${parameter} end`

/** What is wanted: what is of an appliance, the daemon's own (null), or whatever there is (undefined). */
export function ownerOf(appliance: string | null | undefined): string {
  return appliance === undefined ? EVERY : storable(appliance ?? '')
}
