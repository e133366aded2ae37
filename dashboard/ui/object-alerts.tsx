import { firingAlerts } from '../live/alerts.ts'
import { linkTo } from '../shell/router.ts'
import type { Alert, Severity } from '../wire/types.ts'
import './object-alerts.css'
import { Prose } from './prose.tsx'
import { SeverityBadge, Time } from './value.tsx'

/** Whether an alert is about what has these labels, or about something that is part of it. */
export function isAbout(alert: Alert, labels: Readonly<Record<string, string>>): boolean {
  return Object.entries(labels).every(
    ([name, value]) => alert.labels[name] === value || alert.part_of[name] === value,
  )
}

/** The gravest of what is wrong with something; null when nothing is known to be. */
export function gravest(labels: Readonly<Record<string, string>>): Severity | null {
  return firingAlerts.value?.find((alert) => isAbout(alert, labels))?.severity ?? null
}

interface ObjectAlertsProps {
  label: string
  of: (alert: Alert) => boolean
  /** More are on the page of alerts. */
  most?: number
  more?: { text: (count: number) => string; link: string }
}

/** What is wrong with something, the gravest first; nothing where nothing is. */
export function ObjectAlerts({ label, of, most = 6, more }: ObjectAlertsProps) {
  const alerts = firingAlerts.value?.filter(of) ?? []
  if (alerts.length === 0) return null
  return (
    <section class="panel object-alerts" aria-label={label}>
      <AlertLines alerts={alerts.slice(0, most)} />
      {more && alerts.length > most && <a href={more.link}>{more.text(alerts.length - most)}</a>}
    </section>
  )
}

/** Alerts, each with what to do. */
export function AlertLines({ alerts }: { alerts: readonly Alert[] }) {
  return (
    <ul class="told-alerts">
      {alerts.map(({ id, severity, title, message, action, started_at: since }) => (
        <li key={id}>
          <SeverityBadge severity={severity} />
          <div>
            <a href={linkTo('alerts', [id])}>{title}</a>{' '}
            <small>
              <Time at={since} />
            </small>
            <p>{message}</p>
            <p class="quiet">
              <Prose text={action} />
            </p>
          </div>
        </li>
      ))}
    </ul>
  )
}
