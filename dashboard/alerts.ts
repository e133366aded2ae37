import { element, show, table } from './dom.ts'
import { time } from './format.ts'

/** An alert as the daemon tells it. */
export interface Alert {
  id: string
  title: string
  severity: 'info' | 'warning' | 'critical'
  resource: string
  message: string
  description: string
  action: string
  runbook_url: string | null
  state: 'pending' | 'firing' | 'resolved'
  acknowledged: boolean
  acknowledged_by: string | null
  started_at: string
  inhibited_by: string | null
}

const ORDER = { critical: 0, warning: 1, info: 2 } as const

/** Alerts that are not over, the gravest first; muted ones are left out. */
export class AlertList {
  readonly #alerts = new Map<string, Alert>()
  readonly #acknowledge: (id: string) => Promise<void>

  constructor(acknowledge: (id: string) => Promise<void>) {
    this.#acknowledge = acknowledge
  }

  /** Takes the whole list anew. */
  replace(alerts: readonly Alert[]): void {
    this.#alerts.clear()
    for (const alert of alerts) this.#alerts.set(alert.id, alert)
    this.#draw()
  }

  /** Takes what has become of one alert. */
  update(alert: Alert): void {
    if (alert.state === 'resolved') this.#alerts.delete(alert.id)
    else this.#alerts.set(alert.id, alert)
    this.#draw()
  }

  #draw(): void {
    const shown = [...this.#alerts.values()].filter(({ inhibited_by }) => inhibited_by === null)
    shown.sort(
      (a, b) => ORDER[a.severity] - ORDER[b.severity] || b.started_at.localeCompare(a.started_at),
    )
    if (shown.length === 0) {
      show('alerts', element('p', { class: 'good' }, 'No alerts.'))
      return
    }
    show(
      'alerts',
      table(
        ['Severity', 'Alert', 'Where', 'What', 'Since', ''],
        shown.map((alert) => [
          element('span', { class: `severity ${alert.severity}` }, alert.severity),
          alert.state === 'pending' ? `${alert.title} (pending)` : alert.title,
          alert.resource,
          element('div', {}, alert.message, advice(alert)),
          element('time', { datetime: alert.started_at }, time(alert.started_at)),
          this.#button(alert),
        ]),
      ),
    )
  }

  #button({ id, title, resource, acknowledged, acknowledged_by }: Alert): HTMLElement {
    if (acknowledged) {
      return element('span', { class: 'quiet' }, `acknowledged by ${acknowledged_by ?? 'somebody'}`)
    }
    const label = `Acknowledge ${title} of ${resource}`
    const button = element('button', { type: 'button', 'aria-label': label }, 'Acknowledge')
    button.onclick = () => {
      button.disabled = true
      void this.#acknowledge(id).finally(() => (button.disabled = false))
    }
    return button
  }
}

/** Why it matters, what to do, and where there is more of that. */
function advice({ description, action, runbook_url }: Alert): HTMLElement {
  const link = runbook_url === null ? null : element('a', { href: runbook_url }, 'Runbook')
  return element('div', { class: 'quiet' }, `${description} ${action} `, link)
}
