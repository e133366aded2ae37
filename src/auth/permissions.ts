/** Roles, the weakest first. */
export const roles = ['viewer', 'operator', 'admin'] as const
/** A role, without aliases. */
export type Role = (typeof roles)[number]

/** What a call can require. */
export type Permission =
  | 'monitoring:read'
  | 'monitoring:write'
  | 'events:write'
  | 'metrics:write'
  | 'incidents:write'
  | 'incidents:read-all'
  | 'rules:write'
  | 'stats:read'
  | 'tasks:run'
  | 'tasks:run-destructive'
  | 'users:manage'
  | 'config:write'

const viewer: readonly Permission[] = [
  'monitoring:read',
  'events:write',
  'metrics:write',
  'incidents:write',
]
const operator: readonly Permission[] = [
  ...viewer,
  'monitoring:write',
  'rules:write',
  'incidents:read-all',
  'stats:read',
  'tasks:run',
]
const admin: readonly Permission[] = [
  ...operator,
  'users:manage',
  'config:write',
  'tasks:run-destructive',
]

const granted: Readonly<Record<Role, readonly Permission[]>> = { viewer, operator, admin }

/** What each type of frame on the event stream needs: whoever may not read it is not sent it, live or later. */
export const streamPermissions = {
  alert: 'monitoring:read',
  task: 'monitoring:read',
  system: 'monitoring:read',
  storage: 'monitoring:read',
  scst: 'monitoring:read',
  tape: 'monitoring:read',
  vtl: 'monitoring:read',
  metrics: 'monitoring:read',
} as const satisfies Readonly<Record<string, Permission>>

/** Whether a role is sent frames of this type; of a type that the table does not know nobody is. */
export function mayReadStream(role: Role, type: string): boolean {
  const needed = new Map<string, Permission>(Object.entries(streamPermissions)).get(type)
  return needed !== undefined && may(role, needed)
}

/** The names of roles that are accepted from the outside, aliases included. */
export const roleNames = [...roles, 'user', 'moderator'] as const
const aliases: Readonly<Record<(typeof roleNames)[number], Role>> = {
  viewer: 'viewer',
  operator: 'operator',
  admin: 'admin',
  user: 'viewer',
  moderator: 'operator',
}

/** What a role may do. */
export function permissionsOf(role: Role): readonly Permission[] {
  return granted[role]
}

/** Whether a role has a permission. */
export function may(role: Role, permission: Permission): boolean {
  return granted[role].includes(permission)
}

/** The role of a name or alias. */
export function roleOf(name: (typeof roleNames)[number]): Role {
  return aliases[name]
}

/** The weaker of two roles: a token never does more than the user who made it. */
export function weakerRole(one: Role, other: Role): Role {
  return roles.indexOf(one) < roles.indexOf(other) ? one : other
}
