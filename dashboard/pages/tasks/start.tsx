import { useState } from 'preact/hooks'
import { useResource } from '../../live/resource.ts'
import { may } from '../../session/session.ts'
import { go, linkTo } from '../../shell/router.ts'
import { Dialog, FormFault, useForm } from '../../ui/dialog.tsx'
import { SelectField } from '../../ui/field.tsx'
import { Shown } from '../../ui/states.tsx'
import { say } from '../../ui/toast.tsx'
import { ask, type Answer } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import type { Asked } from './asked.ts'
import { paramsOf, type Filled } from './fields.ts'
import { ParamFields } from './params.tsx'
import { kindText } from './state.tsx'
import { AT, CRON, NAME, WHEN, When } from './when.tsx'

const texts = words.tasks
type Kind = Answer<'GET /tasks/kinds'>['kinds'][number]
type Plan = Extract<Answer<'POST /tasks'>, { dry_run: boolean }>

/** Its plan is shown by the page of consistency. */
const ELSEWHERE = 'consistency_restore_config'
/** What does no harm, and most people want. */
const FIRST = 'backup'

/** Starts a task: what it would do is shown first. */
export function StartDialog({ asked, onClose }: { asked: Asked; onClose: () => void }) {
  const kinds = useResource('GET /tasks/kinds')
  return (
    <Dialog title={texts.start} onClose={onClose}>
      <Shown of={kinds}>
        {({ kinds: all }) => {
          const mine = all.filter(({ kind, permission }) => kind !== ELSEWHERE && may(permission))
          return <StartForm kinds={mine} asked={asked} onClose={onClose} />
        }}
      </Shown>
    </Dialog>
  )
}

interface StartFormProps {
  kinds: readonly Kind[]
  asked: Asked
  onClose: () => void
}

function StartForm({ kinds, asked, onClose }: StartFormProps) {
  const [name, setName] = useState(asked.kind ?? FIRST)
  const [plan, setPlan] = useState<Plan | null>(null)
  const kind = kinds.find((one) => one.kind === name) ?? kinds[0]
  const form = useForm(async (fields) => {
    if (kind === undefined) return
    if (plan === null) {
      const params = paramsOf(kind.params_schema, filledOf(fields))
      const body = { kind: kind.kind, params, dry_run: true }
      const answer = await ask('POST /tasks', { body })
      if ('dry_run' in answer) setPlan(answer)
      return
    }
    const link = await started(kind.kind, plan, filledOf(fields))
    // First, as it changes the address of this page.
    onClose()
    go(link)
  })
  if (kind === undefined) return null
  return (
    <form
      onSubmit={form.submit}
      onInput={() => {
        setPlan(null)
      }}
    >
      <SelectField
        label={texts.form.kind}
        name="kind"
        value={kind.kind}
        choices={kinds.map((one) => [one.kind, kindText(one.kind)])}
        onChange={({ currentTarget: { value } }) => {
          setName(value)
        }}
      />
      <p class="hint">{texts.summaries[kind.kind] ?? kind.summary}</p>
      <ParamFields
        key={kind.kind}
        schema={kind.params_schema}
        filled={kind.kind === asked.kind ? asked.params : {}}
      />
      <When kind={kind} />
      {plan !== null && <Planned plan={plan} />}
      <FormFault fault={form.fault} />
      {may('tasks:run-destructive') && (
        <p class="hint">
          <a href={linkTo('consistency')}>{texts.form.restoreHint}</a>
        </p>
      )}
      <footer class="dialog-foot">
        <button type="button" onClick={onClose}>
          {words.common.actions.cancel}
        </button>
        <button
          type="submit"
          class={plan?.destructive === true ? 'grave' : 'primary'}
          disabled={form.busy}
        >
          {plan === null ? texts.form.plan : texts.form.start}
        </button>
      </footer>
    </form>
  )
}

/** Asks for it, now or for later; resolves with the link to what there is then. */
async function started(kind: string, plan: Plan, filled: Filled): Promise<string> {
  const { params, confirmation } = plan
  if (filled[WHEN] === 'again') {
    const { [CRON]: cron = '', [NAME]: name = '' } = filled
    await ask('POST /tasks/schedules', { body: { name, kind, params, cron } })
    say(texts.schedules.made)
    return linkTo('tasks', ['schedules'])
  }
  const at = filled[AT] ?? ''
  const later = filled[WHEN] === 'at' && at !== '' ? { run_at: new Date(at).toISOString() } : {}
  const made = await ask('POST /tasks', { body: { kind, params, confirmation, ...later } })
  say(texts.started)
  return linkTo('tasks', 'id' in made ? [made.id] : [])
}

function Planned({ plan: { steps, resources, destructive } }: { plan: Plan }) {
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
      {resources.length > 0 && <p class="hint">{form.alone(resources.join(', '))}</p>}
      <p class="hint">{destructive ? form.destroys : form.changedPlan}</p>
    </div>
  )
}

function filledOf(fields: FormData): Filled {
  const entries = [...fields].filter((one): one is [string, string] => typeof one[1] === 'string')
  return Object.fromEntries(entries)
}
