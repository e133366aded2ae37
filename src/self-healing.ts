import { randomUUID } from 'node:crypto'
import { remedySettings } from './applied-config.ts'
import { appendAudit } from './auth/audit.ts'
import type { Config } from './config/schema.ts'
import type { Database } from './db/database.ts'
import { Healer, type HealingEngine } from './healing/healer.ts'
import type { Hub } from './hub/hub.ts'
import type { Log } from './log.ts'
import type { Monitor } from './monitor.ts'
import type { TaskEngine } from './tasks/engine.ts'

/** What healing needs. */
export interface SelfHealingParts {
  /** As it is now: a reload changes it. */
  config: () => Config
  db: Database
  hub: Hub
  monitor: () => Pick<Monitor, 'snapshot'>
  log: Log
  now: () => Date
}

/** As often as rules are evaluated. */
const LOOK_MS = 30_000

/** Looks whether something is to be done about alerts, from when tasks are carried out. */
export function selfHealing(parts: SelfHealingParts): {
  start(engine: TaskEngine): void
  stop(): Promise<void>
} {
  const { config, db, hub, monitor, log, now } = parts
  const healer = new Healer({
    ...{ database: db, now, newId: randomUUID, log },
    settings: () => remedySettings(config()),
    audit: (transaction, { taskId, remedy, params, alert }) =>
      appendAudit(transaction, {
        ...{ at: now(), actor: 'storwardend', credential: null, address: null },
        ...{ action: 'task.create', subject: taskId, before: null },
        after: { kind: remedy.kind, params, healing: remedy.name, alert_id: alert.id },
      }),
    appliance: () => {
      const { changers } = monitor().snapshot().readings
      const libraries = changers?.state === 'read' ? changers.value : []
      const online = libraries.filter(({ state }) => state === 'online').map(({ id }) => id)
      return { onlineLibraries: new Set(online) }
    },
    onEvents: (events) => {
      hub.publish(events)
    },
  })
  let looking: Promise<void> | null = null
  let timer: NodeJS.Timeout | null = null
  let isFailing = false
  const look = async (engine: HealingEngine) => {
    try {
      await healer.look(engine)
      isFailing = false
    } catch (cause) {
      if (!isFailing) log.failure(new Error('alerts are not looked at for what helps', { cause }))
      isFailing = true
    }
  }
  return {
    start(engine) {
      timer ??= setInterval(() => {
        looking ??= look(engine).finally(() => {
          looking = null
        })
      }, LOOK_MS)
    },
    async stop() {
      if (timer !== null) clearInterval(timer)
      timer = null
      await looking
    },
  }
}
