import { randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

/** The header that names a request, in both directions. */
export const REQUEST_ID_HEADER = 'X-Request-Id'
const NAME = 'x-request-id'

/** What can be put into a log, a header and a shell as it is. */
const SOUND = /^[\w.-]{1,64}$/

/** Names the request: as whoever sent it did, where that is sound, otherwise anew; the header says so from then on. */
export function nameRequest({ headers }: IncomingMessage): string {
  const given = headers[NAME]
  const id = typeof given === 'string' && SOUND.test(given) ? given : randomUUID()
  headers[NAME] = id
  return id
}

/** The id of a request that was named; null of another. */
export function requestIdOf({ headers }: IncomingMessage): string | null {
  const given = headers[NAME]
  return typeof given === 'string' ? given : null
}
