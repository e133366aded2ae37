import { useState } from 'preact/hooks'
import { may } from '../../session/session.ts'
import { FormDialog } from '../../ui/dialog.tsx'
import { SelectField } from '../../ui/field.tsx'
import { textOf } from '../../ui/form-text.ts'
import { Panel } from '../../ui/panel.tsx'
import { Time } from '../../ui/value.tsx'
import { say } from '../../ui/toast.tsx'
import { ask, type Answer, type Body } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import type { OperationType } from './types.tsx'

const texts = words.operations.logging
const HOUR_MS = 3600 * 1000

interface LoggingProps {
  of: Answer<'GET /monitoring/operations'>['logging']
  /** Types that there were. */
  known: readonly OperationType[]
  onDone: () => void
}

/** Which operations make a line of the log. */
export function Logging(props: LoggingProps) {
  const { enabled, operations, expires_at: until } = props.of
  const [open, setOpen] = useState(false)
  return (
    <Panel
      title={texts.title}
      aside={
        may('monitoring:write') && (
          <button
            type="button"
            onClick={() => {
              setOpen(true)
            }}
          >
            {texts.change}
          </button>
        )
      }
    >
      <p>
        {!enabled && texts.off}
        {enabled && (operations === null ? texts.all : texts.some(operations.join(', ')))}
      </p>
      {until !== null && (
        <p class="quiet">
          {texts.until} <Time at={until} exact />
        </p>
      )}
      {enabled && until === null && <p class="quiet">{texts.untilStart}</p>}
      {open && (
        <LoggingDialog
          {...props}
          onClose={() => {
            setOpen(false)
          }}
        />
      )}
    </Panel>
  )
}

function LoggingDialog({ of, known, onDone, onClose }: LoggingProps & { onClose: () => void }) {
  const [on, setOn] = useState(of.enabled)
  const names = [...new Set([...(of.operations ?? []), ...known.map((one) => one.operation)])]
  const submit = async (fields: FormData) => {
    const chosen = fields.getAll('operation').map(String)
    const hours = Number(textOf(fields, 'hours'))
    const body = {
      enabled: on,
      operations: on && chosen.length > 0 ? chosen : null,
      expires_at: on && hours > 0 ? new Date(Date.now() + hours * HOUR_MS).toISOString() : null,
    } as Body<'PUT /monitoring/operations/logging'>
    await ask('PUT /monitoring/operations/logging', { body })
    say(texts.saved)
    onDone()
  }
  return (
    <FormDialog
      title={texts.title}
      verb={words.common.actions.save}
      onClose={onClose}
      onSubmit={submit}
    >
      <label>
        <input
          type="checkbox"
          checked={on}
          onChange={({ currentTarget }) => {
            setOn(currentTarget.checked)
          }}
        />{' '}
        {texts.on}
      </label>
      {on && (
        <>
          <SelectField
            label={texts.for}
            name="hours"
            value="1"
            choices={Object.entries(texts.choices).sort(
              ([one], [other]) => rank(one) - rank(other),
            )}
          />
          <fieldset class="which">
            <legend>{texts.which}</legend>
            <p class="hint">{texts.whichHint}</p>
            <ul>
              {names.sort().map((name) => (
                <li key={name}>
                  <label>
                    <input
                      type="checkbox"
                      name="operation"
                      value={name}
                      defaultChecked={of.operations?.includes(name) ?? false}
                    />{' '}
                    <code>{name}</code>
                  </label>
                </li>
              ))}
            </ul>
          </fieldset>
        </>
      )}
    </FormDialog>
  )
}

/** Without an end comes last. */
function rank(hours: string): number {
  return hours === '0' ? Infinity : Number(hours)
}
