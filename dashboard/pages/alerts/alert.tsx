import { useResource } from '../../live/resource.ts'
import { may } from '../../session/session.ts'
import { linkTo as placeLink } from '../../shell/place.ts'
import { linkTo } from '../../shell/router.ts'
import { ApplianceNotice } from '../../ui/at-appliance.tsx'
import { Icon } from '../../ui/icon.tsx'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { Prose } from '../../ui/prose.tsx'
import { Shown } from '../../ui/states.tsx'
import { Facts, SeverityBadge, Time } from '../../ui/value.tsx'
import type { AlertDetail } from '../../wire/types.ts'
import { words } from '../../words/index.ts'
import { AlertActions } from './actions.tsx'
import { Evidence } from '../../ui/evidence.tsx'
import { Changed, Steps, Told } from './past.tsx'
import { StateBadges } from './state-badges.tsx'

const texts = words.alerts.detail

/** One alert: what, where, since when, why it matters, what to do, and what came before. */
export function AlertPage({ id }: { id: string }) {
  const alert = useResource('GET /monitoring/alerts/:id', { params: { id } }, ['alert', 'metrics'])
  return (
    <Shown of={alert}>{(value) => <AlertView alert={value} onChanged={alert.refresh} />}</Shown>
  )
}

function AlertView({ alert, onChanged }: { alert: AlertDetail; onChanged: () => void }) {
  const up = { text: words.navigation.alerts, link: linkTo('alerts') }
  const open = alert.state !== 'resolved'
  return (
    <>
      <PageHead title={alert.title} up={up}>
        {open && alert.appliance === null && may('monitoring:write') && (
          <AlertActions alerts={[alert]} onDone={onChanged} />
        )}
      </PageHead>
      {alert.appliance !== null && (
        <ApplianceNotice appliance={alert.appliance} to={placeLink('alerts', [alert.id])}>
          {words.fleet.alertOf(alert.appliance)}
        </ApplianceNotice>
      )}
      <section class={`verdict ${open ? alert.severity : 'good'}`}>
        <div class="badges">
          <SeverityBadge severity={alert.severity} />
          <StateBadges alert={alert} />
        </div>
        <p class="message">
          <Prose text={alert.message} />
        </p>
        {alert.acknowledge_comment !== null && <blockquote>{alert.acknowledge_comment}</blockquote>}
      </section>
      <div class="two-columns">
        <Panel title={texts.do}>
          <p class="do">
            <Prose text={alert.action} />
          </p>
          {alert.runbook_url !== null && (
            <a class="button" href={alert.runbook_url} target="_blank" rel="noreferrer">
              {texts.runbook} <Icon name="external" />
            </a>
          )}
          <h3>{texts.why}</h3>
          <p>
            <Prose text={alert.description} />
          </p>
        </Panel>
        <Panel title={texts.where}>
          <Facts
            facts={[
              ...(alert.appliance === null
                ? []
                : [[words.fleet.appliance, alert.appliance] as const]),
              [texts.resource, alert.resource],
              ...Object.entries(alert.labels),
              [texts.started, <Time key="started" at={alert.started_at} exact />],
              [texts.seen, <Time key="seen" at={alert.last_seen_at} />],
              ...(alert.resolved_at === null
                ? []
                : [[texts.over, <Time key="over" at={alert.resolved_at} exact />] as const]),
              [texts.count, alert.count],
              [
                texts.rule,
                <a key="rule" href={linkTo('rules', [alert.rule])}>
                  {alert.rule}
                </a>,
              ],
            ]}
          />
        </Panel>
        <Panel title={texts.evidence}>
          <Evidence of={alert.evidence} />
        </Panel>
        <Panel title={texts.timeline}>
          <Steps of={alert.transitions} />
        </Panel>
        <Panel title={texts.changes}>
          <Changed of={alert} />
        </Panel>
        <Panel title={texts.told}>
          <Told of={alert.notifications} />
        </Panel>
      </div>
    </>
  )
}
