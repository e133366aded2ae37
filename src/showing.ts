import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { admittingReaders } from './admitting.ts'
import { configuredRules, incidentKeeping, submissionLimits } from './applied-config.ts'
import type { RuleBook } from './alerts/rule-book.ts'
import type { ApiContext } from './api/context.ts'
import type { Route } from './api/route.ts'
import { onlyElsewhere } from './api/standby.ts'
import { settingsInForce } from './config/in-force.ts'
import type { Config } from './config/schema.ts'
import type { CopyingDatabase } from './db/database.ts'
import { schemaVersion } from './db/migrate.ts'
import { newestMigration } from './db/migrations.ts'
import { StoredFleet } from './fleet/stored.ts'
import type { HealthModel } from './health/model.ts'
import { keepHistory } from './keeping.ts'
import type { LogFile } from './log.ts'
import { migrations, packageRoot, version } from './package.ts'
import { keepRules } from './rule-keeping.ts'
import type { Securing } from './securing.ts'

/** What a daemon that stands by shows from. */
export interface ShowingParts {
  config: Config
  /** It can only be read. */
  db: CopyingDatabase
  health: HealthModel
  secured: Pick<Securing, 'access'>
  log: LogFile
  now: () => Date
}

/** What a daemon that stands by can be asked. */
export interface Showing {
  context: ApiContext
  /** Rejects with the problem `standby` when the tables are not those of this program. */
  readable: (route: Route) => Promise<void>
}

const RULES = '/api/v1/monitoring/rules'
/** So long what was read of the rules is shown again: they are compiled. */
const RULES_KEPT_MS = 5_000

/** Puts together what is shown of what another daemon writes. Nothing is asked yet. */
export function showing(parts: ShowingParts): Showing {
  const { config, db, health, secured, log, now } = parts
  const { names } = keepHistory({
    ...{ config, db, ranges: () => [], log },
    numbers: () => {
      throw onlyElsewhere()
    },
  })
  // What the other complains of is not said twice.
  const quiet = { ...log, failure: () => undefined }
  const newBook = () => keepRules({ db, names, log: quiet, now, config: () => config }).book
  let book: RuleBook = newBook()
  let readAt = Number.NEGATIVE_INFINITY
  const elsewhere = (): never => {
    throw onlyElsewhere()
  }
  const silent = () => undefined
  const stored =
    config.role === 'fleet'
      ? new StoredFleet({
          database: db,
          now,
          elsewhere,
          silentSeconds: config.fleet.silent_seconds,
        })
      : null
  const context: ApiContext = {
    ...{ version, db, health, log, now, ...admittingReaders({ config, db, now }) },
    access: secured.access,
    incidentKeeping: () => incidentKeeping(config),
    eventDays: () => config.monitoring.event_retention_days,
    submission: () => submissionLimits(config),
    metricNames: names,
    rules: configuredRules(config),
    get ruleBook() {
      return book
    },
    observer: {
      ...{ started: silent, finished: silent, connectionRefused: silent },
      ...{ authFailure: silent, rateLimited: silent },
    },
    // The page needs the stream and the numbers of now.
    staticDir: null,
    runbooksDir: join(packageRoot, 'docs', 'runbooks'),
    elapsedSeconds: () => performance.now() / 1000,
    fleet: stored,
    snapshot: elsewhere,
    numbers: elsewhere,
    caches: elsewhere,
    breakers: elsewhere,
    settings: () => settingsInForce(config),
    failures: { since: elsewhere },
    inventory: { forget: elsewhere },
    get alerts(): never {
      return elsewhere()
    },
    get consistency(): never {
      return elsewhere()
    },
    get incidents(): never {
      return elsewhere()
    },
    get metrics(): never {
      return elsewhere()
    },
    get notifications(): never {
      return elsewhere()
    },
    get oidc(): never {
      return elsewhere()
    },
    get operations(): never {
      return elsewhere()
    },
    get reports(): never {
      return elsewhere()
    },
    get tasks(): never {
      return elsewhere()
    },
    get taskSchedules(): never {
      return elsewhere()
    },
    get trials(): never {
      return elsewhere()
    },
  }
  return {
    context,
    async readable({ path }) {
      const [found, ours] = [await schemaVersion(db), await newestMigration(migrations)]
      if (found !== ours) {
        throw onlyElsewhere(
          `the tables are of version ${found}, this program reads those of version ${ours}`,
        )
      }
      await stored?.read()
      if (!path.startsWith(RULES) || performance.now() - readAt < RULES_KEPT_MS) return
      const fresh = newBook()
      await fresh.load()
      book = fresh
      readAt = performance.now()
    },
  }
}
