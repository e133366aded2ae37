import type { AuthFailureReason, HttpObserver } from '../../src/api/context.ts'

/** What an observer was told, and mistakes outside of requests. */
export interface Told {
  failures: AuthFailureReason[]
  requests: string[]
  errors: unknown[]
  limited: number
  refused: number
}

/** An observer that remembers. */
export function observing(): { told: Told; observer: HttpObserver } {
  const told: Told = { failures: [], requests: [], errors: [], limited: 0, refused: 0 }
  const observer: HttpObserver = {
    started: () => undefined,
    finished: ({ method, route, status }) => {
      told.requests.push(`${method} ${route} ${status}`)
    },
    authFailure: (reason) => {
      told.failures.push(reason)
    },
    rateLimited: () => {
      told.limited += 1
    },
    connectionRefused: () => {
      told.refused += 1
    },
  }
  return { told, observer }
}
