import { useState } from 'preact/hooks'
import { now } from '../../live/clock.ts'
import { useResource } from '../../live/resource.ts'
import { may } from '../../session/session.ts'
import { linkTo } from '../../shell/router.ts'
import { FormDialog } from '../../ui/dialog.tsx'
import { PageHead, Panel } from '../../ui/panel.tsx'
import { Prose } from '../../ui/prose.tsx'
import { Shown } from '../../ui/states.tsx'
import { Facts, Time } from '../../ui/value.tsx'
import { say } from '../../ui/toast.tsx'
import { ask } from '../../wire/request.ts'
import { duration } from '../../words/format.ts'
import { words } from '../../words/index.ts'
import { Log, Steps } from './course.tsx'
import { kindText, Progress, TaskState, tookSeconds, type TaskDetail } from './state.tsx'

const texts = words.tasks
const { detail } = texts
/** More are not told. */
const LOG_LINES = 1000

/** One task: what it does, how far it is, and what it says, live. */
export function TaskPage({ id }: { id: string }) {
  // Of lines of the log nobody tells; numbers come while it runs.
  const task = useResource('GET /tasks/:id', { params: { id } }, ['task', 'metrics'])
  return <Shown of={task}>{(value) => <TaskView task={value} onDone={task.refresh} />}</Shown>
}

function TaskView({ task, onDone }: { task: TaskDetail; onDone: () => void }) {
  const [cancelling, setCancelling] = useState(false)
  const up = { text: words.navigation.tasks, link: linkTo('tasks') }
  const open = task.state === 'pending' || task.state === 'running'
  const cancellable = open && task.cancel_requested_at === null && may('tasks:run')
  const params = Object.keys(task.params).length > 0
  return (
    <>
      <PageHead title={kindText(task.kind)} up={up}>
        {cancellable && (
          <button
            type="button"
            onClick={() => {
              setCancelling(true)
            }}
          >
            {texts.cancel.verb}
          </button>
        )}
      </PageHead>
      <section class={`verdict ${gravity[task.state]}`} aria-live="polite">
        <TaskState task={task} />
        <Progress task={task} />
        {task.error !== null && <p class="message">{task.error}</p>}
        {task.advice !== null && (
          <p>
            <Prose text={task.advice} />
          </p>
        )}
      </section>
      <div class="two-columns">
        <Panel
          title={detail.steps}
          aside={
            task.steps !== null && (
              <span class="quiet">{detail.stepsDone(task.steps_done, task.steps.length)}</span>
            )
          }
        >
          <Steps of={task} />
        </Panel>
        <Panel title={detail.facts}>
          <Facts facts={factsOf(task)} />
          <h3>{detail.params}</h3>
          {params ? (
            <pre class="data">{JSON.stringify(task.params, null, 2)}</pre>
          ) : (
            <p class="quiet">{detail.paramsNone}</p>
          )}
        </Panel>
      </div>
      <Panel
        title={detail.log}
        aside={task.log.length >= LOG_LINES && <span class="quiet">{detail.logTail}</span>}
      >
        <Log of={task.log} />
      </Panel>
      {cancelling && (
        <CancelDialog
          task={task}
          onDone={onDone}
          onClose={() => {
            setCancelling(false)
          }}
        />
      )}
    </>
  )
}

const gravity: Readonly<Record<TaskDetail['state'], string>> = {
  pending: '',
  running: 'info',
  completed: 'good',
  failed: 'critical',
  cancelled: '',
}

function factsOf(task: TaskDetail) {
  const { cancel_requested_by: canceller, idempotency_key: key } = task
  const times = [
    [detail.asked, task.created_at],
    ...(task.run_at === null ? [] : [[detail.runAt, task.run_at] as const]),
    ...(task.not_before === null ? [] : [[detail.notBefore, task.not_before] as const]),
    [detail.began, task.started_at],
    [detail.ended, task.finished_at],
  ] as const
  return [
    [detail.by, task.created_by ?? texts.daemon] as const,
    ...times.map(
      ([name, at]) => [name, at === null ? '–' : <Time key={name} at={at} exact />] as const,
    ),
    [detail.took, duration(tookSeconds(task, now.value)) ?? '–'] as const,
    [detail.resource, task.resources.join(', ') || texts.nothing] as const,
    [detail.priority, task.priority] as const,
    [detail.attempts, task.attempts] as const,
    ...(task.retries === 0 ? [] : [[detail.retries, task.retries] as const]),
    ...(canceller === null ? [] : [[detail.cancelBy, canceller] as const]),
    ...(key === null ? [] : [[detail.key, key] as const]),
  ]
}

interface CancelProps {
  task: TaskDetail
  onDone: () => void
  onClose: () => void
}

function CancelDialog({ task, onDone, onClose }: CancelProps) {
  const submit = async () => {
    await ask('POST /tasks/:id/cancel', { params: { id: task.id } })
    say(texts.cancel.done)
    onDone()
  }
  return (
    <FormDialog
      title={texts.cancel.title}
      verb={texts.cancel.verb}
      grave
      onClose={onClose}
      onSubmit={submit}
    >
      <p>{task.state === 'pending' ? texts.cancel.waiting : texts.cancel.running}</p>
    </FormDialog>
  )
}
