/** How one collector is doing. */
export interface CollectorHealth {
  name: string
  state: 'read' | 'partial' | 'failed' | 'absent' | 'pending'
  intervalSeconds: number
  /** Since the last success; null when it never succeeded. */
  ageSeconds: number | null
  durationSeconds: number | null
  error: string | null
  /** When it began to fail; null while it succeeds. */
  failingSince: Date | null
}
