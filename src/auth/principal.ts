import type { Role } from './permissions.ts'
import type { CredentialKind } from './secrets.ts'

/** A session or API token, by the id of its row. */
export interface Credential {
  kind: CredentialKind
  id: string
}

/** A credential that still opens something, and what may be done with it now. */
export interface GoodCredential extends Credential {
  role: Role
}

/** Who asks, and what with. */
export interface Principal {
  userId: string
  username: string
  /** What may be done with this credential: of an API token the weaker of its own role and its user's. */
  role: Role
  credential: Credential
  /** He has to change his password before anything else. */
  mustChangePassword: boolean
  /** When the credential ends at the latest; null for a token without an end. */
  expiresAt: Date | null
}

/** Where a request came from. */
export interface Origin {
  address: string
  userAgent: string | null
  /** The request, as the log names it; left out where there is none. */
  requestId?: string | null
  /** Nobody was there who asked: a page that is open did by itself. It can say so to its disadvantage only. */
  unattended?: boolean
}
