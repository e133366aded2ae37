import { useState } from 'preact/hooks'
import { may } from '../../session/session.ts'
import { go, linkTo } from '../../shell/router.ts'
import { pages } from '../../shell/pages.ts'
import { FormDialog } from '../../ui/dialog.tsx'
import { Panel } from '../../ui/panel.tsx'
import { complain, say } from '../../ui/toast.tsx'
import { Badge } from '../../ui/value.tsx'
import { ask, type Answer } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import type { Difference } from './drift.ts'

const texts = words.scstDrift.plan

type Plan = Answer<'POST /monitoring/consistency/reconcile'>

/** What would bring the file and what runs together. It is shown before it can be carried out. */
export function PlanPanel({ differences }: { differences: readonly Difference[] }) {
  const [plan, setPlan] = useState<Plan | null>(null)
  const [busy, setBusy] = useState(false)
  const look = (strategy: 'restore_config' | 'adopt_live') => {
    setBusy(true)
    ask('POST /monitoring/consistency/reconcile', {
      body: { strategy, checks: ['scst'], dry_run: true },
    })
      .then(setPlan, complain)
      .finally(() => {
        setBusy(false)
      })
  }
  const offers = (remedy: Difference['remedies'][number]) =>
    differences.some(({ remedies }) => remedies.includes(remedy))
  return (
    <Panel title={texts.title}>
      <p class="quiet">{texts.text}</p>
      <div class="actions">
        {(['restore_config', 'adopt_live'] as const).filter(offers).map((strategy) => (
          <button
            key={strategy}
            type="button"
            disabled={busy}
            aria-pressed={plan?.strategy === strategy}
            onClick={() => {
              look(strategy)
            }}
          >
            {strategy === 'restore_config' ? texts.restore : texts.adopt}
          </button>
        ))}
      </div>
      <div aria-live="polite">
        {plan?.strategy === 'restore_config' && <Steps of={plan} />}
        {plan?.strategy === 'adopt_live' && <Lines of={plan} />}
      </div>
    </Panel>
  )
}

function Steps({ of: plan }: { of: Plan }) {
  const [open, setOpen] = useState(false)
  const writes = plan.steps.filter(({ write }) => write !== null).length
  if (plan.steps.length === 0) return <p>{texts.none}</p>
  return (
    <>
      <h3>{texts.steps}</h3>
      <ol class="plan-steps">
        {plan.steps.map(({ words: what, write, disruptive, differences: [first] }) => (
          <li key={`${first ?? ''} ${write?.path ?? what}${write?.text ?? ''}`}>
            <span>
              {what} {disruptive && <Badge tone="warning">{texts.disruptive}</Badge>}
              {write === null && <Badge tone="quiet">{texts.byHand}</Badge>}
            </span>
            {write !== null && <code>{texts.writes(write.text, write.path)}</code>}
          </li>
        ))}
      </ol>
      {plan.plan !== null && writes > 0 && (
        <>
          {may('tasks:run-destructive') ? (
            <button
              type="button"
              class="grave"
              onClick={() => {
                setOpen(true)
              }}
            >
              {texts.carryOut}
            </button>
          ) : (
            <p class="quiet">{texts.mayNot}</p>
          )}
        </>
      )}
      {open && plan.plan !== null && (
        <CarryOut
          plan={plan}
          id={plan.plan}
          onClose={() => {
            setOpen(false)
          }}
        />
      )}
    </>
  )
}

function CarryOut({ plan, id, onClose }: { plan: Plan; id: string; onClose: () => void }) {
  const disruptive = plan.steps.filter((step) => step.disruptive && step.write !== null)
  const writes = plan.steps.filter(({ write }) => write !== null).length
  const submit = async (fields: FormData) => {
    const answer = (await ask('POST /monitoring/consistency/reconcile', {
      body: {
        ...{ strategy: 'restore_config', checks: ['scst'], dry_run: false, plan: id },
        allow_disruptive: fields.has('allow'),
      },
    })) as unknown as { id?: string }
    say(texts.started)
    // With 202 it is the task that is answered.
    if (answer.id !== undefined && pages.some((page) => page.id === 'tasks')) {
      go(linkTo('tasks', [answer.id]))
    }
  }
  return (
    <FormDialog
      title={texts.carryOut}
      verb={texts.carryOut}
      grave
      onClose={onClose}
      onSubmit={submit}
    >
      <p>{texts.carryOutText(writes)}</p>
      <p>{texts.anew}</p>
      {disruptive.length > 0 && (
        <>
          <ul class="fault">
            {disruptive.map(({ words: what, differences: [first] }) => (
              <li key={`${first ?? ''} ${what}`}>{what}</li>
            ))}
          </ul>
          <label class="check">
            <input type="checkbox" name="allow" required /> {texts.allow}
          </label>
        </>
      )}
    </FormDialog>
  )
}

function Lines({ of: plan }: { of: Plan }) {
  if (plan.files.length === 0) return <p>{texts.noLines}</p>
  return (
    <>
      <h3>{texts.lines}</h3>
      <p class="quiet">{texts.linesText}</p>
      {plan.files.map(({ path, text }) => (
        <figure key={path} class="file-lines">
          <figcaption>
            <code>{path}</code>{' '}
            <button
              type="button"
              onClick={() => {
                navigator.clipboard.writeText(text).then(() => {
                  say(words.common.actions.copied)
                }, complain)
              }}
            >
              {words.common.actions.copy}
            </button>
          </figcaption>
          <code class="data">{text}</code>
        </figure>
      ))}
    </>
  )
}
