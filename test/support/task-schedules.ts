import type { Database } from '../../src/db/database.ts'
import type { StoredEvent } from '../../src/events/event.ts'
import { scheduling } from '../../src/scheduling.ts'
import type { ScheduleDraft } from '../../src/tasks/schedule.ts'
import type { Clock } from './clock.ts'
import { engineOn, kindOf } from './tasks.ts'

/** Every hour, at the full hour. */
export const hourly: ScheduleDraft = {
  ...{ name: 'hourly inventory', kind: 'move', params: { library: 'L1' }, priority: 3 },
  ...{ cron: '0 * * * *', timeZone: 'UTC', catchUp: false, enabled: true },
}

/** Users who make schedules, and daemons that ask for what is due, on a database. */
export function schedulersOn(database: Parameters<typeof engineOn>[0]) {
  /** Somebody who can have tasks done, and what he makes schedules with. */
  const userNamed = async (name: string, role = 'operator') => {
    const [row] = await database.query<{ id: string }>(
      `insert into users (username, role, password_hash, created_at)
       values ($1, $2, 'none', now()) returning id`,
      [name, role],
    )
    const userId = row?.id ?? ''
    const change = (set: string) =>
      database.query(`update users set ${set} where id = $1`, [userId])
    return { user: name, userId, note: async () => undefined, permit: () => undefined, change }
  }
  /** Schedules of a daemon, on a clock that they share with its engine. */
  const daemon = (clock: Clock, owner: string, db: Database = database) => {
    const kinds = [kindOf(), kindOf({ name: 'erase', destructive: true })]
    const around = engineOn(database, kinds, { owner, clock })
    const schedules = scheduling({
      ...{ db, now: () => clock.now },
      hub: {
        publish: (events) => around.events.push(...(events as StoredEvent[])),
      },
      log: {
        failure: ({ message, cause }) => around.errors.push(`${message}: ${String(cause)}`),
      },
    })
    const look = () => schedules.look(around.engine)
    return { ...around, schedules, look }
  }
  return { userNamed, daemon }
}
