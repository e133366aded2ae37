/** Why somebody is not let in, or not further; told apart by `code`. */
export type AuthErrorCode =
  | 'ERR_BAD_CREDENTIALS'
  | 'ERR_RATE_LIMITED'
  | 'ERR_ROLE_TOO_HIGH'
  | 'ERR_SESSION_REQUIRED'
  | 'ERR_TOKEN_NOT_FOUND'
  | 'ERR_EXPIRY_PASSED'

/** A login, a password or a token was refused; the message is for the user. */
export class AuthError extends Error {
  readonly code: AuthErrorCode
  /** For ERR_RATE_LIMITED: seconds until the next try is heard; null otherwise. */
  readonly retryAfterSeconds: number | null

  constructor(code: AuthErrorCode, message: string, retryAfterSeconds: number | null = null) {
    super(message)
    this.name = 'AuthError'
    this.code = code
    this.retryAfterSeconds = retryAfterSeconds
  }
}
