import { useState } from 'preact/hooks'
import { may, session } from '../../session/session.ts'
import { FormDialog } from '../../ui/dialog.tsx'
import { SelectField, TextArea, TextField } from '../../ui/field.tsx'
import { textOf } from '../../ui/form-text.ts'
import { complain, say } from '../../ui/toast.tsx'
import { ask, type Body } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import type { IncidentDetail } from './badges.tsx'

const texts = words.incidents
type Change = Body<'PUT /monitoring/incidents/:id'>
type Status = IncidentDetail['status']

interface ActionsProps {
  incident: IncidentDetail
  onDone: () => void
}

/** What can be done with an incident: its next states, and its words. */
export function IncidentActions({ incident, onDone }: ActionsProps) {
  const [open, setOpen] = useState<'edit' | 'resolved' | 'closed' | null>(null)
  const close = () => {
    setOpen(null)
  }
  const change = async (what: Change) => {
    const body = { ...what, version: incident.version }
    await ask('PUT /monitoring/incidents/:id', { params: { id: incident.id }, body })
    say(texts.done.saved)
    onDone()
  }
  const me = session.value.state === 'in' ? session.value.me.username : null
  const step = (status: Status) => {
    if (status === 'resolved' || status === 'closed') setOpen(status)
    else change({ status }).catch(complain)
  }
  return (
    <div class="actions">
      {incident.allowed_statuses.map((status) => (
        <button
          key={status}
          type="button"
          class={status === 'resolved' || status === 'closed' ? 'primary' : ''}
          onClick={() => {
            step(status)
          }}
        >
          {verbOf(incident.status, status)}
        </button>
      ))}
      {me !== null && incident.assigned_to !== me && (
        <button
          type="button"
          onClick={() => {
            change({ assigned_to: me }).catch(complain)
          }}
        >
          {texts.verbs.take}
        </button>
      )}
      <button
        type="button"
        onClick={() => {
          setOpen('edit')
        }}
      >
        {texts.verbs.edit}
      </button>
      {open === 'edit' && <EditDialog incident={incident} onClose={close} onChange={change} />}
      {open === 'resolved' && (
        <EndDialog incident={incident} status="resolved" onClose={close} onChange={change} />
      )}
      {open === 'closed' && (
        <EndDialog incident={incident} status="closed" onClose={close} onChange={change} />
      )}
    </div>
  )
}

function verbOf(from: Status, to: Status): string {
  if (to === 'open') return texts.verbs.back
  if (to !== 'investigating') return texts.verbs[to]
  return from === 'open' ? texts.verbs.investigating : texts.verbs.reopen
}

interface ChangeProps {
  incident: IncidentDetail
  onClose: () => void
  onChange: (what: Change) => Promise<void>
}

function EditDialog({ incident, onClose, onChange }: ChangeProps) {
  const submit = (fields: FormData) =>
    onChange({
      title: textOf(fields, 'title'),
      description: textOf(fields, 'description'),
      severity: textOf(fields, 'severity') as IncidentDetail['severity'],
      assigned_to: textOf(fields, 'assigned') || null,
      root_cause: textOf(fields, 'cause') || null,
    })
  const { form } = texts
  return (
    <FormDialog title={texts.editTitle} verb={texts.verbs.save} onClose={onClose} onSubmit={submit}>
      <TextField label={form.title} name="title" value={incident.title} maxLength={256} required />
      <TextArea label={form.description} name="description" rows={4} value={incident.description} />
      <SelectField
        label={form.severity}
        name="severity"
        value={incident.severity}
        choices={Object.entries(texts.severities)}
      />
      <TextField
        label={form.assigned}
        name="assigned"
        value={incident.assigned_to ?? ''}
        hint={form.assignedHint}
      />
      <TextArea label={form.rootCause} name="cause" rows={3} value={incident.root_cause ?? ''} />
    </FormDialog>
  )
}

function EndDialog(props: ChangeProps & { status: 'resolved' | 'closed' }) {
  const { incident, status, onClose, onChange } = props
  const isResolved = status === 'resolved'
  const submit = (fields: FormData) =>
    onChange({ status, root_cause: textOf(fields, 'cause') || null })
  return (
    <FormDialog
      title={isResolved ? texts.resolveTitle : texts.closeTitle}
      verb={texts.verbs[status]}
      onClose={onClose}
      onSubmit={submit}
    >
      <p>{isResolved ? texts.resolveText : texts.closeText}</p>
      <TextArea
        label={texts.form.rootCause}
        name="cause"
        rows={4}
        value={incident.root_cause ?? ''}
        autofocus
      />
    </FormDialog>
  )
}

/** Whether who is in may change incidents; those that he sees he may then change. */
export function mayChange(): boolean {
  return may('incidents:write')
}
