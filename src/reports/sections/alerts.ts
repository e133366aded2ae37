import type { Alert } from '../../alerts/alert.ts'
import { countText } from '../../rules/words.ts'
import type { AlertFigures, IncidentFigures, WeeklyFacts } from '../facts.ts'
import type { ReportSection } from '../report.ts'
import {
  gapLines,
  gapSeverity,
  gravestOf,
  said,
  sectionOf,
  severityCounts,
  spanText,
  tableOf,
  valueIn,
  type Clock,
} from '../words.ts'

/** Alerts of the period: what fires still first, with what to do about it. Pure. */
export function alertSection({ alerts, until }: WeeklyFacts, clock: Clock): ReportSection[] {
  const figures = valueIn(alerts)
  const gaps = gapLines({ Alerts: alerts })
  if (figures === null) return sectionOf('Alerts', gapSeverity([alerts]), gaps)
  const { firing, firingCounts } = figures
  const total = firingCounts.critical + firingCounts.warning + firingCounts.info
  return sectionOf(
    'Alerts',
    gravestOf([...firing.map(({ severity }) => severity), gapSeverity([alerts])]),
    [
      total === 0 ? 'Nothing fires.' : `Still firing: ${severityCounts(firingCounts)}.`,
      raisedLine(figures),
      acknowledgedLine(figures),
      ...gaps,
    ],
    [
      tableOf(
        ['Severity', 'Alert', 'Since', 'What was found', 'What to do'],
        firing.map((alert) => firingRow(alert, until, clock)),
        { title: 'Still firing', total },
      ),
      tableOf(
        ['Rule', 'Times'],
        figures.noisyRules.map(({ title, count }) => [said(title), String(count)]),
        { title: 'Raised most often' },
      ),
      tableOf(
        ['Place', 'Times'],
        figures.noisyPlaces.map(({ resource, count }) => [said(resource), String(count)]),
        { title: 'Places that raised most' },
      ),
      tableOf(
        ['Alert', 'Times'],
        figures.flapping.map(({ title, resource, count }) => [
          said(`${title}: ${resource}`),
          String(count),
        ]),
        { title: 'Come and go' },
      ),
    ],
  )
}

function firingRow(alert: Alert, until: Date, clock: Clock): string[] {
  const { severity, title, resource, startedAt, message, action } = alert
  const lasts = spanText((until.getTime() - startedAt.getTime()) / 1000)
  const heeded = [
    ...(alert.acknowledgedAt === null ? [] : [`acknowledged by ${alert.acknowledgedBy ?? '?'}`]),
    ...(alert.silencedBy.length > 0 ? ['silenced'] : []),
  ]
  return [
    severity,
    said(`${title}: ${resource}`) + (heeded.length === 0 ? '' : ` (${said(heeded.join(', '))})`),
    `${clock.time(startedAt)} (${lasts})`,
    said(message, 300),
    said(action, 400),
  ]
}

function raisedLine({ raised, ended }: AlertFigures): string {
  const total = raised.critical + raised.warning + raised.info
  if (total === 0 && ended === 0) return 'None was raised.'
  const how = total === 0 ? '' : ` (${severityCounts(raised)})`
  return `Raised ${countText(total, 'time')}${how}; ${ended} ended.`
}

function acknowledgedLine({ fired, acknowledged, medianSeconds }: AlertFigures): string | null {
  if (fired === 0) return null
  if (medianSeconds === null) return `Nobody acknowledged any of the ${fired} that began to fire.`
  const median = spanText(medianSeconds)
  return `${acknowledged} of ${fired} were acknowledged, half of them within ${median}.`
}

const SEVERITIES = {
  low: 'info',
  medium: 'warning',
  high: 'warning',
  critical: 'critical',
} as const

/** Incidents; nothing where there was none. Pure. */
export function incidentSection({ incidents }: WeeklyFacts, clock: Clock): ReportSection[] {
  const figures = valueIn(incidents)
  const active: IncidentFigures['active'] = figures?.active ?? []
  const isQuiet = figures === null || figures.opened + figures.resolved + figures.activeTotal === 0
  return sectionOf(
    'Incidents',
    gravestOf([...active.map(({ severity }) => SEVERITIES[severity]), gapSeverity([incidents])]),
    [
      isQuiet
        ? null
        : `${figures.opened} opened, ${figures.resolved} resolved, ${figures.activeTotal} not resolved yet.`,
      ...gapLines({ Incidents: incidents }),
    ],
    [
      tableOf(
        ['Incident', 'Severity', 'Status', 'Assigned to', 'Since'],
        active.map(({ title, severity, status, assignedTo, startedAt }) => [
          said(title),
          ...[severity, status, said(assignedTo ?? 'nobody'), clock.time(startedAt)],
        ]),
        { total: figures?.activeTotal ?? 0 },
      ),
    ],
  )
}
