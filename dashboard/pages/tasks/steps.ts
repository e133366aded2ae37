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
