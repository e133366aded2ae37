import { linkTo } from '../shell/router.ts'
import { Blank } from '../ui/states.tsx'
import { SeverityBadge, Time } from '../ui/value.tsx'
import type { TapeAlert } from '../wire/types.ts'
import { words } from '../words/index.ts'
import { Prose } from '../ui/prose.tsx'
import { alertOfFlag, type Labels } from './object-alerts.tsx'

const texts = words.tape.flags

/** The flags that a drive or a library has set: what each means, what to do, and since when. */
export function TapeAlerts(props: { of: readonly TapeAlert[] | null; labels: Labels }) {
  const { of: alerts, labels } = props
  if (alerts === null) return <Blank icon="unknown" title={texts.unknown} />
  if (alerts.length === 0) return <p class="quiet">{texts.none}</p>
  return (
    <ul class="told-alerts">
      {alerts.map((alert) => (
        <Flag key={alert.flag} alert={alert} labels={labels} />
      ))}
    </ul>
  )
}

function Flag({ alert, labels }: { alert: TapeAlert; labels: Labels }) {
  const { flag, name, severity, meaning, action, volume_tag: tag } = alert
  const fires = alertOfFlag(labels, flag)
  return (
    <li>
      <SeverityBadge severity={severity} />
      <div>
        {fires === undefined ? (
          <strong>{name}</strong>
        ) : (
          <a href={linkTo('alerts', [fires.id])}>{name}</a>
        )}{' '}
        <small>{texts.flag(flag)}</small>
        <p>{meaning}</p>
        <p class="quiet">
          <Prose text={action} />
        </p>
        <p class="flag-times">
          {texts.columns.since} <Time at={alert.first_seen} exact />
          {alert.last_seen !== alert.first_seen && (
            <>
              {' · '}
              {texts.columns.seen} <Time at={alert.last_seen} />
            </>
          )}
          {tag !== null && (
            <>
              {' · '}
              {texts.columns.tape} <a href={linkTo('cartridges', [tag])}>{tag}</a>
            </>
          )}
        </p>
      </div>
    </li>
  )
}
