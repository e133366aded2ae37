import type { Answer } from '../../wire/request.ts'

/** A user. */
export type User = Answer<'GET /users'>['users'][number]
/** What somebody is here. */
export type Role = User['role']

/** Roles, the weakest first. */
export const roles = ['viewer', 'operator', 'admin'] as const

/** The role that a field says; of anything else the weakest. */
export function roleOf(text: string): Role {
  return roles.find((one) => one === text) ?? 'viewer'
}
