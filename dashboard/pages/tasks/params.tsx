import { useResource } from '../../live/resource.ts'
import { SelectField, TextArea, TextField, type Choice } from '../../ui/field.tsx'
import { Shown } from '../../ui/states.tsx'
import { words } from '../../words/index.ts'
import { BYTES_PATTERN, fieldsOf, type Filled, type ParamField } from './fields.ts'

const texts = words.tasks.form
/** How some kinds of fields are filled in. */
const HOW: Readonly<Partial<Record<ParamField['kind'], string>>> = {
  list: texts.listHint,
  json: texts.jsonHint,
  bytes: texts.bytesHint,
}
/** As many as anybody chooses from. */
const MOST = 200

/** The fields that a kind of task is asked with. */
export function ParamFields({ schema, filled = {} }: { schema: object; filled?: Filled }) {
  return (
    <>
      {fieldsOf(schema).map((field) =>
        field.name === 'incident_id' ? (
          <IncidentField key={field.name} />
        ) : (
          <Field key={field.name} field={field} filled={filled[field.name] ?? ''} />
        ),
      )}
    </>
  )
}

function Field({ field, filled }: { field: ParamField; filled: string }) {
  const { name, kind, required, hint, standard, choices, minimum, maximum } = field
  const label = words.tasks.params[name] ?? sentence(name.replaceAll('_', ' '))
  const hints = [hint, HOW[kind] ?? ''].filter((one) => one !== '')
  const given = { name, required, label, hint: hints.join(' ') }
  if (kind === 'choice') {
    const empty: Choice = ['', standard === null ? texts.asStandard : said(standard)]
    const others = choices.filter((one) => one !== standard).map((one): Choice => [one, said(one)])
    return (
      <SelectField {...given} value={filled} choices={required ? others : [empty, ...others]} />
    )
  }
  if (kind === 'json') {
    return <TextArea {...given} defaultValue={filled} rows={4} spellcheck={false} />
  }
  const shown = { defaultValue: filled, ...(standard !== null && { placeholder: standard }) }
  if (kind === 'number') {
    return <TextField {...given} {...shown} type="number" min={minimum} max={maximum} />
  }
  const pattern = kind === 'bytes' ? { pattern: BYTES_PATTERN } : {}
  return <TextField {...given} {...shown} {...pattern} autocomplete="off" spellcheck={false} />
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

function said(choice: string): string {
  return { true: words.common.yes, false: words.common.no }[choice] ?? choice
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
            name="incident_id"
            choices={found.map(({ id, title }) => [id, title])}
          />
        )
      }
    </Shown>
  )
}
