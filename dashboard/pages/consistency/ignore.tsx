import { FormDialog } from '../../ui/dialog.tsx'
import { SelectField, TextArea } from '../../ui/field.tsx'
import { textOf } from '../../ui/form-text.ts'
import { say } from '../../ui/toast.tsx'
import { ask } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import type { Difference } from './parts.ts'

const texts = words.consistency.ignore
const DAY_MS = 24 * 3600 * 1000

interface IgnoreProps {
  difference: Difference
  onDone: () => void
  onClose: () => void
}

/** Leaves a difference alone, for a reason. */
export function IgnoreDialog({ difference: { id, sentence }, onDone, onClose }: IgnoreProps) {
  const submit = async (fields: FormData) => {
    const days = Number(textOf(fields, 'days'))
    const until = days === 0 ? null : new Date(Date.now() + days * DAY_MS).toISOString()
    const body = { reason: textOf(fields, 'reason'), until }
    await ask('POST /monitoring/consistency/differences/:id/ignore', { params: { id }, body })
    say(texts.done)
    onDone()
  }
  return (
    <FormDialog
      title={texts.title}
      verb={words.consistency.verbs.ignore}
      onClose={onClose}
      onSubmit={submit}
    >
      <p>{sentence}</p>
      <p class="quiet">{texts.text}</p>
      <TextArea label={texts.reason} name="reason" rows={2} maxLength={4096} required autofocus />
      <SelectField
        label={texts.until}
        name="days"
        value=""
        choices={Object.entries(texts.untilChoices).sort(([one], [other]) => +one - +other)}
      />
    </FormDialog>
  )
}
