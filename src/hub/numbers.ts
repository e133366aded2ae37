import { frameOf } from './messages.ts'

/** The numbers of a moment: not stored, not replayed. */
export interface HubNumbers {
  data: unknown
  at: Date
  /** Of a fleet: the appliance whose they are; null for the daemon's own. */
  appliance: string | null
}

/** Numbers as a frame. `seq` is up to where whoever gets it has everything. */
export function numbersFrame({ data, at, appliance }: HubNumbers, seq: number): Buffer {
  const message = { type: 'metrics', data, timestamp: at.toISOString(), seq }
  return frameOf(appliance === null ? message : { ...message, appliance })
}

/** Numbers that wait for a slow client: the latest of each appliance. */
export class HeldNumbers {
  readonly #latest = new Map<string | null, HubNumbers>()

  /** Whether they replace earlier ones, which nobody gets any more. */
  hold(numbers: HubNumbers): boolean {
    const replaces = this.#latest.has(numbers.appliance)
    this.#latest.set(numbers.appliance, numbers)
    return replaces
  }

  /** Those that have waited longest; null when none wait. */
  take(): HubNumbers | null {
    const [first] = this.#latest.values()
    if (first === undefined) return null
    this.#latest.delete(first.appliance)
    return first
  }

  clear(): void {
    this.#latest.clear()
  }
}
