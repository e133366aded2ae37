import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { performance } from 'node:perf_hooks'
import { backupSettings } from './applied-config.ts'
import { makeBackup } from './backups/backup.ts'
import { backupsState, type BackupsState } from './backups/state.ts'
import type { Config } from './config/schema.ts'
import { activityReader, type DatabaseActivity } from './db/activity.ts'
import type { Database } from './db/database.ts'
import type { DatabaseConnection } from './db/pool.ts'
import { openSession } from './db/session.ts'
import { keepUp, tableStatistics, upkeepOf } from './db/upkeep.ts'
import type { Log } from './log.ts'
import { onSchedule } from './nightly.ts'
import { migrations, version } from './package.ts'
import type { TaskEngine } from './tasks/engine.ts'
import type { TaskKind } from './tasks/kind.ts'
import { backup } from './tasks/kinds/backup.ts'
import { databaseMaintenance, type DatabaseUpkeep } from './tasks/kinds/database-maintenance.ts'

/** What backups are made with. */
export interface BackingUpParts {
  /** As it is now: a reload changes it. */
  config: () => Config
  /** Its file, where there is one. */
  options: { configFile?: string | null }
  database: { db: Database; connection: DatabaseConnection }
  log: Log
  now: () => Date
}

/** The backups. */
export interface BackingUp {
  kinds: readonly TaskKind[]
  /** What of the snapshot they are asked for. */
  kept: { backups(): Promise<BackupsState>; database(): Promise<DatabaseActivity> }
  /** Asks for them when they are due. */
  start(engine: Pick<TaskEngine, 'submit'>): void
  /** Makes them when the configuration says now. */
  reload(): void
  stop(): Promise<void>
}

const DAEMON = 'storwardend'

/** Puts together who backs up; nothing is started. */
export function backingUp(parts: BackingUpParts): BackingUp {
  const { config, log, now } = parts
  const { db, connection } = parts.database
  const settings = () => backupSettings(config())
  const kind = backup(async ({ verify }, progress) => {
    const { directory, keep, secretFiles, verify: verifies } = settings()
    const source = {
      configFile: parts.options.configFile ?? null,
      ...{ connection, secretFiles, host: hostname(), version, now },
      stateDir: config().state_dir,
      migrations,
      newId: randomUUID,
      elapsedSeconds: () => performance.now() / 1000,
    }
    return await makeBackup(
      source,
      { directory, keep, verify: verify ?? verifies, createdBy: DAEMON },
      {
        progress: (done) => {
          progress.report(done / 2)
        },
        say: (message) => void progress.log(message),
      },
    )
  })
  let begun: Pick<TaskEngine, 'submit'> | null = null
  let scheduled: { stop(): Promise<void> } | null = null
  let followed = ''
  let ended: Promise<void> = Promise.resolve()
  const end = () => {
    const before = scheduled
    scheduled = null
    followed = ''
    ended = ended.then(() => before?.stop())
  }
  const follow = (engine: Pick<TaskEngine, 'submit'>) => {
    const { schedule, timeZone } = settings()
    const wanted = JSON.stringify([schedule, timeZone])
    if (wanted === followed) return
    end()
    followed = wanted
    if (schedule === null) return
    scheduled = onSchedule(
      { name: 'backup', at: schedule, timeZone },
      async () => {
        // One a minute, however many daemons are on the database.
        const minute = now().toISOString().slice(0, 16)
        const draft = { kind: 'backup', params: {}, idempotencyKey: `backup ${minute}` }
        await engine.submit(draft, { user: DAEMON })
      },
      log,
    )
  }
  return {
    kinds: [kind, databaseMaintenance(upkeep(parts.database))],
    kept: {
      backups: () => backupsState(db, settings().overdueHours, now()),
      database: activityReader(db, now),
    },
    start(engine) {
      begun = engine
      follow(engine)
    },
    reload() {
      if (begun !== null) follow(begun)
    },
    async stop() {
      begun = null
      end()
      await ended
    },
  }
}

function upkeep({ db, connection }: BackingUpParts['database']): DatabaseUpkeep {
  return {
    neglected: async () => upkeepOf(await tableStatistics(db)),
    async keepUp(table) {
      const session = await openSession({ connection, name: 'storwarden maintenance' })
      try {
        await keepUp(session, table)
      } finally {
        await session.close()
      }
    },
  }
}
