import { useState } from 'preact/hooks'
import { firingAlerts } from '../../live/alerts.ts'
import { linkTo } from '../../shell/router.ts'
import { FormDialog } from '../../ui/dialog.tsx'
import { Panel } from '../../ui/panel.tsx'
import { Badge, SeverityBadge, Time } from '../../ui/value.tsx'
import { say } from '../../ui/toast.tsx'
import { ask } from '../../wire/request.ts'
import type { Severity } from '../../wire/types.ts'
import { words } from '../../words/index.ts'
import { mayChange } from './actions.tsx'
import type { IncidentDetail } from './badges.tsx'

const texts = words.incidents
type Attached = IncidentDetail['alerts'][number]

interface AttachedProps {
  incident: IncidentDetail
  onDone: () => void
}

/** The alerts of an incident. */
export function AttachedAlerts({ incident, onDone }: AttachedProps) {
  const [attaching, setAttaching] = useState(false)
  const [detaching, setDetaching] = useState<Attached | null>(null)
  const { alerts } = incident
  return (
    <Panel
      title={texts.detail.alerts}
      aside={
        mayChange() && (
          <button
            type="button"
            onClick={() => {
              setAttaching(true)
            }}
          >
            {texts.verbs.attach}
          </button>
        )
      }
    >
      {alerts.length === 0 && <p class="quiet">{texts.detail.alertsNone}</p>}
      <ul class="attached">
        {alerts.map((alert) => (
          <li key={alert.id}>
            <div>
              <a href={linkTo('alerts', [alert.id])}>{alert.title}</a> {alert.resource}
              <p class="quiet">{alert.message}</p>
              <span class="badges">
                <SeverityBadge severity={alert.severity as Severity} />
                <State of={alert} />
                <small>
                  <Time at={alert.started_at} exact />
                </small>
              </span>
            </div>
            {mayChange() && (
              <button
                type="button"
                aria-label={`${texts.verbs.detach}: ${alert.title}, ${alert.resource}`}
                onClick={() => {
                  setDetaching(alert)
                }}
              >
                {texts.verbs.detach}
              </button>
            )}
          </li>
        ))}
      </ul>
      {attaching && (
        <AttachDialog
          incident={incident}
          onDone={onDone}
          onClose={() => {
            setAttaching(false)
          }}
        />
      )}
      {detaching !== null && (
        <DetachDialog
          incident={incident}
          alert={detaching}
          onDone={onDone}
          onClose={() => {
            setDetaching(null)
          }}
        />
      )}
    </Panel>
  )
}

function State({ of: { state } }: { of: Attached }) {
  if (state === 'resolved') return <Badge tone="good">{texts.detail.over}</Badge>
  return (
    <Badge tone="quiet">{state === 'firing' ? texts.detail.firing : texts.detail.pending}</Badge>
  )
}

function AttachDialog({ incident, onDone, onClose }: AttachedProps & { onClose: () => void }) {
  const attached = new Set(incident.alerts.map(({ id }) => id))
  const others = (firingAlerts.value ?? []).filter(({ id }) => !attached.has(id))
  const submit = async (fields: FormData) => {
    const ids = fields.getAll('alert').map(String)
    if (ids.length === 0) throw new Error(texts.attachFirst)
    const params = { id: incident.id }
    await ask('POST /monitoring/incidents/:id/alerts', { params, body: { alert_ids: ids } })
    say(texts.done.attached)
    onDone()
  }
  return (
    <FormDialog
      title={texts.verbs.attach}
      verb={texts.verbs.attach}
      onClose={onClose}
      onSubmit={submit}
    >
      <p>{others.length === 0 ? texts.attachNone : texts.attachText}</p>
      <ul class="choose">
        {others.map(({ id, title, resource, severity }) => (
          <li key={id}>
            <label>
              <input type="checkbox" name="alert" value={id} />
              <SeverityBadge severity={severity} />
              <span>
                {title} <small>{resource}</small>
              </span>
            </label>
          </li>
        ))}
      </ul>
    </FormDialog>
  )
}

function DetachDialog(props: AttachedProps & { alert: Attached; onClose: () => void }) {
  const { incident, alert, onDone, onClose } = props
  const submit = async () => {
    const params = { id: incident.id, alert: alert.id }
    await ask('DELETE /monitoring/incidents/:id/alerts/:alert', { params })
    say(texts.done.detached)
    onDone()
  }
  return (
    <FormDialog
      title={texts.detachTitle}
      verb={texts.verbs.detach}
      onClose={onClose}
      onSubmit={submit}
    >
      <p>{texts.detachText(alert.title)}</p>
    </FormDialog>
  )
}
