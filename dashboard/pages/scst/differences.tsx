import { useState } from 'preact/hooks'
import { may } from '../../session/session.ts'
import { FormDialog } from '../../ui/dialog.tsx'
import { SelectField, TextArea } from '../../ui/field.tsx'
import { textOf } from '../../ui/form-text.ts'
import { Panel } from '../../ui/panel.tsx'
import { complain, say } from '../../ui/toast.tsx'
import { Badge, Value } from '../../ui/value.tsx'
import { ask } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import { Prose } from '../../ui/prose.tsx'
import type { Difference } from './drift.ts'

const texts = words.scstDrift.drift
const HOUR_MS = 3600 * 1000

interface DifferencesProps {
  of: readonly Difference[]
  onChanged: () => void
}

/** Each difference with what every side says of it, and what to do. */
export function Differences({ of, onChanged }: DifferencesProps) {
  const [leaving, setLeaving] = useState<Difference | null>(null)
  return (
    <Panel title={texts.each}>
      <ul class="differences">
        {of.map((difference) => (
          <One
            key={difference.id}
            difference={difference}
            onChanged={onChanged}
            onLeave={() => {
              setLeaving(difference)
            }}
          />
        ))}
      </ul>
      {leaving && (
        <LeaveDialog
          difference={leaving}
          onChanged={onChanged}
          onClose={() => {
            setLeaving(null)
          }}
        />
      )}
    </Panel>
  )
}

interface OneProps {
  difference: Difference
  onChanged: () => void
  onLeave: () => void
}

function One({ difference, onChanged, onLeave }: OneProps) {
  const { sentence, action, ignored, remedies } = difference
  return (
    <li class={ignored === null ? '' : 'over'}>
      <p>
        <strong>{sentence}</strong>
      </p>
      <dl class="sides">
        <Side title={texts.running} of={difference} role="live" />
        <Side title={texts.configured} of={difference} role="configured" />
      </dl>
      <p class="quiet">
        <Prose text={action} />
      </p>
      {ignored !== null && (
        <p>
          <Badge tone="quiet">{texts.ignored}</Badge> {texts.ignoredBy(ignored.by, ignored.reason)}
        </p>
      )}
      {may('monitoring:write') && remedies.includes('ignore') && (
        <div class="actions">
          {ignored === null ? (
            <button type="button" onClick={onLeave}>
              {texts.ignore}
            </button>
          ) : (
            <button
              type="button"
              onClick={() => {
                heed(difference.id).then(onChanged, complain)
              }}
            >
              {texts.heed}
            </button>
          )}
        </div>
      )}
    </li>
  )
}

async function heed(id: string): Promise<void> {
  await ask('DELETE /monitoring/consistency/differences/:id/ignore', { params: { id } })
  say(texts.heedDone)
}

function Side(props: { title: string; of: Difference; role: 'live' | 'configured' }) {
  const { title, of, role } = props
  const side = of.values.find((one) => one.role === role)
  const state = side?.state ?? 'unknown'
  const value = side?.value ?? null
  const name = of.attribute === null ? '' : `${of.attribute} `
  return (
    <div>
      <dt>{title}</dt>
      <dd>
        {state === 'absent' ? (
          <span class="quiet">{texts.nothing}</span>
        ) : (
          <Value of={state === 'unknown' || value === null ? null : <code>{name + value}</code>} />
        )}
      </dd>
    </div>
  )
}

interface LeaveProps {
  difference: Difference
  onChanged: () => void
  onClose: () => void
}

function LeaveDialog({ difference, onChanged, onClose }: LeaveProps) {
  const submit = async (fields: FormData) => {
    const hours = Number(textOf(fields, 'hours'))
    const until = hours === 0 ? null : new Date(Date.now() + hours * HOUR_MS).toISOString()
    await ask('POST /monitoring/consistency/differences/:id/ignore', {
      params: { id: difference.id },
      body: { reason: textOf(fields, 'reason'), until },
    })
    say(texts.ignoreDone)
    onChanged()
  }
  const choices = Object.entries(texts.ignoreChoices).sort(
    ([one], [other]) => (Number(one) || Infinity) - (Number(other) || Infinity),
  )
  return (
    <FormDialog title={texts.ignore} verb={texts.ignore} onClose={onClose} onSubmit={submit}>
      <p>{difference.sentence}</p>
      <p class="quiet">{texts.ignoreText}</p>
      <TextArea label={texts.ignoreReason} name="reason" rows={2} maxLength={1000} required />
      <SelectField label={texts.ignoreUntil} name="hours" value="168" choices={choices} />
    </FormDialog>
  )
}
