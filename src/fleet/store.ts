import type { Queryable } from '../db/database.ts'
import { jsonb } from '../db/json.ts'
import type { Position, Progress } from './decide.ts'

/** An appliance as it is stored. */
export interface StoredAppliance extends Position {
  metricsAtMs: number
  stored: number
  missing: number
  unreadable: number
  firstHeardAt: Date
  lastHeardAt: Date
  silentSince: Date | null
  /** As it was told; another version may have said it otherwise. */
  about: unknown
  otherHeardAt: Date | null
}

const COLUMNS = `
  name, identity, epoch, seq, metrics_at_ms as "metricsAtMs", stored, missing, unreadable,
  first_heard_at as "firstHeardAt", last_heard_at as "lastHeardAt", silent_since as "silentSince", about,
  other_identity as "otherIdentity", other_heard_at as "otherHeardAt"`

/** All that were heard of, by name. */
export async function allAppliances(database: Queryable): Promise<StoredAppliance[]> {
  return database.query<StoredAppliance>(
    `select ${COLUMNS} from fleet_appliances order by name collate "C"`,
  )
}

// Any number nobody else locks in this database.
const LOCK = 7_867_961

/**
 * Where some of them are; nobody else changes that until the transaction ends, nor makes one of them that is not
 * known yet.
 */
export async function lockPositions(
  transaction: Queryable,
  names: readonly string[],
): Promise<Position[]> {
  const known = await positionsOf(transaction, names)
  if (known.length === new Set(names).size) return known
  // What is not there cannot be locked. Events, numbers and state of one that is new come at the same moment.
  await transaction.query('select pg_advisory_xact_lock($1)', [LOCK])
  return await positionsOf(transaction, names)
}

async function positionsOf(transaction: Queryable, names: readonly string[]): Promise<Position[]> {
  return transaction.query<Position & Record<string, unknown>>(
    `select name, identity, epoch, seq, other_identity as "otherIdentity" from fleet_appliances
     where name = any ($1) order by name for update`,
    [[...new Set(names)]],
  )
}

/** What is known of an appliance besides its place. */
export interface Told {
  /** What it last told of itself. */
  about?: unknown
  /** Beat of the last numbers that are stored. */
  metricsAtMs?: number
}

/** Stores what came of a batch; resolves with the appliances as they are then. */
export async function saveProgress(
  transaction: Queryable,
  progress: readonly (Progress & Told)[],
): Promise<StoredAppliance[]> {
  if (progress.length === 0) return []
  return transaction.query<StoredAppliance>(
    `insert into fleet_appliances as known (
       name, identity, epoch, seq, metrics_at_ms, stored, missing, unreadable, first_heard_at, last_heard_at, about,
       other_identity, other_heard_at
     )
     select name, identity, epoch, seq, coalesce("metricsAtMs", 0), stored, missing, unreadable,
            coalesce("heardAt", '-infinity'), coalesce("heardAt", '-infinity'), about,
            other->>'identity', (other->>'heardAt')::timestamptz
     from jsonb_to_recordset($1) as given (
       name text, identity text, epoch bigint, seq bigint, "metricsAtMs" bigint, stored bigint, missing bigint,
       unreadable bigint, "heardAt" timestamptz, about jsonb, other jsonb
     )
     where true
     on conflict (name) do update set
       epoch = excluded.epoch,
       seq = excluded.seq,
       metrics_at_ms = greatest(known.metrics_at_ms, excluded.metrics_at_ms),
       stored = known.stored + excluded.stored,
       missing = known.missing + excluded.missing,
       unreadable = known.unreadable + excluded.unreadable,
       last_heard_at = greatest(known.last_heard_at, excluded.last_heard_at),
       silent_since = case when excluded.last_heard_at > known.last_heard_at then null else known.silent_since end,
       about = coalesce(excluded.about, known.about),
       other_identity = coalesce(excluded.other_identity, known.other_identity),
       other_heard_at = coalesce(excluded.other_heard_at, known.other_heard_at)
     returning ${COLUMNS}`,
    [jsonb(progress)],
  )
}

/** Notes that nothing is heard of some since before a moment; resolves with those of which that is so. */
export async function markSilent(
  database: Queryable,
  names: readonly string[],
  { at, heardBefore }: { at: Date; heardBefore: Date },
): Promise<string[]> {
  const rows = await database.query<{ name: string }>(
    `update fleet_appliances set silent_since = $2
     where name = any ($1) and silent_since is null and last_heard_at < $3
     returning name`,
    [names, at, heardBefore],
  )
  return rows.map(({ name }) => name)
}

/** Forgets an appliance, with its alerts; null when it is not known. */
export async function deleteAppliance(
  transaction: Queryable,
  name: string,
): Promise<StoredAppliance | null> {
  const [row] = await transaction.query<StoredAppliance>(
    `delete from fleet_appliances where name = $1 returning ${COLUMNS}`,
    [name],
  )
  return row ?? null
}

/** How far a stream is read. */
export interface StreamPosition {
  name: string
  /** When the server made it: one that was made anew begins at 1 again. */
  madeAt: Date
  seq: number
}

/** How far a stream is read; null when nothing of it was. */
export async function streamPosition(
  database: Queryable,
  name: string,
): Promise<StreamPosition | null> {
  const [row] = await database.query<StreamPosition & Record<string, unknown>>(
    'select name, made_at as "madeAt", seq from fleet_streams where name = $1',
    [name],
  )
  return row ?? null
}

/** Stores how far a stream is read. */
export async function saveStreamPosition(
  transaction: Queryable,
  { name, madeAt, seq }: StreamPosition,
): Promise<void> {
  await transaction.query(
    `insert into fleet_streams (name, made_at, seq) values ($1, $2, $3)
     on conflict (name) do update set made_at = excluded.made_at, seq = excluded.seq`,
    [name, madeAt, seq],
  )
}
