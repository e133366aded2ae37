import { bytesText, countText } from '../../rules/words.ts'
import { WAITING_MINUTES } from '../figures.ts'
import type { BackupFigures, DatabaseFigures, OwnFigures, WeeklyFacts } from '../facts.ts'
import type { ReportSection } from '../report.ts'
import {
  gapLines,
  gapSeverity,
  gravestOf,
  said,
  sectionOf,
  spanText,
  tableOf,
  valueIn,
  type Clock,
} from '../words.ts'

/** What the daemon was asked to do; nothing where nothing failed. Pure. */
export function taskSection({ tasks }: WeeklyFacts, clock: Clock): ReportSection[] {
  const figures = valueIn(tasks)
  const failed = figures?.failed ?? 0
  return sectionOf(
    'Tasks',
    gravestOf([failed > 0 ? 'warning' : null, gapSeverity([tasks])]),
    [
      figures === null || failed + figures.completed + figures.cancelled === 0
        ? null
        : `${failed} failed, ${figures.completed} completed, ${figures.cancelled} cancelled.`,
      ...gapLines({ Tasks: tasks }),
    ],
    [
      tableOf(
        ['Task', 'When', 'Why it failed'],
        (figures?.failures ?? []).map(({ kind, finishedAt, error }) => [
          ...[said(kind), clock.time(finishedAt), said(error ?? 'it gave no reason', 300)],
        ]),
        { total: failed },
      ),
    ],
  )
}

/** Whether what the daemon remembers could be had again. Pure. */
export function backupSection({ backups, until }: WeeklyFacts, clock: Clock): ReportSection[] {
  const figures = valueIn(backups)
  const age = (at: Date) => `${spanText((until.getTime() - at.getTime()) / 1000)} ago`
  const lines = figures === null ? [] : linesOf(figures, (at) => `${clock.time(at)}, ${age(at)}`)
  return sectionOf(
    'Backups of storwarden',
    gravestOf([
      figures !== null && isOverdue(figures, until) ? 'warning' : null,
      gapSeverity([backups]),
    ]),
    [...lines, ...gapLines({ Backups: backups })],
  )
}

function linesOf({ last, verified, restoredAt }: BackupFigures, when: (at: Date) => string) {
  const size = verified?.sizeBytes ?? null
  return [
    verified?.verifiedAt == null
      ? `${last === null ? 'There is none' : 'None was ever verified by restoring it'}.`
      : `Last one that was verified by restoring it: ${when(verified.startedAt)}` +
        `${size === null ? '' : ` (${bytesText(size)})`}.`,
    last === null ? null : failureLine(last, when),
    restoredAt === null
      ? 'None was ever restored onto this database: operations.md tells how to practise it.'
      : `Last time one was restored onto this database: ${when(restoredAt)}.`,
  ]
}

function failureLine(last: NonNullable<BackupFigures['last']>, when: (at: Date) => string) {
  const error = last.error ?? last.verifyError
  return error === null ? null : `The newest, ${when(last.startedAt)}, failed: ${said(error, 300)}.`
}

function isOverdue({ verified, since, overdueHours, last }: BackupFigures, until: Date): boolean {
  if (last !== null && (last.error ?? last.verifyError) !== null) return true
  const from = verified?.startedAt ?? since
  return overdueHours > 0 && until.getTime() - from.getTime() > overdueHours * 3600_000
}

/** How large the database is, and how it grows. Pure. */
export function databaseSection({ database }: WeeklyFacts, clock: Clock): ReportSection[] {
  const figures = valueIn(database)
  return sectionOf('Database', gapSeverity([database]), [
    ...(figures === null ? [] : [sizeLine(figures, clock), largestLine(figures)]),
    ...gapLines({ 'The database': database }),
  ])
}

function sizeLine({ sizeBytes, grown }: DatabaseFigures, clock: Clock): string {
  const size = sizeBytes === null ? 'Its size is not known' : `It takes ${bytesText(sizeBytes)}`
  if (grown === null) return `${size}; how it grows is not known yet.`
  return `${size}, ${changeText(grown.bytes)} since ${clock.time(grown.since)}.`
}

function largestLine({ largest }: DatabaseFigures): string | null {
  if (largest.length === 0) return null
  const tables = largest
    .slice(0, 3)
    .map(({ table, bytes }) => `${said(table, 60)} ${bytesText(bytes)}`)
  return `Largest tables: ${tables.join(', ')}.`
}

function changeText(bytes: number): string {
  return bytes < 0 ? `${bytesText(-bytes)} less` : `${bytesText(bytes)} more`
}

/** How storwarden itself does: nothing of what is well, but that it is. Pure. */
export function ownSection(
  { own, messages, collectors }: WeeklyFacts,
  clock: Clock,
): ReportSection[] {
  const figures = valueIn(own)
  const failing = (valueIn(collectors) ?? []).filter(({ state }) => state === 'failed')
  const troubled = (valueIn(messages) ?? []).filter(({ givenUp, waiting }) => givenUp + waiting > 0)
  const faults = [
    ...(figures === null ? [] : ownFaults(figures, clock)),
    ...troubled.map(
      ({ channel, givenUp, waiting }) =>
        `Messages by ${said(channel)}: ${[
          ...(givenUp > 0 ? [`${givenUp} given up`] : []),
          ...(waiting > 0 ? [`${waiting} waiting for longer than ${WAITING_MINUTES} min`] : []),
        ].join(', ')}.`,
    ),
  ]
  const parts = { 'How storwarden does': own, Messages: messages, Collectors: collectors }
  const isWell = faults.length + failing.length === 0 && gapLines(parts).length === 0
  return sectionOf(
    'storwarden itself',
    gravestOf([isWell ? null : 'warning']),
    [
      ...faults,
      isWell ? 'Nothing is held back, no line of the log was lost, no call hangs.' : null,
      ...gapLines(parts),
    ],
    [
      tableOf(
        ['Collector', 'Fails since', 'Why'],
        failing.map(({ name, failingSince, error }) => [
          said(name.replaceAll('_', ' ')),
          failingSince === null ? 'not known' : clock.time(failingSince),
          said(error ?? '', 300),
        ]),
        { title: 'What cannot be read now' },
      ),
    ],
  )
}

function ownFaults(
  { heldEvaluations, heldSince, logLinesLost, stuckCalls }: OwnFigures,
  clock: Clock,
): string[] {
  const since = heldSince === null ? '' : ` since ${clock.time(heldSince)}`
  return [
    ...(heldEvaluations === 0
      ? []
      : [`${countText(heldEvaluations, 'evaluation')} of the rules held back${since}.`]),
    ...(logLinesLost === 0
      ? []
      : [`${countText(logLinesLost, 'line')} of the log lost since the daemon was started.`]),
    ...(stuckCalls === 0
      ? []
      : [`${countText(stuckCalls, 'call')} to devices or files cannot be ended.`]),
  ]
}
