import { createHash, randomBytes } from 'node:crypto'

/** What a secret opens; also its first letters, so that secret scanners and people can tell. */
export type CredentialKind = 'session' | 'token'

const prefixes: Readonly<Record<CredentialKind, string>> = { session: 'sws_', token: 'swt_' }

/** A new bearer token: 256 random bits, in characters that headers and WebSocket protocols allow. */
export function newSecret(kind: CredentialKind): string {
  return prefixes[kind] + randomBytes(32).toString('base64url')
}

/** Which table a bearer token is in; null when it cannot be one of ours. */
export function kindOfSecret(secret: string): CredentialKind | null {
  if (!/^sw[st]_[\w-]{43}$/.test(secret)) return null
  return secret.startsWith(prefixes.session) ? 'session' : 'token'
}

/**
 * What is stored of a bearer token. A plain hash is enough for 256 random bits, and looking the
 * hash up tells nothing by its timing: who wants to guess it has to find a preimage first.
 */
export function hashSecret(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}

/** A password of 144 random bits for people to type once. */
export function newPassword(): string {
  return randomBytes(18).toString('base64url')
}
