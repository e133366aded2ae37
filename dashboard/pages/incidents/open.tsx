import { go, linkTo } from '../../shell/router.ts'
import { FormDialog } from '../../ui/dialog.tsx'
import { SelectField, TextArea, TextField } from '../../ui/field.tsx'
import { textOf } from '../../ui/form-text.ts'
import { say } from '../../ui/toast.tsx'
import { ask, type Body } from '../../wire/request.ts'
import { words } from '../../words/index.ts'

const texts = words.incidents

/** Opens an incident, and goes to it. */
export function OpenDialog({ onClose }: { onClose: () => void }) {
  const submit = async (fields: FormData) => {
    const started = textOf(fields, 'started')
    const body = {
      title: textOf(fields, 'title'),
      description: textOf(fields, 'description'),
      severity: textOf(fields, 'severity'),
      assigned_to: textOf(fields, 'assigned') || null,
      ...(started !== '' && { started_at: new Date(started).toISOString() }),
    } as Body<'POST /monitoring/incidents'>
    const { id } = await ask('POST /monitoring/incidents', { body })
    say(texts.done.opened)
    go(linkTo('incidents', [id]))
  }
  const { form } = texts
  return (
    <FormDialog title={texts.open} verb={texts.verbs.open} onClose={onClose} onSubmit={submit}>
      <TextField label={form.title} name="title" maxLength={256} required autofocus />
      <TextArea label={form.description} name="description" rows={4} />
      <SelectField
        label={form.severity}
        name="severity"
        value="medium"
        choices={Object.entries(texts.severities)}
      />
      <TextField label={form.assigned} name="assigned" hint={form.assignedHint} />
      <TextField
        label={form.started}
        name="started"
        type="datetime-local"
        step={1}
        hint={form.startedHint}
      />
    </FormDialog>
  )
}
