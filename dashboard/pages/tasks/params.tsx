import { useResource } from '../../live/resource.ts'
import { SelectField, TextField } from '../../ui/field.tsx'
import { Shown } from '../../ui/states.tsx'
import { words } from '../../words/index.ts'
import type { Startable } from './given.ts'

const texts = words.tasks.form
/** As many as anybody chooses from. */
const MOST = 200

/** The fields that a kind of task is asked with. */
export function ParamFields({ kind }: { kind: Startable }) {
  switch (kind) {
    case 'backup':
      return (
        <SelectField
          label={texts.verify}
          name="verify"
          choices={Object.entries(texts.verifyChoices)}
        />
      )
    case 'monitoring_alert_evaluation':
      return (
        <label>
          <input type="checkbox" name="collect" value="true" /> {texts.collect}
        </label>
      )
    case 'monitoring_incident_analysis':
      return <IncidentField />
    case 'weekly_report':
      return (
        <>
          <TextField label={texts.channels} name="channels" hint={texts.channelsHint} />
          <TextField label={texts.days} name="days" type="number" min={1} hint={texts.daysHint} />
        </>
      )
    case 'monitoring_data_retention':
      return <TextField label={texts.only} name="only" hint={texts.onlyHint} />
    case 'monitoring_event_processing':
    case 'database_maintenance':
      return null
  }
}

function IncidentField() {
  const query = { active: true, limit: MOST }
  const incidents = useResource('GET /monitoring/incidents', { query }, ['system'])
  return (
    <Shown of={incidents}>
      {({ incidents: found }) =>
        found.length === 0 ? (
          <p>{texts.incidentNone}</p>
        ) : (
          <SelectField
            label={texts.incident}
            name="incident"
            choices={found.map(({ id, title }) => [id, title])}
          />
        )
      }
    </Shown>
  )
}
