import { Type } from 'typebox'
import { passwordFault } from '../../auth/password-rules.ts'
import { roleNames, roleOf, roles } from '../../auth/permissions.ts'
import { isUsername, USERNAME_PATTERN, type WithPassword } from '../../auth/user-directory.ts'
import type { User } from '../../auth/users.ts'
import type { Fault } from '../problem.ts'
import { route } from '../route.ts'
import { flag, id, integer, nullable, oneOf, text, time } from '../schemas.ts'

const user = {
  id: text,
  username: text,
  role: oneOf(roles),
  disabled: flag,
  disabled_at: nullable(time),
  must_change_password: flag,
  created_at: time,
  /** Null while the user still has the password that was made for him, and for one without a password. */
  password_changed_at: nullable(time),
  last_login_at: nullable(time),
  /** At an identity provider; null for a user with a password. */
  identity: nullable(Type.Object({ issuer: text, subject: text })),
}

/** Told once. */
const withPassword = Type.Object({ ...user, password: nullable(text) })

const list = route({
  method: 'get',
  path: '/api/v1/users',
  guard: 'users:manage',
  tag: 'users',
  summary: 'Everybody who can log in',
  answers: {
    200: {
      description: 'By name.',
      schema: Type.Object({ users: Type.Array(Type.Object(user)), total: integer }),
    },
  },
  async handle({ context }) {
    const users = await context.users.list()
    return { status: 200, json: { users: users.map(userJson), total: users.length } }
  },
})

const create = route({
  method: 'post',
  path: '/api/v1/users',
  guard: 'users:manage',
  tag: 'users',
  summary: 'Make a user',
  description:
    'Without a password one is made, shown this once, and the user has to change it before anything else: every call ' +
    'but `auth/me`, `auth/password` and `auth/logout` is answered with `password_change_required` until then. Of a ' +
    'password that is given it is so with `must_change_password`.',
  body: Type.Object({
    username: Type.String({ pattern: USERNAME_PATTERN }),
    role: Type.Optional(
      Type.Unsafe<(typeof roleNames)[number]>({ ...oneOf(roleNames), default: 'viewer' }),
    ),
    password: Type.Optional(nullable(Type.String({ maxLength: 1024 }))),
    must_change_password: Type.Optional(
      Type.Boolean({ description: 'true unless a password is given.' }),
    ),
  }),
  answers: {
    201: {
      description: 'The user; `password` is the one that was made, null when one was given.',
      schema: withPassword,
    },
  },
  problems: ['username_taken', 'busy'],
  async faultsOf({ username = '', password }): Promise<Fault[]> {
    const faults: Fault[] = []
    if (username !== '' && !isUsername(username)) {
      faults.push({ path: '/body/username', message: 'must not look like an id' })
    }
    const weak = typeof password === 'string' ? passwordFault(password, username) : null
    if (weak !== null) faults.push({ path: '/body/password', message: weak })
    return Promise.resolve(faults)
  },
  async handle({ body, principal, origin, context }) {
    const { username, role = 'viewer', password = null } = body
    const wanted = {
      ...{ username, password, role: roleOf(role) },
      mustChangePassword: body.must_change_password ?? password === null,
    }
    const created = await context.users.create(wanted, { principal, origin })
    return { status: 201, json: withPasswordJson(created) }
  },
})

const change = route({
  method: 'patch',
  path: '/api/v1/users/:id',
  guard: 'users:manage',
  tag: 'users',
  summary: 'Change the role of a user, or disable and enable him',
  description:
    'By id or name. Ends his sessions and closes his event streams with 4401; API tokens may from now on what he ' +
    'may, and open nothing while he is disabled.',
  params: id,
  body: Type.Object(
    {
      role: Type.Optional(Type.Unsafe<(typeof roleNames)[number]>(oneOf(roleNames))),
      disabled: Type.Optional(flag),
    },
    { minProperties: 1 },
  ),
  answers: { 200: { description: 'The user.', schema: Type.Object(user) } },
  problems: ['user_not_found', 'last_admin'],
  async handle({ params, body, principal, origin, context }) {
    const { role, disabled } = body
    const wanted = { role: role === undefined ? undefined : roleOf(role), disabled }
    const changed = await context.users.change(params.id, wanted, { principal, origin })
    return { status: 200, json: userJson(changed) }
  },
})

const remove = route({
  method: 'delete',
  path: '/api/v1/users/:id',
  guard: 'users:manage',
  tag: 'users',
  summary: 'Delete a user, with his sessions and API tokens',
  description: 'By id or name.',
  params: id,
  answers: { 204: { description: 'The user is gone; what he did stays in the audit trail.' } },
  problems: ['user_not_found', 'last_admin'],
  async handle({ params, principal, origin, context }) {
    await context.users.delete(params.id, { principal, origin })
    return { status: 204 }
  },
})

const forcePasswordReset = route({
  method: 'post',
  path: '/api/v1/users/:id/force-password-reset',
  // What an operator has: he may do it to all but admins.
  guard: 'monitoring:write',
  tag: 'users',
  summary: 'Replace the password of a user',
  description:
    'By id or name. The new password is shown this once, and has to be changed. Ends the sessions of the user; his ' +
    'API tokens open nothing until he has changed it. For an admin it needs `users:manage`.',
  params: id,
  answers: { 200: { description: 'The user and the password.', schema: withPassword } },
  problems: ['user_not_found', 'no_password', 'session_required', 'busy'],
  async handle({ params, principal, origin, context }) {
    const reset = await context.users.forcePasswordReset(params.id, { principal, origin })
    return { status: 200, json: withPasswordJson(reset) }
  },
})

/** The users, for those who manage them. */
export const userRoutes = [list, create, change, remove, forcePasswordReset]

function userJson(user: User) {
  return {
    id: user.id,
    username: user.username,
    role: user.role,
    disabled: user.disabledAt !== null,
    disabled_at: user.disabledAt?.toISOString() ?? null,
    must_change_password: user.mustChangePassword,
    created_at: user.createdAt.toISOString(),
    password_changed_at: user.passwordChangedAt?.toISOString() ?? null,
    last_login_at: user.lastLoginAt?.toISOString() ?? null,
    identity: user.identity,
  }
}

function withPasswordJson({ user, password }: WithPassword) {
  return { ...userJson(user), password }
}
