import { familiesOf, type Family } from './family.ts'

/** The collectors, and the tasks in numbers. */
export const daemonFamilies: Family[] = [
  ...familiesOf(
    {
      subject: 'collectors',
      prefix: 'storwarden_collector',
      items: (collectors) => collectors.filter(({ state }) => state !== 'pending'),
      labels: ({ name }) => ({ collector: name }),
    },
    {
      success: [
        'gauge',
        'Whether the last collection read its subject, or found that it is not there.',
        ({ state }) => state !== 'failed',
      ],
      complete: [
        'gauge',
        'Whether it read all of its subject: without it what has no sample now is unknown, not over.',
        ({ state }) => state === 'read' || state === 'absent',
      ],
      duration_seconds: [
        'gauge',
        'How long the last collection took.',
        ({ durationSeconds }) => durationSeconds,
      ],
      interval_seconds: [
        'gauge',
        'From the begin of one collection to the next.',
        ({ intervalSeconds }) => intervalSeconds,
      ],
      age_seconds: [
        'gauge',
        'Time since the last successful collection; no sample when there was none.',
        ({ ageSeconds }) => ageSeconds,
      ],
    },
  ),
  ...familiesOf(
    { subject: 'tasks', prefix: 'storwarden_tasks', items: (tasks) => [tasks], labels: () => ({}) },
    {
      processed_total: [
        'counter',
        'Tasks that ended well.',
        ({ completed, forgotten }) => completed + forgotten.completed,
      ],
      failed_total: [
        'counter',
        'Tasks that failed.',
        ({ failed, forgotten }) => failed + forgotten.failed,
      ],
      missed_total: [
        'counter',
        'Times at which a schedule was due and its task was not asked for.',
        ({ missed }) => missed,
      ],
      in_progress: ['gauge', 'Tasks that are carried out now.', ({ running }) => running],
      queue_depth: ['gauge', 'Tasks that wait for their turn.', ({ pending }) => pending],
    },
  ),
]
