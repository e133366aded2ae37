import type { Permission } from './permissions.ts'
import type { Principal } from './principal.ts'

/** Why somebody is not let in, or not further; told apart by `code`. */
export type AuthErrorCode =
  | 'ERR_ADMINS_ONLY'
  | 'ERR_BAD_CREDENTIALS'
  | 'ERR_EXPIRY_PASSED'
  | 'ERR_LAST_ADMIN'
  | 'ERR_NO_PASSWORD'
  | 'ERR_RATE_LIMITED'
  | 'ERR_ROLE_TOO_HIGH'
  | 'ERR_SESSION_NOT_FOUND'
  | 'ERR_SESSION_REQUIRED'
  | 'ERR_TOKEN_NOT_FOUND'
  | 'ERR_USERNAME_TAKEN'
  | 'ERR_USER_NOT_FOUND'
  | 'ERR_WEAK_PASSWORD'

/** A login, a password, a token or a change of a user was refused; the message is for the user. */
export class AuthError extends Error {
  readonly code: AuthErrorCode
  /** For ERR_RATE_LIMITED: seconds until the next try is heard; null otherwise. */
  readonly retryAfterSeconds: number | null
  /** For ERR_ADMINS_ONLY: what is missing; null otherwise. */
  readonly permission: Permission | null

  constructor(
    code: AuthErrorCode,
    message: string,
    more: { retryAfterSeconds?: number | null; permission?: Permission } = {},
  ) {
    super(message)
    this.name = 'AuthError'
    this.code = code
    this.retryAfterSeconds = more.retryAfterSeconds ?? null
    this.permission = more.permission ?? null
  }
}

/** Throws AuthError ERR_SESSION_REQUIRED for an API token. */
export function requireSession({ credential }: Principal): void {
  if (credential.kind === 'session') return
  throw new AuthError(
    'ERR_SESSION_REQUIRED',
    'an API token cannot do this: log in with the password',
  )
}
