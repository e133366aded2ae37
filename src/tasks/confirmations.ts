import { createHash, randomBytes } from 'node:crypto'
import type { Queryable } from '../db/database.ts'
import { jsonb, storable } from '../db/json.ts'
import { ConfirmationNeededError, PlanChangedError } from './kind.ts'
import type { TaskParams } from './task.ts'

/** What was looked at, and by whom. */
export interface Confirmed {
  kind: string
  params: TaskParams
  /** The plan, by its hash. */
  plan: string
  user: string
}

/** Who has looked at a plan confirms it within so long. */
const GOOD_FOR_MS = 600_000

/** Gives out what confirms a plan: a secret that is good once, for this user, this plan and a short time. */
export async function giveConfirmation(
  database: Queryable,
  { kind, params, plan, user }: Confirmed,
  now: Date,
): Promise<{ token: string; expiresAt: Date }> {
  const token = randomBytes(24).toString('base64url')
  const expiresAt = new Date(now.getTime() + GOOD_FOR_MS)
  await database.query(
    `with old as (delete from task_confirmations where expires_at <= $7)
     insert into task_confirmations (token_hash, kind, params, plan_hash, created_by, expires_at)
     values ($1, $2, $3, $4, $5, $6)`,
    [hashed(token), kind, jsonb(params), plan, storable(user), expiresAt, now],
  )
  return { token, expiresAt }
}

/**
 * Uses a confirmation up. Rejects with ConfirmationNeededError when it is none for this, and with PlanChangedError when
 * it is one of another plan.
 */
export async function useConfirmation(
  transaction: Queryable,
  token: string,
  { kind, params, plan, user }: Confirmed,
  now: Date,
): Promise<void> {
  const [row] = await transaction.query<{ plan: string }>(
    `delete from task_confirmations
     where token_hash = $1 and kind = $2 and params = $3::jsonb and created_by = $4
       and expires_at > $5
     returning plan_hash as plan`,
    [hashed(token), kind, jsonb(params), storable(user), now],
  )
  if (row === undefined) {
    throw new ConfirmationNeededError(
      'the confirmation was used, is older than ten minutes, or is of another user or of something else',
    )
  }
  if (row.plan !== plan) throw new PlanChangedError(row.plan, plan)
}

function hashed(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
