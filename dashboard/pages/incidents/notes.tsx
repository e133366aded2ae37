import { useRef } from 'preact/hooks'
import { FormFault, useForm } from '../../ui/dialog.tsx'
import { TextArea } from '../../ui/field.tsx'
import { textOf } from '../../ui/form-text.ts'
import { Panel } from '../../ui/panel.tsx'
import { say } from '../../ui/toast.tsx'
import { Time } from '../../ui/value.tsx'
import { ask } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import { mayChange } from './actions.tsx'
import type { IncidentDetail } from './badges.tsx'

const texts = words.incidents

/** What people have written about an incident, and room for more. */
export function Notes({ incident, onDone }: { incident: IncidentDetail; onDone: () => void }) {
  const element = useRef<HTMLFormElement>(null)
  const form = useForm(async (fields) => {
    const body = { text: textOf(fields, 'text') }
    await ask('POST /monitoring/incidents/:id/notes', { params: { id: incident.id }, body })
    say(texts.done.noted)
    onDone()
    element.current?.reset()
  })
  const { notes, notes_total: total } = incident
  return (
    <Panel title={texts.detail.notes}>
      {notes.length === 0 && <p class="quiet">{texts.detail.notesNone}</p>}
      {total > notes.length && <p class="quiet">{texts.detail.notesMore(notes.length, total)}</p>}
      <ol class="notes">
        {notes.map(({ id, at, author, text }) => (
          <li key={id}>
            <small>
              <strong>{author ?? texts.detail.itself}</strong> <Time at={at} exact />
            </small>
            <p>{text}</p>
          </li>
        ))}
      </ol>
      {mayChange() && (
        <form ref={element} class="note-form" onSubmit={form.submit}>
          <TextArea label={texts.form.note} name="text" rows={3} required />
          <FormFault fault={form.fault} />
          <button type="submit" disabled={form.busy}>
            {texts.verbs.note}
          </button>
        </form>
      )}
    </Panel>
  )
}
