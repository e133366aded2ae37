import { firingAlerts } from '../live/alerts.ts'
import { AlertLines } from '../ui/object-alerts.tsx'
import { Panel } from '../ui/panel.tsx'
import type { Alert } from '../wire/types.ts'
import { words } from '../words/index.ts'

/** Alerts of a flag of TapeAlert each. */
const FLAGS = ['TapeDriveTapeAlert', 'LibraryTapeAlert']

/** Labels of which an alert of the object has all. */
export type Labels = Readonly<Record<string, string>>

/** The alerts that are of the object itself, which rules name by one set of labels or another. */
export function alertsOf(alerts: readonly Alert[] | null, ...sets: Labels[]): readonly Alert[] {
  return (alerts ?? []).filter((alert) =>
    sets.some((labels) =>
      Object.entries(labels).every(([name, value]) => alert.labels[name] === value),
    ),
  )
}

/** Those at the appliance of an object: drives of several may have the same serial number. */
export function alertsAt(alerts: readonly Alert[] | null, appliance: string | null) {
  return alerts?.filter((alert) => alert.appliance === appliance) ?? null
}

/** What is wrong with an object; nothing where nothing is. */
export function ObjectAlerts({ labels, or = [] }: { labels: Labels; or?: readonly Labels[] }) {
  const alerts = alertsOf(firingAlerts.value, labels, ...or)
  if (alerts.length === 0) return null
  return (
    <Panel title={words.tape.alerts}>
      <AlertLines alerts={alerts} />
    </Panel>
  )
}

/** The alert of a flag, as far as it fires. */
export function alertOfFlag(labels: Labels, flag: number): Alert | undefined {
  return alertsOf(firingAlerts.value, { ...labels, flag: String(flag) }).find(({ rule }) =>
    FLAGS.includes(rule),
  )
}

/** How many alerts an object has, in the colour of the gravest. */
export function AlertBadge({ labels, appliance }: { labels: Labels; appliance: string | null }) {
  const alerts = alertsOf(alertsAt(firingAlerts.value, appliance), labels)
  const [gravest] = alerts
  if (gravest === undefined) return null
  return (
    <span class={`count ${gravest.severity}`} title={alerts.map(({ title }) => title).join('; ')}>
      {words.alerts.firing(alerts.length)}
    </span>
  )
}
