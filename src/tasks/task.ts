/** The tasks of the appliance in numbers, and those that failed within the last hour. */
export interface TaskSummary {
  total: number
  pending: number
  running: number
  completed: number
  failed: number
  cancelled: number
  /** Of the completed ones; null without any. */
  averageDurationSeconds: number | null
  recentFailures: readonly { id: string; kind: string; finishedAt: Date; error: string | null }[]
}
