import { FormDialog } from '../../ui/dialog.tsx'
import { SelectField, TextArea } from '../../ui/field.tsx'
import { textOf } from '../../ui/form-text.ts'
import { say } from '../../ui/toast.tsx'
import { ask } from '../../wire/request.ts'
import type { Alert } from '../../wire/types.ts'
import { words } from '../../words/index.ts'

const HOUR_MS = 3600 * 1000

/** Silences what is like an alert: of its rule and in its place. */
export function SilenceDialog({ alert, onClose }: { alert: Alert; onClose: () => void }) {
  const texts = words.alerts.silence
  const matchers = { alertname: alert.rule, ...alert.labels }
  const submit = async (fields: FormData) => {
    const hours = Number(textOf(fields, 'hours'))
    const body = {
      matchers: Object.entries(matchers).map(([name, value]) => ({ name, value })),
      end: new Date(Date.now() + hours * HOUR_MS).toISOString(),
      comment: textOf(fields, 'comment'),
    }
    await ask('POST /monitoring/silences', { body })
    say(words.alerts.actions.silenced)
  }
  return (
    <FormDialog
      title={texts.title}
      verb={words.alerts.actions.silence}
      onClose={onClose}
      onSubmit={submit}
    >
      <p>{texts.text}</p>
      <p>{texts.matching}</p>
      <ul class="labels">
        {Object.entries(matchers).map(([name, value]) => (
          <li key={name}>
            <code>
              {name}={value}
            </code>
          </li>
        ))}
      </ul>
      <SelectField label={texts.for} name="hours" value="4" choices={Object.entries(texts.hours)} />
      <TextArea label={texts.comment} name="comment" rows={2} maxLength={1000} required />
    </FormDialog>
  )
}
