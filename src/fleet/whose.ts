import { APPLIANCE_NAME } from '../config/fleet.ts'

/** The daemon's own, where appliances are named: no appliance can be called so. */
export const OWN = '_own'

/** What can be asked for: the name of an appliance, or the daemon's own. */
export const WHOSE = `^${OWN}$|${APPLIANCE_NAME}`

const pattern = new RegExp(WHOSE)

/** Whether a text names an appliance, known or not, or the daemon's own. */
export function isWhose(text: unknown): text is string {
  return typeof text === 'string' && pattern.test(text)
}

/** The name of what it is of: null for the daemon's own. */
export function applianceNamed(whose: string): string | null {
  return whose === OWN ? null : whose
}
