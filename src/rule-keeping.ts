import { randomUUID } from 'node:crypto'
import { performance } from 'node:perf_hooks'
import { setImmediate as turn } from 'node:timers/promises'
import { RuleBook } from './alerts/rule-book.ts'
import { RuleTrials } from './alerts/rule-trial.ts'
import { configuredRules } from './applied-config.ts'
import type { Config } from './config/schema.ts'
import type { Database } from './db/database.ts'
import type { MetricName } from './history/metrics.ts'
import { seriesOf } from './history/reading.ts'
import { steppedSeriesOf } from './history/stepped.ts'
import type { Log } from './log.ts'
import { builtInRules } from './rules/index.ts'
import { Catalogue } from './rules/expression/names.ts'

/** What rules are kept and tried with. */
export interface RuleKeepingParts {
  /** As it is now: a reload changes the built-in rules. */
  config: () => Config
  db: Database
  /** What metrics there are. */
  names: readonly MetricName[]
  log: Log
  now: () => Date
}

/** Keeps the rules of users beside the built-in ones, and tries new ones. Nothing is loaded yet. */
export function keepRules({ config, db, names, log, now }: RuleKeepingParts): {
  book: RuleBook
  trials: RuleTrials
} {
  const book = new RuleBook({
    database: db,
    catalogue: new Catalogue(names),
    builtIn: () => configuredRules(config()),
    reserved: builtInRules().map(({ alert }) => alert),
    now,
    newId: randomUUID,
    onError: log.failure,
  })
  const trials = new RuleTrials({
    names,
    load: (name, { stepSeconds, ...past }) =>
      stepSeconds === null
        ? seriesOf(db, name, past)
        : steppedSeriesOf(db, name, past, { stepMs: stepSeconds * 1000, aggregate: 'last' }),
    elapsedMs: () => performance.now(),
    pause: () => turn(),
  })
  return { book, trials }
}
