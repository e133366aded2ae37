import { readFile } from 'node:fs/promises'
import { initialPasswordPath } from '../auth/users.ts'
import type { Client } from './client.ts'
import type { Surroundings } from './command.ts'
import { firstLine, passwordIn } from './password-file.ts'
import { TokenError, type CreatedToken, type WantedToken } from './token-on-database.ts'

/** A token that is wanted from a daemon that runs. */
export interface TokenRequest extends WantedToken {
  /** Holds the password; `-` is standard input, null asks. */
  passwordFile: string | null
  /** Of the daemon of this machine; null when another one is asked. */
  stateDir: string | null
}

/** Logs in, has the daemon make the token, and logs out. Rejects with TokenError or DaemonError. */
export async function requestToken(
  client: Client,
  wanted: TokenRequest,
  around: Surroundings,
): Promise<CreatedToken> {
  const password = await passwordOf(client, wanted, around)
  const { username } = wanted
  const login = await client.post('/api/v1/auth/login', { username, password })
  const session = login.text('token')
  if (session === null) throw new TokenError(`${client.url}: the login gave no token`)
  const asUser = client.with(session)
  try {
    const created = await asUser.post('/api/v1/auth/tokens', {
      name: wanted.name,
      role: wanted.role,
      expires_at: wanted.expiresAt?.toISOString() ?? null,
    })
    const token = created.text('token')
    if (token === null) throw new TokenError(`${client.url}: the answer holds no token`)
    return {
      token,
      id: created.text('id'),
      name: created.text('name'),
      username: created.text('username'),
      role: created.text('role'),
      created_at: created.text('created_at'),
      expires_at: created.text('expires_at'),
    }
  } finally {
    // A session that cannot be ended ends by itself; the token is there all the same.
    await asUser.post('/api/v1/auth/logout', {}).catch(() => null)
  }
}

/** The password: of the file, of the first start where it is still there, or of whoever sits there. */
async function passwordOf(
  { url }: Client,
  { username, passwordFile, stateDir }: TokenRequest,
  { askSecret }: Surroundings,
): Promise<string> {
  if (passwordFile !== null) return await passwordIn('password-file', passwordFile)
  // The password of this machine's daemon is not told to any other.
  if (stateDir !== null && username === 'admin' && isLoopback(url)) {
    const first = await readFile(initialPasswordPath(stateDir), 'utf8').catch(() => null)
    if (first !== null) return firstLine(first)
  }
  const typed = await askSecret(`password of ${username} at ${url}: `)
  if (typed !== null) return typed
  throw new TokenError(
    `storwardend runs at ${url} and wants the password of ${username}: give --password-file FILE`,
  )
}

function isLoopback(url: string): boolean {
  return /^(?:127(?:\.\d+){3}|localhost|\[::1\])$/.test(new URL(url).hostname)
}
