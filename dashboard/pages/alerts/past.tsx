import { linkTo } from '../../shell/router.ts'
import { Badge, Time, type Tone } from '../../ui/value.tsx'
import type { AlertDetail } from '../../wire/types.ts'
import { words } from '../../words/index.ts'

const texts = words.alerts.detail

/** Through which states an alert went, by whom. */
export function Steps({ of }: { of: AlertDetail['transitions'] }) {
  if (of.length === 0) return <p class="quiet">{words.fleet.untold}</p>
  return (
    <ol class="happened">
      {of.map((step, index) =>
        step.task_id !== null ? (
          <Done key={index} of={step} task={step.task_id} />
        ) : (
          <li key={index} class={step.to}>
            <Time at={step.at} exact />
            <span>
              {texts.steps[step.to]} {step.by !== null && texts.by(step.by)}
              {step.comment !== null && <q>{step.comment}</q>}
            </span>
          </li>
        ),
      )}
    </ol>
  )
}

/** What was done about it without being asked; its state stays. */
function Done({
  of: { at, comment },
  task,
}: {
  of: AlertDetail['transitions'][number]
  task: string
}) {
  return (
    <li class="healing">
      <Time at={at} exact />
      <span>
        {texts.healing} <a href={linkTo('tasks', [task])}>{texts.healingTask}</a>
        {comment !== null && <q>{comment}</q>}
      </span>
    </li>
  )
}

/** What else changed before it: the cause is often among it. */
export function Changed({ of: { changes, changes_truncated: more } }: { of: AlertDetail }) {
  if (changes.length === 0) return <p class="quiet">{texts.changesNone}</p>
  return (
    <>
      <ol class="happened">
        {changes.map(({ at, level, message, actor }) => (
          <li key={`${at} ${message}`} class={level}>
            <Time at={at} exact />
            <span>
              {message} {actor !== null && texts.by(actor)}
            </span>
          </li>
        ))}
      </ol>
      {more && <a href={linkTo('events')}>{texts.changesMore}</a>}
    </>
  )
}

type Notification = NonNullable<AlertDetail['notifications']>[number]

const tones: Readonly<Record<Notification['state'], Tone>> = {
  waiting: 'info',
  delivered: 'good',
  given_up: 'critical',
}

/** To whom it was told, and what came of it. */
export function Told({ of }: { of: AlertDetail['notifications'] }) {
  if (of === null) return <p class="quiet">{words.fleet.toldThere}</p>

  if (of.length === 0) return <p class="quiet">{texts.toldNobody}</p>
  return (
    <ol class="happened">
      {of.map(({ id, channel, state, attempts, created_at: at, last_error: error }) => (
        <li key={id}>
          <Time at={at} exact />
          <span>
            {channel} <Badge tone={tones[state]}>{texts.delivery[state]}</Badge>{' '}
            <small>{texts.attempts(attempts)}</small>
            {state !== 'delivered' && error !== null && <q>{error}</q>}
          </span>
        </li>
      ))}
    </ol>
  )
}
