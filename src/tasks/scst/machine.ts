import type { ScstConfig } from '../../scst/config.ts'
import type { RunningScst } from '../../scst/running.ts'

/** SCST, as it is read and written to. */
export interface ScstMachine {
  /** Reads all of it, and the attributes that the configuration names. Rejects when it is not wholly known. */
  read: (wanted: ScstConfig) => Promise<RunningScst>
  /** Resolves when SCST has done it; rejects when it has not, or when that is not known. */
  write: (path: string, text: string) => Promise<void>
}
