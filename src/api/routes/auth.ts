import { Type } from 'typebox'
import { permissionsOf, roleNames, roleOf, roles } from '../../auth/permissions.ts'
import type { ApiToken } from '../../auth/tokens.ts'
import { getUser, type User } from '../../auth/users.ts'
import { forgottenCookie, sessionCookie } from '../credentials.ts'
import { toJson } from '../json.ts'
import { route } from '../route.ts'
import { dateOf, flag, id, integer, nullable, oneOf, text, time } from '../schemas.ts'

const role = oneOf(roles)
const password = Type.String({ minLength: 1, maxLength: 1024 })
const user = {
  id: text,
  username: text,
  role,
  permissions: Type.Array(text),
  must_change_password: flag,
}

const login = route({
  method: 'post',
  path: '/api/v1/auth/login',
  guard: 'public',
  tag: 'auth',
  summary: 'Start a session',
  description:
    'The token goes into `Authorization: Bearer`; browsers get it as a cookie besides. ' +
    'After 5 failures within 60 s a client is not heard for 300 s about this account.',
  body: Type.Object({ username: Type.String({ minLength: 1, maxLength: 256 }), password }),
  answers: {
    200: {
      description: 'The session; `expires_at` is when it ends if it is not used.',
      schema: Type.Object({ token: text, expires_at: time, user: Type.Object(user) }),
    },
  },
  problems: ['bad_credentials', 'too_many_failures', 'busy', 'cross_site_request'],
  async handle({ body, origin, context, secure }) {
    const { token, expiresAt, user } = await context.accounts.login(
      body.username,
      body.password,
      origin,
    )
    return {
      status: 200,
      json: { token, expires_at: expiresAt.toISOString(), user: userJson(user) },
      headers: { 'Set-Cookie': sessionCookie(token, expiresAt, secure) },
    }
  },
})

const logout = route({
  method: 'post',
  path: '/api/v1/auth/logout',
  guard: 'authenticated',
  beforePasswordChange: true,
  tag: 'auth',
  summary: 'End the session, or all of them',
  body: Type.Object({
    everywhere: Type.Optional(
      Type.Boolean({ default: false, description: 'Also all other sessions of the user.' }),
    ),
  }),
  answers: { 204: { description: 'The token opens nothing any more.' } },
  problems: ['session_required'],
  async handle({ principal, body, origin, context, secure }) {
    if (body.everywhere === true) await context.sessions.endAll(principal, origin)
    else await context.accounts.logout(principal, origin)
    return { status: 204, headers: { 'Set-Cookie': forgottenCookie(secure) } }
  },
})

const me = route({
  method: 'get',
  path: '/api/v1/auth/me',
  guard: 'authenticated',
  beforePasswordChange: true,
  tag: 'auth',
  summary: 'Who is asking, and what he may do',
  answers: {
    200: {
      description: 'The user; of an API token the role is that of the token.',
      schema: Type.Object({
        ...user,
        /** Whether there is one to change: who logs in at an identity provider has none. */
        has_password: flag,
        credential: Type.Object({ kind: oneOf(['session', 'token']), id: text }),
        expires_at: nullable(time),
      }),
    },
  },
  async handle({ principal, context }) {
    const { userId, username, role, mustChangePassword, credential, expiresAt } = principal
    const found = await getUser(context.db, userId)
    const hasPassword = found !== null && found.passwordHash !== null
    return {
      status: 200,
      json: {
        ...userJson({ id: userId, username, role, mustChangePassword }),
        ...(toJson({ hasPassword, credential, expiresAt }) as object),
      },
    }
  },
})

const changePassword = route({
  method: 'post',
  path: '/api/v1/auth/password',
  guard: 'authenticated',
  beforePasswordChange: true,
  tag: 'auth',
  summary: 'Change the password',
  description:
    'Ends the other sessions of the user. Refused are the old password, the name of the user and the commonest ' +
    'passwords.',
  body: Type.Object({
    current_password: password,
    new_password: Type.String({ minLength: 8, maxLength: 1024 }),
  }),
  answers: { 204: { description: 'The password is changed.' } },
  problems: ['bad_credentials', 'too_many_failures', 'session_required', 'busy'],
  async handle({ principal, body, origin, context }) {
    const change = { from: body.current_password, to: body.new_password }
    await context.accounts.changePassword(principal, change, origin)
    return { status: 204 }
  },
})

const token = {
  id: text,
  name: text,
  username: text,
  role,
  created_at: time,
  expires_at: nullable(time),
  last_used_at: nullable(time),
}

const listTokens = route({
  method: 'get',
  path: '/api/v1/auth/tokens',
  guard: 'authenticated',
  tag: 'auth',
  summary: 'API tokens: one’s own, for an admin all',
  answers: {
    200: {
      description: 'Newest first.',
      schema: Type.Object({ tokens: Type.Array(Type.Object(token)), total: integer }),
    },
  },
  async handle({ principal, context }) {
    const tokens = await context.accounts.tokens(principal)
    return { status: 200, json: { tokens: tokens.map(tokenJson), total: tokens.length } }
  },
})

const createToken = route({
  method: 'post',
  path: '/api/v1/auth/tokens',
  guard: 'authenticated',
  tag: 'auth',
  summary: 'Make an API token',
  body: Type.Object({
    name: Type.String({ minLength: 1, maxLength: 100 }),
    role: Type.Optional(
      Type.Unsafe<(typeof roleNames)[number]>({
        ...oneOf(roleNames),
        default: 'viewer',
        description: 'Not above the role of the user.',
      }),
    ),
    expires_at: Type.Optional(nullable(time)),
  }),
  answers: {
    201: {
      description: 'The token, shown this once.',
      schema: Type.Object({ ...token, token: text }),
    },
  },
  problems: ['role_too_high', 'session_required'],
  async handle({ principal, body, origin, context }) {
    const expiresAt = body.expires_at ?? null
    const wanted = {
      name: body.name,
      role: roleOf(body.role ?? 'viewer'),
      expiresAt: expiresAt === null ? null : dateOf(expiresAt, '/body/expires_at'),
    }
    const created = await context.accounts.createToken(principal, wanted, origin)
    return { status: 201, json: { ...tokenJson(created.record), token: created.token } }
  },
})

const deleteToken = route({
  method: 'delete',
  path: '/api/v1/auth/tokens/:id',
  guard: 'authenticated',
  tag: 'auth',
  summary: 'Revoke an API token',
  description: 'Closes its event streams with 4401.',
  params: id,
  answers: { 204: { description: 'The token opens nothing any more.' } },
  problems: ['token_not_found'],
  async handle({ principal, params, origin, context }) {
    await context.accounts.revokeToken(principal, params.id, origin)
    return { status: 204 }
  },
})

/** Logging in and out, the own password, API tokens. */
export const authRoutes = [login, logout, me, changePassword, listTokens, createToken, deleteToken]

function userJson(user: Pick<User, 'id' | 'username' | 'role' | 'mustChangePassword'>) {
  const { id, username, role, mustChangePassword } = user
  return {
    ...{ id, username, role, permissions: permissionsOf(role) },
    must_change_password: mustChangePassword,
  }
}

function tokenJson(record: ApiToken): object {
  return toJson(record) as object
}
