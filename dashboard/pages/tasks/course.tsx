import { Icon } from '../../ui/icon.tsx'
import { Time } from '../../ui/value.tsx'
import { words } from '../../words/index.ts'
import { stepStates, type StepState } from './steps.ts'
import type { TaskDetail } from './state.tsx'

const texts = words.tasks.detail
const icons: Readonly<Record<StepState, Parameters<typeof Icon>[0]['name']>> = {
  done: 'good',
  now: 'chevron',
  waiting: 'empty',
  unfinished: 'broken',
}

/** What a task does, step by step, and which of it is done. */
export function Steps({ of: task }: { of: TaskDetail }) {
  if (task.steps === null) return <p class="quiet">{texts.stepsNone}</p>
  const states = stepStates(task)
  return (
    <ol class="task-steps">
      {task.steps.map(({ name, description, data }, index) => {
        const state = states[index] ?? 'waiting'
        return (
          <li key={`${index} ${name}`} class={state}>
            <Icon name={icons[state]} label={texts.stepStates[state]} />
            <div>
              {description} <small>{texts.stepStates[state]}</small>
              {data !== undefined && Object.keys(data).length > 0 && (
                <details>
                  <summary>{texts.data}</summary>
                  <pre class="data">{JSON.stringify(data, null, 2)}</pre>
                </details>
              )}
            </div>
          </li>
        )
      })}
    </ol>
  )
}

/** What a task has said, the oldest first. */
export function Log({ of }: { of: TaskDetail['log'] }) {
  if (of.length === 0) return <p class="quiet">{texts.logNone}</p>
  return (
    <ol class="task-log" aria-live="polite">
      {of.map(({ at, level, message }, index) => (
        <li key={index} class={level}>
          <Time at={at} exact />
          <span class="task-level">{texts.levels[level]}</span>
          <span>{message}</span>
        </li>
      ))}
    </ol>
  )
}
