import { useResource } from '../../live/resource.ts'
import { may } from '../../session/session.ts'
import { linkTo } from '../../shell/router.ts'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { Notice, Shown } from '../../ui/states.tsx'
import { Facts, Time } from '../../ui/value.tsx'
import { duration } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { IncidentActions, mayChange } from './actions.tsx'
import { AttachedAlerts } from './attached.tsx'
import { gravityOf, IncidentSeverity, IncidentStatus, type IncidentDetail } from './badges.tsx'
import { Notes } from './notes.tsx'
import { pageOfLink } from './timeline.ts'
import { Timeline } from './timeline-panel.tsx'

const texts = words.incidents

/** One incident: what is known of it, what may have caused it, and what happened before and during it. */
export function IncidentPage({ id }: { id: string }) {
  const incident = useResource('GET /monitoring/incidents/:id', { params: { id } }, [
    'system',
    'alert',
  ])
  const { state } = incident.current.value
  return (
    <>
      {state === 'missing' && !may('incidents:read-all') && <Notice>{texts.own}</Notice>}
      <Shown of={incident}>
        {(value) => <IncidentView incident={value} onDone={incident.refresh} />}
      </Shown>
    </>
  )
}

function IncidentView({ incident, onDone }: { incident: IncidentDetail; onDone: () => void }) {
  const { id, title, description, suggestion } = incident
  return (
    <>
      <PageHead title={title} up={{ text: words.navigation.incidents, link: linkTo('incidents') }}>
        {mayChange() && <IncidentActions incident={incident} onDone={onDone} />}
      </PageHead>
      <section class={`verdict ${gravityOf(incident)}`}>
        <div class="badges">
          <IncidentSeverity severity={incident.severity} />
          <IncidentStatus status={incident.status} />
        </div>
        <p class={description === '' ? 'quiet' : 'written'}>
          {description === '' ? texts.detail.descriptionNone : description}
        </p>
        {suggestion !== null && <Notice>{suggestion}</Notice>}
        <a
          class="button report"
          href={`/api/v1/monitoring/incidents/${encodeURIComponent(id)}/report`}
          download={`incident-${id}.md`}
        >
          {texts.verbs.report}
        </a>
      </section>
      <div class="two-columns">
        <Causes of={incident.likely_causes} />
        <IncidentFacts incident={incident} />
      </div>
      <div class="two-columns">
        <AttachedAlerts incident={incident} onDone={onDone} />
        <Notes incident={incident} onDone={onDone} />
      </div>
      <Timeline incident={incident} />
    </>
  )
}

function Causes({ of }: { of: IncidentDetail['likely_causes'] }) {
  return (
    <Panel title={texts.detail.causes}>
      <p class="quiet">{of.length === 0 ? texts.detail.causesNone : texts.detail.causesText}</p>
      <ol class="causes">
        {of.map(({ kind, at, sentence, link }) => {
          const page = pageOfLink(link)
          return (
            <li key={`${kind} ${sentence}`}>
              <small>
                {texts.causeKinds[kind]}
                {at !== null && ', '}
                {at !== null && <Time at={at} exact />}
              </small>
              <p>
                {page === null ? sentence : <a href={linkTo(page.page, [page.id])}>{sentence}</a>}
              </p>
            </li>
          )
        })}
      </ol>
    </Panel>
  )
}

function IncidentFacts({ incident }: { incident: IncidentDetail }) {
  const { detail } = texts
  const { resolved_at: resolved, closed_at: closed, alerts_over_since: quiet } = incident
  const times = [
    [detail.resolved, resolved],
    [detail.closed, closed],
    [detail.alertsOver, quiet],
  ] as const
  return (
    <Panel title={detail.facts}>
      <Facts
        facts={[
          [detail.assigned, incident.assigned_to ?? <i class="quiet">{texts.nobody}</i>],
          [detail.openedBy, incident.created_by],
          ...(incident.place === null ? [] : [[detail.place, incident.place] as const]),
          [detail.began, <Time key="began" at={incident.started_at} exact />],
          [resolved === null ? detail.lasting : detail.lasted, duration(incident.duration_seconds)],
          ...times.flatMap(([name, at]) =>
            at === null ? [] : [[name, <Time key={name} at={at} exact />] as const],
          ),
        ]}
      />
      <h3>{detail.rootCause}</h3>
      <p class={incident.root_cause === null ? 'quiet' : 'written'}>
        {incident.root_cause ?? detail.rootCauseNone}
      </p>
    </Panel>
  )
}
