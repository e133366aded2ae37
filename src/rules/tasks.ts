import type { TaskFailed } from '../tasks/task.ts'
import type { Rule } from './rule.ts'

/** The summary names the tasks that failed within the last hour; the alert goes with them. */
export const taskFailure: Rule<'tasks'> = {
  alert: 'TaskFailure',
  name: 'Task Failure',
  subject: 'tasks',
  severity: 'warning',
  source: 'task',
  forSeconds: 0,
  description:
    'What the task was asked to do was not done, or not all of it. The alert is about the last 60 minutes, and ' +
    'ends after them.',
  action: 'Read the log of the task, mend the cause and start it again.',

  check({ recentFailures }) {
    return recentFailures.map((failed) => {
      const { id, kind, finishedAt, error, step, advice } = failed
      return {
        labels: { task: id },
        message: sentence(failed),
        evidence: {
          ...{ kind, error, step, advice },
          finished_at: finishedAt.toISOString(),
          source: 'the task log of storwarden',
        },
      }
    })
  },
}

function sentence({ kind, error, step, advice }: TaskFailed): string {
  const why = error ?? 'it gave no reason'
  // Some reasons name the step.
  const where = step === null || why.includes(step) ? '' : ` in ${step}`
  return `The task ${kind} failed${where}: ${why}.${advice === null ? '' : ` ${advice}`}`
}
