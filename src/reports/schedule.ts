import { WEEKLY_REPORT } from '../tasks/kinds/weekly-report.ts'
import type { TaskDraft } from '../tasks/requests.ts'
import { dueAt, weeklyKey, weekOf } from './week.ts'

/** When reports are sent, and who has it done. */
export interface ScheduleOptions {
  /** `schedule` as cron says it; null: never by itself. */
  settings: () => { schedule: string | null; timeZone: string }
  /** Whether there is anybody who can take one. */
  hasTakers: () => boolean
  /** Since when the appliance is looked after: what was due before is not sent. */
  beganAt: () => Promise<Date>
  now: () => Date
  onError: (error: Error) => void
}

/** Asks for a task; with a key that was used it answers the one that there is. */
export type Submit = (draft: TaskDraft, user: string) => Promise<unknown>

const BEAT_MS = 30_000
const DAEMON = 'storwardend'

/**
 * Has the report of a week sent once, however many daemons are on the database, also when the time was missed by not
 * too much. A schedule that is changed is heeded at once.
 */
export class WeeklySchedule {
  readonly #options: ScheduleOptions
  /** The week that was asked for last. */
  #done: string | null = null
  #timer: NodeJS.Timeout | null = null
  #running: Promise<void> | null = null

  constructor(options: ScheduleOptions) {
    this.#options = options
  }

  start(submit: Submit): void {
    if (this.#timer !== null) return
    this.#timer = setInterval(() => void this.look(submit), BEAT_MS)
    void this.look(submit)
  }

  async stop(): Promise<void> {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
    await this.#running
  }

  /** Asks for what is due now. Never rejects. */
  look(submit: Submit): Promise<void> {
    this.#running ??= this.#ask(submit)
      .catch((cause: unknown) => {
        this.#options.onError(new Error('the weekly report could not be asked for', { cause }))
      })
      .finally(() => {
        this.#running = null
      })
    return this.#running
  }

  async #ask(submit: Submit): Promise<void> {
    const { settings, hasTakers, beganAt, now } = this.#options
    const { schedule, timeZone } = settings()
    if (schedule === null || !hasTakers()) return
    const at = dueAt({ schedule, timeZone }, now())
    if (at === null) return
    const week = weekOf(at, timeZone)
    if (week === this.#done || at <= (await beganAt())) return
    await submit({ kind: WEEKLY_REPORT, params: {}, idempotencyKey: weeklyKey(week) }, DAEMON)
    this.#done = week
  }
}
