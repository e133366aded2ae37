import { useState } from 'preact/hooks'
import { useLoaded, useResource, type Resource } from '../../live/resource.ts'
import { may } from '../../session/session.ts'
import { go, linkTo } from '../../shell/router.ts'
import { FormDialog } from '../../ui/dialog.tsx'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { Blank, Shown } from '../../ui/states.tsx'
import { Badge } from '../../ui/value.tsx'
import { say } from '../../ui/toast.tsx'
import { ask } from '../../wire/request.ts'
import { words } from '../../words/index.ts'
import { stepsFor, type Difference, type Reconciliation, type Step } from './parts.ts'

const texts = words.consistency.restore
type CheckName = Difference['check']

function usePlan(check: CheckName): Resource<Reconciliation> {
  const body = { strategy: 'restore_config' as const, checks: [check], dry_run: true }
  return useLoaded(
    (signal) => ask('POST /monitoring/consistency/reconcile', { body }, signal),
    [check],
  )
}

/** What it would take to have one difference as it is configured. */
export function PlanForDifference({ check, id }: { check: CheckName; id: string }) {
  const plan = usePlan(check)
  return (
    <Panel title={texts.title}>
      <Shown of={plan}>
        {({ steps }) => {
          const mine = stepsFor(steps, id)
          return (
            <>
              {mine.length === 0 ? <p class="quiet">{texts.none}</p> : <Steps of={mine} />}
              <p class="plan-more">
                {texts.others(steps.length)}{' '}
                <a href={linkTo('consistency', ['plan', check])}>{texts.whole}</a>
              </p>
            </>
          )
        }}
      </Shown>
    </Panel>
  )
}

/** All that it would take to have what a comparison compares as it is configured; and a way to carry it out. */
export function PlanPage({ check }: { check: CheckName }) {
  const plan = usePlan(check)
  const compared = useResource('GET /monitoring/consistency', { query: { check, limit: 1 } })
  const [restoring, setRestoring] = useState(false)
  const up = { text: words.navigation.consistency, link: linkTo('consistency') }
  return (
    <Shown of={plan}>
      {(value) => (
        <>
          <PageHead title={texts.titleCheck(words.consistency.checks[check])} up={up}>
            {value.plan !== null && writesOf(value).length > 0 && may('tasks:run-destructive') && (
              <button
                type="button"
                class="grave"
                onClick={() => {
                  setRestoring(true)
                }}
              >
                {texts.verb}
              </button>
            )}
          </PageHead>
          {value.steps.length === 0 ? (
            <Shown of={compared}>
              {({ status }) =>
                status === 'unknown' ? (
                  <Blank icon="unknown" title={texts.unknown} text={texts.unknownText} />
                ) : (
                  <Blank icon="good" title={texts.noneCheck} />
                )
              }
            </Shown>
          ) : (
            <section class="panel">
              <Steps of={value.steps} />
            </section>
          )}
          {restoring && (
            <RestoreDialog
              check={check}
              plan={value}
              onClose={() => {
                setRestoring(false)
              }}
            />
          )}
        </>
      )}
    </Shown>
  )
}

function writesOf({ steps }: Reconciliation): readonly Step[] {
  return steps.filter(({ write }) => write !== null)
}

function Steps({ of }: { of: readonly Step[] }) {
  return (
    <ol class="plan-steps">
      {of.map(({ words: what, write, command, disruptive }, index) => (
        <li key={index}>
          <p>
            {what}{' '}
            {disruptive && (
              <span title={texts.disruptiveText}>
                <Badge tone="warning">{texts.disruptive}</Badge>
              </span>
            )}
            {write === null && <Badge tone="quiet">{texts.byHand}</Badge>}
          </p>
          {write !== null && (
            <code class="data">
              {texts.writes} “{write.text}” {texts.into} {write.path}
            </code>
          )}
          {command !== null && (
            <>
              <small>{texts.command}</small>
              <code class="data">{command.join(' ')}</code>
            </>
          )}
        </li>
      ))}
    </ol>
  )
}

interface RestoreProps {
  check: CheckName
  plan: Reconciliation
  onClose: () => void
}

function RestoreDialog({ check, plan, onClose }: RestoreProps) {
  const writes = writesOf(plan)
  const submit = async (fields: FormData) => {
    const body = {
      ...{ strategy: 'restore_config' as const, checks: [check], dry_run: false },
      ...(plan.plan !== null && { plan: plan.plan }),
      allow_disruptive: fields.has('disruptive'),
    }
    // With 202 it is the task that does it.
    const made: object = await ask('POST /monitoring/consistency/reconcile', { body })
    say(texts.started)
    if ('id' in made && typeof made.id === 'string') go(linkTo('tasks', [made.id]))
  }
  return (
    <FormDialog
      title={texts.graveTitle(words.consistency.checks[check])}
      verb={texts.verb}
      grave
      onClose={onClose}
      onSubmit={submit}
    >
      <p>{texts.grave(writes.length)}</p>
      {writes.length < plan.steps.length && <p class="quiet">{texts.notPossible}</p>}
      {writes.some(({ disruptive }) => disruptive) && (
        <>
          <p class="fault">{texts.disruptiveText}</p>
          <label>
            <input type="checkbox" name="disruptive" /> {texts.allow}
          </label>
        </>
      )}
    </FormDialog>
  )
}
