import { randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { backupSettings, weeklyReportSettings } from './applied-config.ts'
import type { Config } from './config/schema.ts'
import type { Database } from './db/database.ts'
import { firstStart } from './db/migrate.ts'
import { Secrets } from './host/redact.ts'
import type { LogFile } from './log.ts'
import { enqueue } from './notify/outbox.ts'
import { gatherFacts } from './reports/gather.ts'
import type { OwnFigures } from './reports/facts.ts'
import { messageId, weeklyKey, weekOf } from './reports/week.ts'
import { WeeklySchedule } from './reports/schedule.ts'
import { weeklyReport } from './reports/weekly.ts'
import { inEveryText, type Report } from './reports/report.ts'
import type { Snapshot } from './snapshot.ts'
import type { TaskEngine } from './tasks/engine.ts'
import type { TaskKind } from './tasks/kind.ts'
import { weeklyReportKind, type SendReport } from './tasks/kinds/weekly-report.ts'

/** What reports are made of, and whom they go to. */
export interface ReportingParts {
  /** As it is now: a reload changes it. */
  config: () => Config
  db: Database
  snapshot: () => Snapshot
  /** How the daemon itself does. */
  engine: { held(): { count: number; since: Date | null } }
  machine: { stuck(): readonly unknown[] }
  /** Who sends. */
  channels: { reportTakers: () => readonly string[]; wake: () => void }
  log: Pick<LogFile, 'failure' | 'lostLines'>
  now: () => Date
}

/** The reports. */
export interface Reporting {
  kinds: readonly TaskKind[]
  /** Of so many days up to now. Never rejects: what could not be read is named in it. */
  write(wanted: { days: number; named: boolean }): Promise<Report>
  /** Who gets it; none where nobody is set up who can take it. */
  takers(): readonly string[]
  /** Of the task that sends the report of this week. */
  weekKey(): string
  /** Has it sent when it is due. */
  start(engine: TaskEngine): void
  stop(): Promise<void>
}

const DAY_MS = 86_400_000

/** Puts together who writes reports and has them sent; nothing is started. */
export function reporting(parts: ReportingParts): Reporting {
  const { config, db, channels, log, now } = parts
  const secrets = new Secrets()
  const sources = {
    ...{ database: db, snapshot: parts.snapshot, own: () => ownFigures(parts), host: hostname() },
    settings: () => ({
      flappingCount: config().monitoring.flapping_count,
      overdueHours: backupSettings(config()).overdueHours,
    }),
  }
  const write: Reporting['write'] = async ({ days, named }) => {
    const until = now()
    const period = { since: new Date(until.getTime() - days * DAY_MS), until }
    const { timeZone } = weeklyReportSettings(config())
    const report = weeklyReport(await gatherFacts(sources, period, timeZone), { named })
    // Commands and servers that failed are quoted, whatever they said.
    return inEveryText(report, (text) => secrets.inText(text))
  }
  const takers = () => {
    const { channels: wanted } = weeklyReportSettings(config())
    const able = channels.reportTakers()
    return wanted.length === 0 ? able : able.filter((name) => wanted.includes(name))
  }
  const send: SendReport = async ({ channels: wanted, days, cause }) => {
    const able = channels.reportTakers()
    const to = wanted === null ? takers() : able.filter((name) => wanted.includes(name))
    if (to.length === 0)
      throw new Error('no channel that takes reports is set up: notifications.email')
    const content = { kind: 'report', ...(await write({ days, named: true })) } as const
    const messages = to.map((channel) => ({
      ...{ channel, id: messageId(channel, cause), at: now(), content },
    }))
    await enqueue(db, messages)
    channels.wake()
    return { channels: to, headline: content.headline }
  }
  const schedule = new WeeklySchedule({
    settings: () => weeklyReportSettings(config()),
    hasTakers: () => takers().length > 0,
    beganAt: () => firstStart(db),
    now,
    onError: log.failure,
  })
  return {
    kinds: [weeklyReportKind(send, randomUUID)],
    ...{ write, takers },
    weekKey: () => weeklyKey(weekOf(now(), weeklyReportSettings(config()).timeZone)),
    start(engine) {
      schedule.start((draft, user) => engine.submit(draft, { user }))
    },
    stop: () => schedule.stop(),
  }
}

function ownFigures({ engine, machine, log }: ReportingParts): OwnFigures {
  const { count, since } = engine.held()
  return {
    ...{ heldEvaluations: count, heldSince: since },
    logLinesLost: log.lostLines(),
    stuckCalls: machine.stuck().length,
  }
}
