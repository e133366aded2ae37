import { randomUUID } from 'node:crypto'
import { userInfo } from 'node:os'
import { setTimeout as pause } from 'node:timers/promises'
import { weeklyReportSettings } from '../applied-config.ts'
import { UsageError } from '../arguments.ts'
import { openPool, type DatabasePool } from '../db/pool.ts'
import { askedTask, askForReport } from '../reports/asking.ts'
import { weeklyKey, weekOf } from '../reports/week.ts'
import {
  atLeastOne,
  configOptions,
  EXIT_DONE,
  EXIT_FAILED,
  parseWords,
  remoteOptions,
  type Command,
  type Surroundings,
} from './command.ts'
import { connected } from './remote.ts'
import { settingsOf, type ConfigValues } from './settings.ts'
import { onConnection } from './store.ts'
import { ended } from './task-run.ts'
import { shown } from './words.ts'

const PATH = '/api/v1/monitoring/reports/weekly'

/** How the appliance was in the last days, to read or to be sent. */
export const reportWeekly: Command = {
  name: 'report weekly',
  usage: `usage: storwarden report weekly [options]

How the appliance was in the last seven days, as Markdown: alerts, availability, what will be
full, tape, SCST, tasks, backups, storwarden itself, and what could not be read.

  --days N         of so many days, 31 at most, instead of 7
  --send           has it sent by mail. Asked of storwardend where STORWARDEN_TOKEN or --url is
                   given, else on the database: storwardend then sends it, at the latest when
                   it is started
  --once           not when that of this week was sent with --once or by the schedule
                   (reports.weekly)
  --url URL        where storwardend answers, instead of STORWARDEN_URL
                   or http://127.0.0.1:8080
  --ca FILE        certificates (PEM) that are trusted besides the usual ones,
                   instead of STORWARDEN_CA
  --config FILE    configuration, instead of /etc/storwarden/config.yaml
  --state-dir DIR  what the daemon remembers
  --json           for programs
`,

  async run(argv, around) {
    const { values } = parseWords(argv, {
      ...{ days: { type: 'string' }, send: { type: 'boolean' }, once: { type: 'boolean' } },
      ...remoteOptions,
      ...configOptions,
    })
    const days = atLeastOne('days', values.days)
    if (days !== undefined && days > MOST_DAYS) {
      throw new UsageError([`--days ${days}: must be ${MOST_DAYS} or less`])
    }
    const once = values.once === true
    if (once && values.send !== true) throw new UsageError(['--once: is for --send'])
    if (once && days !== undefined) throw new UsageError(['--days: is not for --once'])
    const json = values.json === true
    if (values.send !== true) return await print(values.url, { days, json }, around)
    const hasToken = (around.env.STORWARDEN_TOKEN ?? '').trim() !== ''
    const wanted = { days, once, json }
    return hasToken || values.url !== undefined
      ? await sendOverRest(values.url, wanted, around)
      : await sendOnDatabase(values, wanted, around)
  },
}

/** As the daemon has it. */
const MOST_DAYS = 31

interface Wanted {
  days: number | undefined
  once: boolean
  json: boolean
}

async function print(
  url: string | undefined,
  { days, json }: Omit<Wanted, 'once'>,
  around: Surroundings,
): Promise<number> {
  const report = await connected(url, around).get(PATH, { query: { format: 'json', days } })
  const { terminal } = around
  if (json) terminal.json(report)
  else for (const line of shown(report.text('markdown')).trimEnd().split('\n')) terminal.line(line)
  return EXIT_DONE
}

async function sendOverRest(
  url: string | undefined,
  { days, once, json }: Wanted,
  around: Surroundings,
): Promise<number> {
  const client = connected(url, around)
  const body = { ...(days === undefined ? {} : { days }), ...(once ? { once } : {}) }
  const task = await ended(client, await client.post(`${PATH}/send`, body), around)
  const lines = task.objects('log').map((line) => line.text('message') ?? '')
  const state = shown(task.text('state'))
  if (json) around.terminal.json(task)
  else around.terminal.line(outcome(state, task.text('error'), lines.at(-2)))
  return state === 'completed' ? EXIT_DONE : EXIT_FAILED
}

async function sendOnDatabase(
  values: ConfigValues,
  { days, once, json }: Wanted,
  around: Surroundings,
): Promise<number> {
  const { terminal, now } = around
  const config = await settingsOf(values, around)
  if (config.notifications.email.host === null) {
    terminal.note('nothing is sent: no e-mail channel is set up (notifications.email)')
    // A timer that is there before the channel has not failed.
    return once ? EXIT_DONE : EXIT_FAILED
  }
  const { timeZone } = weeklyReportSettings(config)
  const key = once ? weeklyKey(weekOf(now(), timeZone)) : null
  const user = `${userInfo().username} (command line)`
  return await onConnection(config, terminal, { make: false }, async (connection, { isAlone }) => {
    const database = openPool({ connection, poolSize: 2 })
    try {
      const asked = await askForReport(database, { days, key, user }, { now, newId: randomUUID })
      // Nobody could begin it meanwhile: a daemon that is started waits for what is held here.
      const task = isAlone ? asked.task : await settled(database, asked.task, around)
      const { state, error } = task
      if (json) terminal.json({ id: task.id, state, error, created: asked.created })
      else if (asked.created) terminal.line(outcome(state, error, undefined))
      else terminal.line(`asked for already this week: ${outcome(state, error, undefined)}`)
      return state === 'failed' || state === 'cancelled' ? EXIT_FAILED : EXIT_DONE
    } finally {
      await database.close()
    }
  })
}

const LOOK_MS = 500
/** The daemon looks for work every few seconds: what nobody has begun by then waits until one is started. */
const PENDING_MS = 15_000
const RUNNING_MS = 300_000

/** The task when it has ended, or is not waited for any more. */
async function settled(
  database: DatabasePool,
  asked: Awaited<ReturnType<typeof askForReport>>['task'],
  { interrupted }: Surroundings,
) {
  let task = asked
  for (let waitedMs = 0; !interrupted.aborted; waitedMs += LOOK_MS) {
    const limitMs = { pending: PENDING_MS, running: RUNNING_MS }[task.state as string] ?? 0
    if (waitedMs >= limitMs) break
    await pause(LOOK_MS)
    task = (await askedTask(database, task)) ?? task
  }
  return task
}

function outcome(state: string, error: string | null, said: string | undefined): string {
  if (state === 'completed') return said ?? 'it was put up for sending'
  if (state === 'pending') return 'storwardend sends it when it runs'
  if (state === 'running') return 'it is being written'
  return `it was not sent: ${error ?? state}`
}
