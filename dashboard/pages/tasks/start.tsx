import { useState } from 'preact/hooks'
import { may } from '../../session/session.ts'
import { go, linkTo } from '../../shell/router.ts'
import { Dialog, FormFault, useForm } from '../../ui/dialog.tsx'
import { SelectField } from '../../ui/field.tsx'
import { say } from '../../ui/toast.tsx'
import { ask, type Answer } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import { paramsOf, startable, type Startable } from './given.ts'
import { ParamFields } from './params.tsx'
import { kindText } from './state.tsx'

const texts = words.tasks
type Plan = Extract<Answer<'POST /tasks'>, { dry_run: boolean }>

/** Starts a task: what it would do is shown first. */
export function StartDialog({ onClose }: { onClose: () => void }) {
  const [kind, setKind] = useState<Startable>(startable[0])
  const [plan, setPlan] = useState<Plan | null>(null)
  const form = useForm(async (fields) => {
    const params = paramsOf(kind, filledOf(fields))
    if (plan === null) {
      const answer = await ask('POST /tasks', { body: { kind, params, dry_run: true } })
      if ('dry_run' in answer) setPlan(answer)
      return
    }
    const made = await ask('POST /tasks', { body: { kind, params: plan.params } })
    say(texts.started)
    onClose()
    if ('id' in made) go(linkTo('tasks', [made.id]))
  })
  const formTexts = texts.form
  return (
    <Dialog title={texts.start} onClose={onClose}>
      <form
        onSubmit={form.submit}
        onInput={() => {
          setPlan(null)
        }}
      >
        <SelectField
          label={formTexts.kind}
          name="kind"
          value={kind}
          choices={startable.map((one) => [one, kindText(one)])}
          onChange={({ currentTarget: { value } }) => {
            setKind(value as Startable)
          }}
        />
        <p class="hint">{texts.summaries[kind]}</p>
        <ParamFields key={kind} kind={kind} />
        {plan !== null && <Planned plan={plan} />}
        <FormFault fault={form.fault} />
        {may('tasks:run-destructive') && (
          <p class="hint">
            <a href={linkTo('consistency')}>{formTexts.restoreHint}</a>
          </p>
        )}
        <footer class="dialog-foot">
          <button type="button" onClick={onClose}>
            {words.common.actions.cancel}
          </button>
          <button type="submit" class="primary" disabled={form.busy}>
            {plan === null ? formTexts.plan : formTexts.start}
          </button>
        </footer>
      </form>
    </Dialog>
  )
}

function Planned({ plan: { steps, resource } }: { plan: Plan }) {
  const { form } = texts
  if (steps.length === 0) return <p role="status">{form.wouldNothing}</p>
  return (
    <div class="task-plan" role="status">
      <h3>{form.would}</h3>
      <ol>
        {steps.map(({ name, description }, index) => (
          <li key={`${index} ${name}`}>{description}</li>
        ))}
      </ol>
      {resource !== null && <p class="hint">{form.alone(resource)}</p>}
      <p class="hint">{form.changedPlan}</p>
    </div>
  )
}

function filledOf(fields: FormData): Record<string, string> {
  const entries = [...fields].filter((one): one is [string, string] => typeof one[1] === 'string')
  return Object.fromEntries(entries)
}
