import { useLayoutEffect, useState } from 'preact/hooks'
import { noteAlerts } from '../../live/alerts.ts'
import { FormDialog } from '../../ui/dialog.tsx'
import { SelectField, TextArea } from '../../ui/field.tsx'
import { textOf } from '../../ui/form-text.ts'
import { say } from '../../ui/toast.tsx'
import { ask } from '../../wire/request.ts'
import type { Alert } from '../../wire/types.ts'
import { words } from '../../words/index.ts'
import { SilenceDialog } from './silence.tsx'

const texts = words.alerts
const HOUR_MS = 3600 * 1000
const untilHours: Readonly<Record<string, number>> = { hours4: 4, day: 24, week: 168 }

interface ActionsProps {
  /** None of them is over. */
  alerts: readonly Alert[]
  onDone: () => void
}

/** What can be done about alerts: one or many. The key `a` acknowledges. */
export function AlertActions({ alerts, onDone }: ActionsProps) {
  const [open, setOpen] = useState<'acknowledge' | 'resolve' | 'silence' | null>(null)
  const close = () => {
    setOpen(null)
  }
  const some = alerts.length > 0
  // With the drawing, not after it: keys come fast.
  useLayoutEffect(() => {
    const onKey = ({ key, target }: KeyboardEvent) => {
      const typing = target instanceof HTMLElement && target.matches('input, textarea, select')
      if (key === 'a' && some && (!typing || isCheckbox(target))) setOpen('acknowledge')
    }
    document.addEventListener('keyup', onKey)
    return () => {
      document.removeEventListener('keyup', onKey)
    }
  }, [some])
  const [first] = alerts
  return (
    <div class="actions">
      {alerts.length > 1 && <span>{words.common.table.selected(alerts.length)}</span>}
      <ActionButton
        verb={texts.actions.acknowledge}
        disabled={!some}
        primary
        onClick={() => {
          setOpen('acknowledge')
        }}
      />
      <ActionButton
        verb={texts.actions.resolve}
        disabled={!some}
        onClick={() => {
          setOpen('resolve')
        }}
      />
      <ActionButton
        verb={texts.actions.silence}
        disabled={alerts.length !== 1}
        onClick={() => {
          setOpen('silence')
        }}
      />
      {open === 'acknowledge' && (
        <AcknowledgeDialog alerts={alerts} onClose={close} onDone={onDone} />
      )}
      {open === 'resolve' && <ResolveDialog alerts={alerts} onClose={close} onDone={onDone} />}
      {open === 'silence' && first && <SilenceDialog alert={first} onClose={close} />}
    </div>
  )
}

function isCheckbox(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && target.type === 'checkbox'
}

interface ActionButtonProps {
  verb: string
  disabled: boolean
  primary?: boolean
  onClick: () => void
}

function ActionButton({ verb, disabled, primary = false, onClick }: ActionButtonProps) {
  return (
    <button type="button" class={primary ? 'primary' : ''} disabled={disabled} onClick={onClick}>
      {verb}
    </button>
  )
}

interface ActionDialogProps extends ActionsProps {
  onClose: () => void
}

function AcknowledgeDialog({ alerts, onClose, onDone }: ActionDialogProps) {
  const { title, text, comment, until, untilChoices } = texts.acknowledge
  const submit = async (fields: FormData) => {
    const hours = untilHours[textOf(fields, 'until')]
    const body = {
      comment: textOf(fields, 'comment') || null,
      expires_at: hours === undefined ? null : new Date(Date.now() + hours * HOUR_MS).toISOString(),
    }
    await each(alerts, texts.actions.acknowledged, ({ id }) =>
      ask('POST /monitoring/alerts/:id/acknowledge', { params: { id }, body }),
    )
    onDone()
  }
  return (
    <FormDialog
      title={title(alerts.length)}
      verb={texts.actions.acknowledge}
      onClose={onClose}
      onSubmit={submit}
    >
      <p>{text}</p>
      <TextArea label={comment} name="comment" rows={3} maxLength={1000} autofocus />
      <SelectField label={until} name="until" choices={Object.entries(untilChoices)} />
    </FormDialog>
  )
}

function ResolveDialog({ alerts, onClose, onDone }: ActionDialogProps) {
  const { title, text, comment } = texts.resolve
  const submit = async (fields: FormData) => {
    const body = { comment: textOf(fields, 'comment') || null }
    await each(alerts, texts.actions.resolved, ({ id }) =>
      ask('POST /monitoring/alerts/:id/resolve', { params: { id }, body }),
    )
    onDone()
  }
  return (
    <FormDialog
      title={title(alerts.length)}
      verb={texts.actions.resolve}
      onClose={onClose}
      onSubmit={submit}
    >
      <p>{text}</p>
      <TextArea label={comment} name="comment" rows={3} maxLength={1000} autofocus />
    </FormDialog>
  )
}

/** Does it with each and says how many; rejects when it could be done with none. */
async function each(
  alerts: readonly Alert[],
  done: (count: number) => string,
  act: (alert: Alert) => Promise<Alert>,
): Promise<void> {
  const outcomes = await Promise.allSettled(alerts.map(act))
  const changed = outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))
  const refused = outcomes.flatMap((one) =>
    one.status === 'rejected' ? [one.reason as Error] : [],
  )
  noteAlerts(changed)
  const [why] = refused
  if (changed.length > 0) say(done(changed.length))
  if (why === undefined) return
  if (changed.length === 0) throw why
  say(texts.actions.failed(refused.length, why.message), 'critical')
}
