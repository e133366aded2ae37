import { UsageError } from '../arguments.ts'
import type { Client } from './client.ts'
import type { Surroundings } from './command.ts'

/** Where the daemon answers when nobody says otherwise. */
const DEFAULT_URL = 'http://127.0.0.1:8080'

/** There is no token to ask the daemon with. */
export class NoTokenError extends Error {
  readonly code = 'ERR_NO_TOKEN'

  constructor() {
    super(
      'no token: put one into STORWARDEN_TOKEN; `storwarden token create --name NAME` on the appliance makes one',
    )
    this.name = 'NoTokenError'
  }
}

/** The URL of the daemon: the option before the environment before the default. Throws UsageError. */
export function daemonUrl(
  option: string | undefined,
  { env }: Pick<Surroundings, 'env'>,
  byDefault = DEFAULT_URL,
): string {
  const fromEnvironment = (env.STORWARDEN_URL ?? '').trim()
  const url = option ?? (fromEnvironment === '' ? byDefault : fromEnvironment)
  const name = option === undefined ? 'STORWARDEN_URL' : '--url'
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (parsed === null || !['http:', 'https:'].includes(parsed.protocol)) {
    throw new UsageError([`${name} ${url}: must be a URL such as ${DEFAULT_URL}`])
  }
  if (parsed.username !== '' || parsed.search !== '' || parsed.hash !== '') {
    throw new UsageError([`${name}: must be a host and maybe a path, nothing else`])
  }
  return url
}

/** The file of certificates that are trusted besides the usual ones; null when there is none. */
export function trustedFile({ env }: Pick<Surroundings, 'env'>): string | null {
  const file = (env.STORWARDEN_CA ?? '').trim()
  return file === '' ? null : file
}

/** A client with the token of the environment. Throws UsageError or NoTokenError. */
export function connected(option: string | undefined, around: Surroundings): Client {
  const url = daemonUrl(option, around)
  const token = (around.env.STORWARDEN_TOKEN ?? '').trim()
  if (token === '') throw new NoTokenError()
  if (!/^[\w.~+/=-]+$/.test(token)) {
    throw new UsageError(['STORWARDEN_TOKEN: holds characters that no token has'])
  }
  return around.connect(url, token, trustedFile(around))
}

/** Nothing, or more than one thing, has the id. */
export class NotFoundError extends Error {
  readonly code = 'ERR_NOT_FOUND'

  constructor(message: string) {
    super(message)
    this.name = 'NotFoundError'
  }
}

/**
 * What is meant by an id: the thing with this id or name, else the only one whose id or name begins so.
 * Throws NotFoundError, which names the candidates.
 */
export function meant<T>(
  what: string,
  wanted: string,
  things: readonly T[],
  namesOf: (thing: T) => readonly string[],
): T {
  const whole = things.filter((thing) => namesOf(thing).includes(wanted))
  const begun = things.filter((thing) =>
    namesOf(thing).some((name) => name.toLowerCase().startsWith(wanted.toLowerCase())),
  )
  const found = whole.length > 0 ? whole : begun
  const [only, ...others] = found
  if (only === undefined) throw new NotFoundError(`${what} ${wanted}: not found`)
  if (others.length === 0) return only
  const some = found.slice(0, 5).map((thing) => namesOf(thing)[0] ?? '')
  const more = found.length > some.length ? ` and ${found.length - some.length} more` : ''
  throw new NotFoundError(`${what} ${wanted}: may be ${some.join(', ')}${more}`)
}
