/** The kinds that can be started by their name and parameters alone, in the order in which they are offered. */
export const startable = [
  'backup',
  'monitoring_alert_evaluation',
  'monitoring_incident_analysis',
  'weekly_report',
  'monitoring_event_processing',
  'monitoring_data_retention',
  'database_maintenance',
] as const
/** One of them. */
export type Startable = (typeof startable)[number]

/** What was filled in, by the names of the fields. */
export type Filled = Readonly<Record<string, string>>

const makers: Readonly<Record<Startable, (filled: Filled) => Record<string, unknown>>> = {
  backup: ({ verify = '' }) => (verify === '' ? {} : { verify: verify === 'true' }),
  monitoring_alert_evaluation: ({ collect }) => (collect === undefined ? {} : { collect: true }),
  monitoring_incident_analysis: ({ incident = '' }) => ({ incident_id: incident }),
  weekly_report: ({ channels = '', days = '' }) => ({
    ...listed('channels', channels),
    ...(days.trim() !== '' && { days: Number(days) }),
  }),
  monitoring_event_processing: () => ({}),
  monitoring_data_retention: ({ only = '' }) => listed('only', only),
  database_maintenance: () => ({}),
}

/** The parameters of a task. What was left empty is not given: then the daemon decides. */
export function paramsOf(kind: Startable, filled: Filled): Record<string, unknown> {
  return makers[kind](filled)
}

function listed(name: string, text: string): Record<string, string[]> {
  const found = text
    .split(',')
    .map((one) => one.trim())
    .filter((one) => one !== '')
  return found.length === 0 ? {} : { [name]: found }
}

/** How a step stands. */
export type StepState = 'done' | 'now' | 'waiting' | 'unfinished'

/** Where the steps of a task stand; `unfinished` is one that was begun, and the task is over. */
export function stepStates(task: {
  state: string
  steps: readonly unknown[] | null
  steps_done: number
  step_begun: boolean
}): StepState[] {
  const isOver = !['pending', 'running'].includes(task.state)
  return (task.steps ?? []).map((_, index) => {
    if (index < task.steps_done) return 'done'
    if (index > task.steps_done) return 'waiting'
    if (isOver) return task.step_begun || task.state === 'failed' ? 'unfinished' : 'waiting'
    return task.state === 'running' ? 'now' : 'waiting'
  })
}
