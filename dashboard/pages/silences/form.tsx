import { useState } from 'preact/hooks'
import { FormDialog } from '../../ui/dialog.tsx'
import { SelectField, TextArea, TextField } from '../../ui/field.tsx'
import { textOf } from '../../ui/form-text.ts'
import { say } from '../../ui/toast.tsx'
import { ask, type Body } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import { cronInWords } from '../../words/cron.ts'
import { linesOf } from './matching.ts'
import { Preview } from './preview.tsx'

type Given = Body<'POST /monitoring/silences'>
type Kind = keyof typeof texts.kinds
type When = keyof typeof texts.whens

const texts = words.silences.form
const HOUR_MS = 3600 * 1000

/** Silences alerts that match, or all that is not critical, for a time or by a schedule. */
export function NewSilence({ onDone, onClose }: { onDone: () => void; onClose: () => void }) {
  const [kind, setKind] = useState<Kind>('matchers')
  const [matchers, setMatchers] = useState('')
  const [when, setWhen] = useState<When>('once')
  const submit = async (fields: FormData) => {
    await ask('POST /monitoring/silences', { body: givenOf(fields) })
    say(texts.created)
    onDone()
  }
  return (
    <FormDialog title={texts.title} verb={texts.verb} onClose={onClose} onSubmit={submit}>
      <SelectField
        label={texts.kind}
        name="kind"
        value={kind}
        choices={Object.entries(texts.kinds)}
        onChange={({ currentTarget }) => {
          setKind(currentTarget.value as Kind)
        }}
      />
      <TextArea
        label={texts.matchers}
        hint={texts.matchersHint}
        name="matchers"
        rows={3}
        spellcheck={false}
        class="matchers"
        required={kind === 'matchers'}
        onInput={({ currentTarget }) => {
          setMatchers(currentTarget.value)
        }}
      />
      <Preview matchers={matchers} maintenance={kind === 'maintenance'} />
      <SelectField
        label={texts.when}
        name="when"
        value={when}
        choices={Object.entries(texts.whens)}
        onChange={({ currentTarget }) => {
          setWhen(currentTarget.value as When)
        }}
      />
      {when === 'once' ? <Once /> : <Schedule />}
      <TextArea label={texts.comment} name="comment" rows={2} maxLength={1000} required />
    </FormDialog>
  )
}

function Once() {
  const [span, setSpan] = useState('4')
  return (
    <>
      <TextField label={texts.start} hint={texts.startHint} name="start" type="datetime-local" />
      <SelectField
        label={texts.for}
        name="for"
        value={span}
        // Object.entries orders numbers first, which is the order wanted.
        choices={Object.entries(texts.forChoices)}
        onChange={({ currentTarget }) => {
          setSpan(currentTarget.value)
        }}
      />
      {span === 'until' && (
        <TextField label={texts.end} name="end" type="datetime-local" required />
      )}
    </>
  )
}

function Schedule() {
  const [cron, setCron] = useState('0 2 * * sun')
  return (
    <>
      <TextField
        label={texts.cron}
        hint={texts.cronHint}
        name="cron"
        defaultValue="0 2 * * sun"
        spellcheck={false}
        required
        onInput={({ currentTarget }) => {
          setCron(currentTarget.value)
        }}
      />
      <p class="in-words" aria-live="polite">
        {cronInWords(cron) ?? words.silences.cron.unread}
      </p>
      <TextField
        label={texts.lasts}
        name="lasts"
        type="number"
        min="0.1"
        max="744"
        step="any"
        defaultValue="4"
        required
      />
      <TextField
        label={texts.zone}
        hint={texts.zoneHint}
        name="zone"
        defaultValue={Intl.DateTimeFormat().resolvedOptions().timeZone}
      />
    </>
  )
}

function givenOf(fields: FormData): Given {
  const text = (name: string) => textOf(fields, name)
  const given = {
    maintenance: text('kind') === 'maintenance',
    matchers: linesOf(text('matchers')),
    comment: text('comment'),
  }
  if (text('when') === 'schedule') {
    const schedule = {
      cron: text('cron').trim(),
      duration_seconds: Math.round(Number(text('lasts')) * 3600),
      ...(text('zone').trim() !== '' && { time_zone: text('zone').trim() }),
    }
    return { ...given, schedule }
  }
  const start = text('start') === '' ? null : new Date(text('start'))
  const end = endOf(text('for'), text('end'), start ?? new Date())
  return { ...given, ...(start && { start: start.toISOString() }), end }
}

function endOf(span: string, until: string, start: Date): string | null {
  if (span === 'endless') return null
  if (span !== 'until') return new Date(start.getTime() + Number(span) * HOUR_MS).toISOString()
  if (until === '') throw new Error(texts.noEnd)
  return new Date(until).toISOString()
}
