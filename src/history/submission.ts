import type { Queryable } from '../db/database.ts'
import { jsonb } from '../db/json.ts'
import { insertValues } from './late.ts'
import type { Labels } from './metrics.ts'
import { findSeries, type StoredType } from './store.ts'

/** A value that somebody hands in. */
export interface Submitted {
  name: string
  type: StoredType
  labels: Labels
  atMs: number
  value: number
}

/** What of the values cannot be kept, and why: the index of the first of them. */
export class SubmissionRefusedError extends Error {
  readonly code:
    'ERR_METRIC_RESERVED' | 'ERR_METRIC_TYPE' | 'ERR_TOO_MANY_SERIES' | 'ERR_TWO_VALUES'
  readonly index: number

  constructor(code: SubmissionRefusedError['code'], index: number, message: string) {
    super(message)
    this.name = 'SubmissionRefusedError'
    this.code = code
    this.index = index
  }
}

/** What is kept of a submission. */
export interface Kept {
  /** Values that were not there before. */
  stored: number
  /** Names of metrics of which it made series, and how many. */
  newSeries: Readonly<Record<string, number>>
}

// Any number nobody else locks in this database.
const LOCK = 7_867_953

/**
 * Keeps values that somebody hands in, all of them or none. One that is there already stays, so that a submission
 * may be repeated; one of a quarter of a day that is packed goes into its chunk and its roll-ups at once. Rejects
 * with SubmissionRefusedError.
 */
export async function keepSubmitted(
  transaction: Queryable,
  samples: readonly Submitted[],
  { nowMs, seriesLimit }: { nowMs: number; seriesLimit: number },
): Promise<Kept> {
  const values = oncePerMoment(samples)
  const { ids, newSeries } = await seriesOfSubmission(transaction, samples, seriesLimit)
  const rows = values.map(({ index, atMs, value }) => ({ id: ids[index] ?? 0, atMs, value }))
  return { stored: await insertValues(transaction, rows, nowMs), newSeries }
}

/** The same value twice is one; two of a series at one moment are a mistake. */
function oncePerMoment(samples: readonly Submitted[]): (Submitted & { index: number })[] {
  const values = new Map<string, Submitted & { index: number }>()
  for (const [index, sample] of samples.entries()) {
    const key = `${sample.atMs} ${keyOf(sample)}`
    const other = values.get(key)
    if (other === undefined) values.set(key, { ...sample, index })
    else if (other.value !== sample.value) {
      const what = `${sample.name} has two values at ${new Date(sample.atMs).toISOString()}`
      throw new SubmissionRefusedError('ERR_TWO_VALUES', index, what)
    }
  }
  return [...values.values()]
}

/** Labels have no order. */
function keyOf({ name, labels }: Pick<Submitted, 'name' | 'labels'>): string {
  return JSON.stringify([
    name,
    Object.entries(labels).sort(([one], [other]) => (one < other ? -1 : 1)),
  ])
}

/** The ids of series in the order of the samples; those that are new are made, as far as there may be more. */
async function seriesOfSubmission(
  transaction: Queryable,
  samples: readonly Submitted[],
  seriesLimit: number,
): Promise<{ ids: number[]; newSeries: Record<string, number> }> {
  refuseOtherTypes(samples, await knownTypes(transaction, samples))
  const places = new Map(samples.map((sample) => [keyOf(sample), sample]))
  const keys = [...places.keys()]
  let found = await findSeries(transaction, [...places.values()])
  const missing = [...places.values()].filter((_, index) => found[index] === null)
  const newSeries: Record<string, number> = {}
  if (missing.length > 0) {
    await transaction.query('select pg_advisory_xact_lock($1)', [LOCK])
    // Somebody may have made some meanwhile, of another type even.
    refuseOtherTypes(samples, await knownTypes(transaction, samples))
    const made = await addSubmittedSeries(transaction, missing)
    for (const { name } of made) newSeries[name] = (newSeries[name] ?? 0) + 1
    if (made.length > 0 && (await countSubmittedSeries(transaction)) > seriesLimit) {
      const index = samples.findIndex((sample) => missing.includes(sample))
      const what = `there can be ${seriesLimit} series that are handed in, and no more`
      throw new SubmissionRefusedError('ERR_TOO_MANY_SERIES', index, what)
    }
    found = await findSeries(transaction, [...places.values()])
  }
  const ids = new Map(keys.map((key, index) => [key, found[index] ?? 0]))
  return { ids: samples.map((sample) => ids.get(keyOf(sample)) ?? 0), newSeries }
}

interface KnownType {
  name: string
  type: StoredType
  submitted: boolean
}

function refuseOtherTypes(samples: readonly Submitted[], known: readonly KnownType[]): void {
  const types = new Map(known.map((one) => [one.name, one]))
  for (const [index, { name, type }] of samples.entries()) {
    const one = types.get(name)
    if (one === undefined) types.set(name, { name, type, submitted: true })
    else if (!one.submitted) {
      throw new SubmissionRefusedError(
        'ERR_METRIC_RESERVED',
        index,
        `${name} is a metric of the appliance`,
      )
    } else if (one.type !== type) {
      throw new SubmissionRefusedError('ERR_METRIC_TYPE', index, `${name} is a ${one.type}`)
    }
  }
}

function knownTypes(transaction: Queryable, samples: readonly Submitted[]): Promise<KnownType[]> {
  return transaction.query<KnownType>(
    `select distinct on (name) name, type, submitted from metric_series
     where name = any($1) and appliance is null order by name, submitted, id`,
    [[...new Set(samples.map(({ name }) => name))]],
  )
}

function addSubmittedSeries(
  transaction: Queryable,
  places: readonly Submitted[],
): Promise<{ name: string }[]> {
  return transaction.query<{ name: string }>(
    `insert into metric_series (name, labels, type, submitted)
     select place->>'name', place->'labels', place->>'type', true
     from jsonb_array_elements($1::jsonb) as place
     on conflict do nothing
     returning name`,
    [jsonb(places.map(({ name, labels, type }) => ({ name, labels, type })))],
  )
}

async function countSubmittedSeries(transaction: Queryable): Promise<number> {
  const [row] = await transaction.query<{ count: number }>(
    'select count(*) as count from metric_series where submitted',
  )
  return row?.count ?? 0
}
