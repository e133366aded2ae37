import { signal } from '@preact/signals'

/** What the daemon calls what is its own, where appliances are named. */
export const OWN = '_own'

/** In place of the name of an appliance, of stored series: those of all, and its own. */
export const EVERY = '*'

/**
 * Of a fleet: whose alerts, events and hardware are asked for: the name of an appliance, or the daemon's own. Null is
 * whatever there is, which of a daemon without a fleet is its own.
 */
export const scope = signal<string | null>(null)

/** Whether something is among what is asked for. */
export function inScope(appliance: string | null | undefined): boolean {
  return scope.value === null || scope.value === (appliance ?? OWN)
}

/** Whether it is another appliance whose things are asked for: what is only known of the daemon itself is not about them. */
export function isElsewhere(): boolean {
  return scope.value !== null && scope.value !== OWN
}

const SCOPED = /^\/(?:hardware\/|monitoring\/(?:alerts|events|metrics)$)/

/** Whether a call is asked for one appliance's where one is chosen. */
export function isScoped(method: string, path: string): boolean {
  return method === 'GET' && SCOPED.test(path)
}
