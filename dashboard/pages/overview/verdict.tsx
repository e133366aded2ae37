import { firingAlerts, firingCounts } from '../../live/alerts.ts'
import { linkTo } from '../../shell/router.ts'
import { Icon } from '../../ui/icon.tsx'
import { Prose } from '../../ui/prose.tsx'
import { Loading } from '../../ui/states.tsx'
import { SeverityBadge, Time } from '../../ui/value.tsx'
import type { Alert, Numbers } from '../../wire/types.ts'
import { words } from '../../words/index.ts'

/** More are on the page of alerts. */
const MOST = 6
/** Of places where the same is wrong. */
const PLACES = 5

/** The answer to the first question: is it well, and if not, what is wrong and what is to be done. */
export function Verdict({ numbers }: { numbers: Numbers }) {
  const alerts = firingAlerts.value
  const counts = firingCounts.value
  const blind = unknownOf(numbers)
  if (alerts === null || counts === null) return <Loading />
  // What follows from another alert is no further thing to do.
  const roots = alerts.filter(({ inhibited_by: by }) => by === null)
  const groups = byRule(roots)
  const tone =
    counts.critical > 0
      ? 'critical'
      : counts.warning > 0
        ? 'warning'
        : blind !== null
          ? 'unknown'
          : 'good'
  const texts = words.overview
  return (
    <section class={`verdict ${tone}`} aria-live="polite">
      <h2>
        <Icon name={tone} />
        {alerts.length > 0 && texts.wrong(counts.critical, counts.warning, counts.info)}
        {alerts.length === 0 && (blind?.what ?? texts.well)}
      </h2>
      {alerts.length === 0 && <p>{blind?.why ?? texts.wellText}</p>}
      {alerts.length > 0 && blind !== null && <p>{blind.what}</p>}
      <ul>
        {groups.slice(0, MOST).map((group) => (
          <Line key={group[0].id} group={group} />
        ))}
      </ul>
      {(groups.length > MOST || alerts.length > roots.length) && (
        <a href={linkTo('alerts', [], { state: 'firing' })}>{texts.allAlerts(alerts.length)}</a>
      )}
    </section>
  )
}

type Group = readonly [Alert, ...Alert[]]

/** What is wrong in many places alike is one thing to know: by rule, each as grave as its gravest. */
function byRule(alerts: readonly Alert[]): Group[] {
  const groups = new Map<string, [Alert, ...Alert[]]>()
  for (const alert of alerts) {
    const group = groups.get(alert.rule)
    if (group === undefined) groups.set(alert.rule, [alert])
    else group.push(alert)
  }
  return [...groups.values()]
}

function Line({ group }: { group: Group }) {
  const [first, ...others] = group
  return (
    <li>
      <SeverityBadge severity={first.severity} />
      <div>
        <a href={linkTo('alerts', [first.id])}>{first.title}</a> <span>{first.resource}</span>{' '}
        <small>
          <Time at={first.started_at} />
          {first.acknowledged && `, ${words.overview.acknowledged}`}
        </small>
        <p>
          <Prose text={first.message} />
        </p>
        {others.length > 0 && (
          <p>
            {words.overview.alsoIn}{' '}
            {others.slice(0, PLACES).map(({ id, resource }) => (
              <a key={id} class="also" href={linkTo('alerts', [id])}>
                {resource}
              </a>
            ))}
            {others.length > PLACES && (
              <a class="also" href={linkTo('alerts', [], { rule: first.rule })}>
                {words.overview.more(others.length - PLACES)}
              </a>
            )}
          </p>
        )}
        <p class="quiet">
          <Prose text={first.action} />
        </p>
      </div>
    </li>
  )
}

/** What is not known of the appliance: what could not be read, or all of it, of one that is not heard. Null of nothing. */
function unknownOf({ collectors, error = null }: Numbers): { what: string; why: string } | null {
  const texts = words.overview
  if (error !== null) return { what: texts.unheard, why: error }
  const unread = Object.entries(collectors)
    .filter(([, { state }]) => state === 'failed' || state === 'partial')
    .map(([name]) => name.replaceAll('_', ' '))
  if (unread.length === 0) return null
  return { what: texts.blind(unread.join(', ')), why: texts.blindText }
}
