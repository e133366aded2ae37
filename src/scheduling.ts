import { randomUUID } from 'node:crypto'
import { appendAudit } from './auth/audit.ts'
import { holdUser, whyNotFor } from './auth/on-behalf.ts'
import type { Database, Queryable } from './db/database.ts'
import type { Hub } from './hub/hub.ts'
import type { Log } from './log.ts'
import type { TaskSchedule } from './tasks/schedule.ts'
import { TaskSchedules } from './tasks/schedules.ts'
import type { Task } from './tasks/task.ts'

/** What schedules are kept with. */
export interface SchedulingParts {
  db: Database
  hub: Pick<Hub, 'publish'>
  log: Pick<Log, 'failure'>
  now: () => Date
}

/** Has done again and again what users want so; nothing is started. */
export function scheduling({ db, hub, log, now }: SchedulingParts): TaskSchedules {
  return new TaskSchedules({
    ...{ database: db, now, newId: randomUUID, onError: log.failure },
    whyNot: ownersRefusal,
    audit: (transaction, made) => auditScheduled(transaction, made, now()),
    onEvents: (events) => {
      hub.publish(events)
    },
  })
}

/** Why the owner of a schedule may not have its task done; null when he may, and that stays so for the transaction. */
async function ownersRefusal(
  transaction: Queryable,
  { owner, ownerId }: Pick<TaskSchedule, 'owner' | 'ownerId'>,
): Promise<string | null> {
  const user = ownerId === null ? null : await holdUser(transaction, ownerId)
  return whyNotFor(user, { name: owner, permission: 'tasks:run' })
}

/** As of a task that somebody asked for himself; what he asked with is the schedule. */
async function auditScheduled(
  transaction: Queryable,
  { task, schedule }: { task: Task; schedule: TaskSchedule },
  at: Date,
): Promise<void> {
  const { id, name, owner, ownerId } = schedule
  const { kind, params, resource, priority } = task
  await appendAudit(transaction, {
    ...{ at, actor: owner, credential: `schedule:${id}`, address: null },
    ...{ action: 'task.create', subject: task.id, before: null },
    after: {
      ...{ kind, params, resource, priority },
      ...{ schedule_id: id, schedule: name, owner, owner_id: ownerId },
    },
  })
}
