import { useState } from 'preact/hooks'
import { useResource } from '../../live/resource.ts'
import { FormDialog } from '../../ui/dialog.tsx'
import { SelectField } from '../../ui/field.tsx'
import { textOf } from '../../ui/form-text.ts'
import { Panel } from '../../ui/panel.tsx'
import { Shown } from '../../ui/states.tsx'
import { complain, say } from '../../ui/toast.tsx'
import { Badge, Facts, Time } from '../../ui/value.tsx'
import { ask, type Answer, type Body } from '../../wire/request.ts'
import { count } from '../../words/format.ts'
import { words } from '../../words/index.ts'

type Log = Answer<'GET /log'>

const texts = words.health.log
const levels = ['debug', 'info', 'warn', 'error', 'fatal'] as const

/** How much the daemon writes to its log; it can be changed for a while. */
export function LogLevel() {
  const log = useResource('GET /log', {}, ['system'])
  const [open, setOpen] = useState(false)
  const set = async (body: Body<'PUT /log'>) => {
    const { level } = await ask('PUT /log', { body })
    say(texts.done(level))
    log.refresh()
  }
  return (
    <Panel title={texts.title}>
      <Shown of={log}>
        {(value) => (
          <>
            <LogFacts log={value} />
            <div class="actions panel-foot">
              <button
                type="button"
                onClick={() => {
                  setOpen(true)
                }}
              >
                {texts.change}
              </button>
              {value.level !== value.configured_level && (
                <button type="button" onClick={() => void set({ level: null }).catch(complain)}>
                  {texts.back}
                </button>
              )}
            </div>
            {open && (
              <LevelDialog
                level={value.level}
                onSubmit={set}
                onClose={() => {
                  setOpen(false)
                }}
              />
            )}
          </>
        )}
      </Shown>
    </Panel>
  )
}

function LogFacts({ log }: { log: Log }) {
  const { level, configured_level: configured, expires_at: until, lines_lost: lost } = log
  const changed = level !== configured
  return (
    <Facts
      facts={[
        [
          texts.level,
          <Badge key="level" tone={changed ? 'warning' : 'quiet'}>
            {level}
          </Badge>,
        ],
        [texts.configured, configured],
        ...(changed
          ? [
              [
                texts.until,
                until === null ? texts.untilRestart : <Time at={until} exact />,
              ] as const,
            ]
          : []),
        [texts.lost, count(lost)],
      ]}
    />
  )
}

interface LevelDialogProps {
  level: Log['level']
  onSubmit: (body: Body<'PUT /log'>) => Promise<void>
  onClose: () => void
}

function LevelDialog({ level, onSubmit, onClose }: LevelDialogProps) {
  const submit = (fields: FormData) => {
    const seconds = Number(textOf(fields, 'for'))
    const chosen = levels.find((one) => one === textOf(fields, 'level')) ?? level
    return onSubmit({ level: chosen, for_seconds: Number.isNaN(seconds) ? null : seconds })
  }
  return (
    <FormDialog title={texts.change} verb={texts.set} onClose={onClose} onSubmit={submit}>
      <p>{texts.text}</p>
      <SelectField
        label={texts.level}
        name="level"
        value={level}
        choices={levels.map((one) => [one, one])}
      />
      <SelectField
        label={texts.for}
        name="for"
        value="3600"
        choices={Object.entries(texts.forChoices)}
      />
    </FormDialog>
  )
}
