import { QuarantinedError } from './host.ts'

/** What a call talks to: a device, or the tool itself where it names none. */
export interface Lane {
  device: string
  /** Whether one call is in flight at a time: so for devices, not for tools. */
  exclusive: boolean
  /** e.g. `host13`; null when the device sits on none. */
  scsiHost: string | null
  /** Whether that host takes one command at a time, of all its devices together (`can_queue` of 1). */
  hostTakesOne: boolean
}

/** A process, a request or a file call that was given up on and has not come back. */
export interface StuckCall {
  what: string
  device: string | null
  scsiHost: string | null
  pid: number | null
  since: Date
}

/**
 * Stuck calls of one SCSI host beyond which no further device of it is tried. An adapter with one command
 * slot blocks every device behind the first; each that is tried would leave another process or thread.
 */
const MAX_STUCK_ON_HOST = 3

interface HostState {
  stuck: number
  /** Counts up with every call that got stuck, so that only later ones prove anything. */
  epoch: number
  /** Whether a call that began after the last one got stuck has come back. */
  proven: boolean
}

/** Remembers what never came back, and whom not to ask because of it. */
export class Quarantine {
  readonly #calls = new Set<StuckCall>()
  readonly #hosts = new Map<string, HostState>()

  /** Counts the call as stuck until `gone` settles. */
  add(call: StuckCall, gone: Promise<unknown>): void {
    this.#calls.add(call)
    const host = call.scsiHost
    if (host !== null) {
      const state = this.#hosts.get(host)
      this.#hosts.set(host, {
        stuck: (state?.stuck ?? 0) + 1,
        epoch: (state?.epoch ?? 0) + 1,
        proven: false,
      })
    }
    const forget = () => {
      this.#calls.delete(call)
      const state = host === null ? undefined : this.#hosts.get(host)
      if (host === null || state === undefined) return
      state.stuck -= 1
      if (state.stuck === 0) this.#hosts.delete(host)
    }
    gone.then(forget, forget)
  }

  /** Why the device may not be asked now, or null when it may. */
  refusal(lane: Lane): QuarantinedError | null {
    for (const call of this.#calls) {
      if (call.device !== lane.device) continue
      return new QuarantinedError(lane.device, call.since, `${call.what} never came back`)
    }
    const state = this.#suspect(lane)
    if (state === null || state.stuck < MAX_STUCK_ON_HOST) return null
    const since = this.stuck().find((call) => call.scsiHost === lane.scsiHost)?.since ?? new Date(0)
    const reason = `${state.stuck} calls to ${lane.scsiHost} never came back`
    return new QuarantinedError(lane.device, since, reason)
  }

  /** Whether calls to the lane's host go one at a time: one is stuck and none has come back since. */
  isSuspect(lane: Lane): boolean {
    return this.#suspect(lane) !== null
  }

  /** Handed to `returned` by a call that begins now. */
  epoch(lane: Lane): number {
    return this.#state(lane)?.epoch ?? 0
  }

  /** A call that began at `epoch` came back: its host answers again. */
  returned(lane: Lane, epoch: number): void {
    const state = this.#state(lane)
    if (state?.epoch === epoch) state.proven = true
  }

  /** What never came back, oldest first. */
  stuck(): StuckCall[] {
    return [...this.#calls]
  }

  #state(lane: Lane): HostState | undefined {
    return lane.scsiHost === null ? undefined : this.#hosts.get(lane.scsiHost)
  }

  #suspect(lane: Lane): HostState | null {
    const state = this.#state(lane)
    return state === undefined || state.proven ? null : state
  }
}
