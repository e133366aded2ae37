import type { Queryable } from '../db/database.ts'
import { isUuid } from '../db/uuid.ts'
import type { Role } from './permissions.ts'
import type { GoodCredential, Origin, Principal } from './principal.ts'
import { hashSecret, newSecret } from './secrets.ts'

/** How a session is used. */
export interface SessionUse {
  /** Whether it is written down; it is if not said. */
  notesUse?: boolean | undefined
  /** Nobody is there: a page asks by itself. */
  unattended?: boolean | undefined
}

/** How long a session lasts: without anybody there who uses it, and at all. */
export interface SessionLifetime {
  idleSeconds: number
  absoluteSeconds: number
}

/** A use is written down once a minute at most, so that reading stays reading. */
export const USE_NOTED_EVERY_SECONDS = 60

/** Starts a session. The token is told once; its hash is stored. */
export async function createSession(
  db: Queryable,
  userId: string,
  origin: Origin,
  lifetime: SessionLifetime,
  now: Date,
  method: Session['method'] = 'password',
): Promise<{ token: string; expiresAt: Date }> {
  const token = newSecret('session')
  const expiresAt = after(now, lifetime.absoluteSeconds)
  await db.query(
    `insert into sessions (user_id, token_hash, address, user_agent, created_at, last_used_at, attended_at, expires_at, method)
     values ($1, $2, $3, $4, $5, $5, $5, $6, $7)`,
    [userId, hashSecret(token), origin.address, origin.userAgent, now, expiresAt, method],
  )
  return { token, expiresAt: earlier(after(now, lifetime.idleSeconds), expiresAt) }
}

/**
 * Who a session token belongs to; null when it is unknown, over, or nobody was there to use it for too long. That it
 * was used is written down unless `notesUse` is false, and that somebody was there unless it is `unattended`.
 */
export async function findSession(
  db: Queryable,
  token: string,
  lifetime: SessionLifetime,
  now: Date,
  { notesUse = true, unattended = false }: SessionUse = {},
): Promise<Principal | null> {
  const [row] = await db.query<{
    id: string
    user_id: string
    username: string
    role: Role
    must_change_password: boolean
    last_used_at: Date
    attended_at: Date
    expires_at: Date
  }>(
    `select sessions.id, user_id, username, role, must_change_password, last_used_at, attended_at,
            expires_at
     from sessions join users on users.id = user_id
     where token_hash = $1 and expires_at > $2 and attended_at > $3 and disabled_at is null`,
    [hashSecret(token), now, after(now, -lifetime.idleSeconds)],
  )
  if (!row) return null
  const noted = unattended ? row.last_used_at : row.attended_at
  if (notesUse && noted < after(now, -USE_NOTED_EVERY_SECONDS)) {
    await noteUse(db, row.id, { at: now, attended: !unattended })
  }
  return {
    userId: row.user_id,
    username: row.username,
    role: row.role,
    credential: { kind: 'session', id: row.id },
    mustChangePassword: row.must_change_password,
    expiresAt: earlier(
      after(unattended ? row.attended_at : now, lifetime.idleSeconds),
      row.expires_at,
    ),
  }
}

async function noteUse(
  db: Queryable,
  id: string,
  { at, attended }: { at: Date; attended: boolean },
): Promise<void> {
  await db.query(
    `update sessions set last_used_at = greatest(last_used_at, $2),
       attended_at = case when $3 then greatest(attended_at, $2) else attended_at end
     where id = $1`,
    [id, at, attended],
  )
}

/** A session as it is shown: everything but the token. */
export interface Session {
  id: string
  /** Name of the user it belongs to. */
  username: string
  /** Where it was begun. */
  address: string
  userAgent: string | null
  /** How its user has shown who he is. */
  method: 'password' | 'oidc'
  createdAt: Date
  /** To the minute. */
  lastUsedAt: Date
  /** When it ends, used or not. */
  expiresAt: Date
}

interface SessionRow {
  id: string
  username: string
  address: string
  user_agent: string | null
  method: Session['method']
  created_at: Date
  last_used_at: Date
  expires_at: Date
}

const columns = `sessions.id, username, address, user_agent, method, sessions.created_at, last_used_at, expires_at`

/** The sessions of one user that last, or of all with null; those that were used last first. */
export async function listSessions(
  db: Queryable,
  userId: string | null,
  lifetime: SessionLifetime,
  now: Date,
): Promise<Session[]> {
  const rows = await db.query<SessionRow>(
    `select ${columns} from sessions join users on users.id = user_id
     where ($1::uuid is null or user_id = $1)
       and expires_at > $2 and attended_at > $3 and disabled_at is null
     order by last_used_at desc, sessions.id`,
    [userId, now, after(now, -lifetime.idleSeconds)],
  )
  return rows.map(sessionOf)
}

/** Ends a session, of this user only unless `userId` is null, and tells what it was; null when there is none. */
export async function takeSession(
  db: Queryable,
  id: string,
  userId: string | null,
): Promise<Session | null> {
  if (!isUuid(id)) return null
  const [row] = await db.query<SessionRow>(
    `delete from sessions using users
     where users.id = user_id and sessions.id = $1 and ($2::uuid is null or user_id = $2)
     returning ${columns}`,
    [id, userId],
  )
  return row ? sessionOf(row) : null
}

/**
 * Notes that sessions are in use, though not that somebody is there, and tells which of them still last, with the roles
 * of their users.
 */
export async function touchSessions(
  db: Queryable,
  ids: readonly string[],
  lifetime: SessionLifetime,
  now: Date,
): Promise<GoodCredential[]> {
  const rows = await db.query<{ id: string; role: Role }>(
    `update sessions set last_used_at = greatest(sessions.last_used_at, $2)
     from users
     where users.id = user_id and disabled_at is null and not must_change_password
       and sessions.id = any($1::uuid[]) and expires_at > $2 and attended_at > $3
     returning sessions.id, role`,
    [ids, now, after(now, -lifetime.idleSeconds)],
  )
  return rows.map(({ id, role }) => ({ kind: 'session', id, role }))
}

/** Ends one session. */
export async function deleteSession(db: Queryable, id: string): Promise<void> {
  await db.query('delete from sessions where id = $1', [id])
}

/** Ends all sessions of a user, but for one unless `keptId` is null, and tells which. */
export async function deleteSessions(
  db: Queryable,
  userId: string,
  keptId: string | null,
): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    'delete from sessions where user_id = $1 and id is distinct from $2::uuid returning id',
    [userId, keptId],
  )
  return rows.map(({ id }) => id)
}

/** Forgets sessions that are over. */
export async function deleteEndedSessions(
  db: Queryable,
  lifetime: SessionLifetime,
  now: Date,
): Promise<void> {
  await db.query('delete from sessions where expires_at <= $1 or attended_at <= $2', [
    now,
    after(now, -lifetime.idleSeconds),
  ])
}

function sessionOf(row: SessionRow): Session {
  return {
    id: row.id,
    username: row.username,
    address: row.address,
    userAgent: row.user_agent,
    method: row.method,
    createdAt: row.created_at,
    lastUsedAt: row.last_used_at,
    expiresAt: row.expires_at,
  }
}

function after(date: Date, seconds: number): Date {
  return new Date(date.getTime() + seconds * 1000)
}

function earlier(one: Date, other: Date): Date {
  return one < other ? one : other
}
