import { randomUUID } from 'node:crypto'
import { alertToJson } from './alerts/alert.ts'
import { AlertEngine } from './alerts/engine.ts'
import { configuredRules } from './applied-config.ts'
import type { Config } from './config/schema.ts'
import { DatabaseUnavailableError, type Database } from './db/database.ts'
import type { DatabaseReach } from './db/reach.ts'
import type { Log } from './log.ts'
import { Emergency } from './notify/emergency.ts'
import { channelsOf } from './notifying.ts'
import { databaseUnreachable } from './rules/database-reach.ts'
import type { Snapshot } from './snapshot.ts'

/** What an evaluation was made of that nothing could be asked for yet. */
export interface MissedEvaluation {
  snapshot: Snapshot
  at: Date
}

/** Who is told of a database that is away before anything could be read from it. */
export interface Alarming {
  /** Looks whether that has lasted so long that people are to be told. */
  look(reach: DatabaseReach): void
  /** What of it the alerts are to know, once they can be written; nothing when nobody was to be told. */
  missed(): readonly MissedEvaluation[]
  /** Resolves when nothing is being sent. */
  settled(): Promise<void>
}

/**
 * Puts together who is told that the database is away while there is nothing yet but the configuration: no hardware
 * is read and no other rule evaluated. Of silences nothing is known.
 */
export function alarming({
  config,
  log,
  now,
}: {
  config: Config
  log: Log
  now: () => Date
}): Alarming {
  const { alert } = databaseUnreachable
  const rules = configuredRules(config).filter((rule) => rule.alert === alert)
  const engine = new AlertEngine({
    ...{ database: nowhere, rules, now },
    onEvents: () => undefined,
    onError: log.failure,
  })
  const { channels } = channelsOf(config, `http://${config.listen.host}:${config.listen.port}`, now)
  const emergency = new Emergency({
    ...{ alert, now, toJson: alertToJson, newId: randomUUID, onError: log.failure },
    notifiers: () => channels.map(({ notifier }) => notifier),
  })
  const missed: MissedEvaluation[] = []
  const state = () => engine.active[0]?.state
  return {
    look(reach) {
      const at = now()
      const snapshot = snapshotOf(reach, at)
      const before = state()
      engine.hold(snapshot, at)
      if (state() !== before) missed.push({ snapshot, at })
      emergency.look(reach, engine.active)
    },
    missed: () => (state() === 'firing' ? missed : []),
    settled: () => emergency.settled(),
  }
}

const away = () => Promise.reject(new DatabaseUnavailableError('not opened yet'))
const nowhere: Database = { query: away, transaction: away }

function snapshotOf(reach: DatabaseReach, takenAt: Date): Snapshot {
  const reading = { state: 'read', value: reach, problems: [], coverage: 'all' } as const
  return {
    takenAt,
    readings: { database_reach: { ...reading, takenAt, durationSeconds: 0 } },
  }
}
