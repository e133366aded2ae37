import type { Database, Queryable } from '../db/database.ts'
import { dayOf, laterDay, startOf, type Day } from './days.ts'

/** Partitions are there so many days ahead: a daemon that is stopped over a weekend finds one when it starts. */
const DAYS_AHEAD = 3
/** Days whose rows are moved out of the default partition at a time. */
const MOVED_AT_ONCE = 8

// Of all daemons on this database one changes partitions at a time. Any number nobody else locks.
const LOCK = 7_867_937

/** Who waits for a lock makes others wait behind him: given up soon, and tried again later. */
const LOCK_TIMEOUT = `set local lock_timeout = '500ms'`

/** SQLSTATE lock_not_available, and deadlock_detected. */
const NOT_NOW = ['55P03', '40P01']

/** What became of partitions that were to be made or dropped. */
export interface PartitionChange {
  done: Day[]
  /** Somebody else has locked what is needed: to be tried again. */
  postponed: Day[]
}

/**
 * Makes the partitions of today and the next days, and of the days that have rows in the default partition,
 * which are moved. Events can be appended and read meanwhile: each partition is filled beside the table, and what
 * locks the others out is over in milliseconds, or is not begun.
 */
export async function makePartitions(database: Database, now: Date): Promise<PartitionChange> {
  const today = dayOf(now)
  const ahead = Array.from({ length: DAYS_AHEAD + 2 }, (_, index) => laterDay(today, index - 1))
  const there = new Set(await partitionDays(database))
  const missing = ahead.filter((day) => !there.has(day))
  const stray = await strayDays(database)
  return await eachDay(
    [...new Set([...missing, ...stray])].filter((day) => !there.has(day)),
    (day) => makePartition(database, day),
  )
}

/** Drops the partitions of the days before `first`, and what the default partition has of them. */
export async function dropPartitions(database: Database, first: Day): Promise<PartitionChange> {
  const old = (await partitionDays(database)).filter((day) => day < first)
  const change = await eachDay(old, (day) => dropPartition(database, day))
  await database.transaction(async (transaction) => {
    await deleteStray(transaction, startOf(first))
    await forgetDays(transaction, first)
  })
  return change
}

/** The days that have a partition, in their order. */
export async function partitionDays(database: Queryable): Promise<Day[]> {
  const rows = await database.query<{ name: string }>(
    `select class.relname as name
     from pg_inherits join pg_class as class on class.oid = inhrelid
     where inhparent = 'events'::regclass and class.relname ~ '^events_\\d{8}$'
     order by class.relname`,
  )
  return rows.map(({ name }) => name.replace(/^events_(\d{4})(\d\d)(\d\d)$/, '$1-$2-$3'))
}

async function eachDay(
  days: readonly Day[],
  change: (day: Day) => Promise<void>,
): Promise<PartitionChange> {
  const done: Day[] = []
  const postponed: Day[] = []
  for (const day of days) {
    try {
      await change(day)
      done.push(day)
    } catch (error) {
      if (!NOT_NOW.includes((error as { code?: string }).code ?? '')) throw error
      postponed.push(day)
    }
  }
  return { done, postponed }
}

async function makePartition(database: Database, day: Day): Promise<void> {
  await database.transaction(async (transaction) => {
    await takeTurn(transaction)
    const partition = partitionOf(day)
    if (await exists(transaction, partition)) return
    await transaction.query(
      `create table ${partition} (like events including defaults including generated including constraints including indexes)`,
    )
    await moveStray(transaction, day)
    // Attaching locks it anyway. What has come in meanwhile is moved too; from now on nothing does.
    await transaction.query('lock table only events in share update exclusive mode')
    await transaction.query('lock table events_default in access exclusive mode')
    await moveStray(transaction, day)
    await transaction.query(
      `alter table events attach partition ${partition} for values from ('${day} 00:00:00+00') to ('${laterDay(day, 1)} 00:00:00+00')`,
    )
  })
}

async function dropPartition(database: Database, day: Day): Promise<void> {
  await database.transaction(async (transaction) => {
    await takeTurn(transaction)
    await transaction.query(`drop table if exists ${partitionOf(day)}`)
    await transaction.query('delete from event_days where day = $1', [day])
  })
}

/** A name of digits only, so it needs no quoting. */
function partitionOf(day: Day): string {
  return `events_${day.replaceAll('-', '')}`
}

/** Rejects with lock_not_available when the others take long. */
async function takeTurn(transaction: Queryable): Promise<void> {
  await transaction.query(LOCK_TIMEOUT)
  await transaction.query('select pg_advisory_xact_lock($1)', [LOCK])
}

async function exists(transaction: Queryable, table: string): Promise<boolean> {
  const [row] = await transaction.query<{ there: boolean }>(
    'select to_regclass($1) is not null as there',
    [table],
  )
  return row?.there === true
}

/** Days of which the default partition has rows, the newest first. */
async function strayDays(database: Queryable): Promise<Day[]> {
  const rows = await database.query<{ day: Day }>(
    `select distinct to_char("timestamp" at time zone 'UTC', 'YYYY-MM-DD') as day
     from events_default
     order by day desc limit $1`,
    [MOVED_AT_ONCE],
  )
  return rows.map(({ day }) => day)
}

const COLUMNS =
  'id, seq, stream, event_type, source, message, level, tags, payload, "timestamp", created_at, created_by, ' +
  'appliance, appliance_seq'

async function moveStray(transaction: Queryable, day: Day): Promise<void> {
  await transaction.query(
    `with moved as (
       delete from events_default where "timestamp" >= $1 and "timestamp" < $2 returning ${COLUMNS}
     )
     insert into ${partitionOf(day)} (${COLUMNS}) select ${COLUMNS} from moved`,
    [startOf(day), startOf(laterDay(day, 1))],
  )
}

async function deleteStray(transaction: Queryable, before: Date): Promise<void> {
  await transaction.query('delete from events_default where "timestamp" < $1', [before])
}

/** Those that have a partition still are counted until it is dropped. */
async function forgetDays(transaction: Queryable, first: Day): Promise<void> {
  await transaction.query(
    `delete from event_days where day < $1
     and to_regclass('events_' || to_char(day, 'YYYYMMDD')) is null`,
    [first],
  )
}
