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
    return recentFailures.map(({ id, kind, finishedAt, error }) => ({
      labels: { task: id },
      message: `The task ${kind} failed: ${error ?? 'it gave no reason'}.`,
      evidence: {
        kind,
        error,
        finished_at: finishedAt.toISOString(),
        source: 'the task log of storwarden',
      },
    }))
  },
}
