import { session } from '../../session/session.ts'
import type { Answer } from '../../wire/request.ts'
import type { Me } from '../../wire/types.ts'

/** A user. */
export type User = Answer<'GET /users'>['users'][number]
/** What somebody is here. */
export type Role = User['role']

/** Roles, the weakest first. */
export const roles = ['viewer', 'operator', 'admin'] as const

/** Who is in; null when nobody is. */
export function whoIsIn(): Me | null {
  const current = session.value
  return current.state === 'in' ? current.me : null
}

/** The role that a field says; of anything else the weakest. */
export function roleOf(text: string): Role {
  return roles.find((one) => one === text) ?? 'viewer'
}
