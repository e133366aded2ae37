/** A systemd unit that matters to the appliance. */
export interface Service {
  /** Unit name, e.g. scst.service. */
  id: string
  unit: string
  /** LoadState: loaded, not-found, masked … */
  load: string
  /** ActiveState: active, inactive, failed, activating … */
  active: string
  /** SubState: running, exited, dead, failed … */
  sub: string
  description: string
  /** Why it ought to run: it is configured here; null when nothing says so. */
  expected: string | null
}
