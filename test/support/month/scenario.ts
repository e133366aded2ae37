import type { Rule } from '../../../src/rules/rule.ts'
import type { MeantChannel } from './mail.ts'
import type { Part } from './generated.ts'
import type { Audience, PlanSettings } from '../../../src/notify/plan.ts'
import { newsEvents } from '../../../src/notify/notifier.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

/** A month in which the clocks of Berlin are put back, on the 25th. */
export const begin = Date.parse('2026-10-05T00:00:00Z')
export const STEP_MS = 30_000
export const STEPS = 30 * 24 * 120

const drive = (name: string, library: string) => ({ name, partOf: { library } })

/** What is made up, besides what was recorded. The names are those of rules that mute each other. */
export const parts: readonly Part[] = [
  {
    subject: 'tape_drives',
    label: 'serial',
    places: [drive('D1', 'L1'), drive('D2', 'L1'), drive('D3', 'L2'), { name: 'D4' }],
    conditions: [
      {
        alert: 'TapeDriveUnreachable',
        level: 'silence',
        raise: 90,
        severity: 'critical',
        forSeconds: 180,
      },
      { alert: 'TapeDriveTooWarm', level: 'heat', raise: 80, clear: 60, keepFiringSeconds: 300 },
      { alert: 'TapeDriveCleaningRequested', level: 'dirt', raise: 60 },
      {
        ...{ alert: 'TapeDriveCleaningRequired', level: 'dirt', raise: 90, severity: 'critical' },
        inhibits: 'TapeDriveCleaningRequested',
      },
    ],
  },
  {
    subject: 'changers',
    label: 'library',
    places: [{ name: 'L1' }, { name: 'L2' }],
    conditions: [
      { alert: 'ChangerUnreachable', level: 'silence', raise: 90, severity: 'critical' },
      { alert: 'ChangerImportExportFull', level: 'fullness', raise: 50, forSeconds: 900 },
    ],
  },
  {
    subject: 'sensors',
    label: 'sensor',
    places: [{ name: 's1' }, { name: 's2' }, { name: 's3' }],
    conditions: [
      { alert: 'SensorAlarm', level: 'heat', raise: 70, clear: 50, critical: 90, forSeconds: 60 },
      {
        alert: 'SensorDrifts',
        level: 'drift',
        raise: 75,
        forSeconds: 600,
        keepFiringSeconds: 900,
        severity: 'info',
      },
    ],
  },
  {
    subject: 'network',
    label: 'interface',
    places: [{ name: 'eth0' }, { name: 'eth1' }],
    conditions: [{ alert: 'LinkDown', level: 'loss', raise: 50, severity: 'critical' }],
  },
]

export const flapping = { count: 4, windowSeconds: 3600 }

/** Told at once, told of what is critical, and called when nobody acknowledges. */
export const channels: readonly MeantChannel[] = [
  { name: 'log', least: 'info', afterMs: null },
  { name: 'mail', least: 'warning', afterMs: null },
  { name: 'pager', least: 'critical', afterMs: null },
  { name: 'boss', least: 'critical', afterMs: 20 * MINUTE_MS },
]
export const audiences: readonly Audience[] = channels.map(({ name, least }) => ({
  ...{ name, minSeverity: least, news: newsEvents },
}))
export const settings: PlanSettings = {
  repeatMs: 4 * HOUR_MS,
  escalation: { channels: ['boss'], afterMs: 20 * MINUTE_MS },
  flappingMs: flapping.windowSeconds * 1000,
}

/** Windows of a schedule that is meant by the clocks of Berlin: `days` at `time`, for so long. */
export function berlinWindows(days: (weekday: number) => boolean, time: string, hours: number) {
  const windows: [number, number][] = []
  for (let day = begin - 48 * HOUR_MS; day < begin + 32 * 24 * HOUR_MS; day += 24 * HOUR_MS) {
    if (!days(new Date(day).getUTCDay())) continue
    const local = `${new Date(day).toISOString().slice(0, 10)}T${time}`
    // An hour that comes twice is meant the first time.
    const offset = local < '2026-10-25T03:00' ? '+02:00' : '+01:00'
    const from = Date.parse(`${local}:00${offset}`)
    windows.push([from, from + hours * HOUR_MS])
  }
  return windows
}

/** What of a rule can be reckoned with. */
export function factsOf({
  alert,
  source,
  severity,
  forSeconds,
  keepFiringSeconds = 0,
  inhibits,
}: Rule) {
  return {
    ...{ alert, source, severity, forSeconds, keepFiringSeconds },
    ...(inhibits === undefined ? {} : { inhibits }),
  }
}
