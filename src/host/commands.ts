import { performance } from 'node:perf_hooks'
import { laneOf, laneOfTool } from './device-lane.ts'
import type { Sysfs } from './device-lane.ts'
import { TimeoutError } from './host.ts'
import type { Lanes, Settled } from './lanes.ts'
import { startProcess } from './process.ts'
import type { Ended, Running } from './process.ts'
import { MAX_OUTPUT_BYTES } from './process-outcome.ts'
import type { Lane } from './quarantine.ts'

/** How an operation on the machine ended, for those who count. */
export type Outcome = 'ok' | 'error' | 'timeout'

/** What was asked of the machine, for those who count. */
export interface Asked {
  tool: string
  /** The node it was about; null without one. */
  device: string | null
  /** What was sent, where it was a SCSI command. */
  cdb: Uint8Array | null
}

/** A command that is to be run. */
export interface Command {
  tool: string
  device: string | null
  timeoutMs: number
  cdb?: Uint8Array
  /** Kills it when it is aborted. */
  signal?: AbortSignal
}

/** Told of every command that was started, and of every request that was sent as `sg_io`. */
export interface HostObserver {
  /** `error` says why it did not end well; null when it did. */
  command(asked: Asked, seconds: number, outcome: Outcome, error: string | null): void
}

/** What processes are run with. */
export interface CommandsOptions {
  lanes: Lanes
  sysfs: Sysfs
  observer: HostObserver | undefined
  now: () => Date
  graceMs: number
  kill: (pid: number) => void
}

interface Ran {
  ended: Ended
  seconds: number
}

/** Processes, each in its lane and with its deadline. */
export class Commands {
  readonly #options: CommandsOptions
  readonly #running = new Set<Running>()
  #stopped = false

  constructor(options: CommandsOptions) {
    this.#options = options
  }

  /**
   * Runs a command in the lane of its device, or of the tool where it has none. `result` makes of its end
   * what is answered, or throws; the observer is told which.
   */
  async run<T>(argv: readonly string[], asked: Command, result: (ended: Ended) => T): Promise<T> {
    const { lanes, sysfs, observer } = this.#options
    const { tool, device, cdb = null } = asked
    const lane = device === null ? laneOfTool(tool) : laneOf(device, sysfs)
    const ran = await lanes.run(lane, argv.join(' '), () => this.#process(argv, lane, asked))
    const { ended, seconds } = ran
    const started = ended.kind !== 'not-started'
    const told = started ? observer : undefined
    return observed(told, { tool, device, cdb }, seconds, () => result(ended))
  }

  /** Kills the commands that are under way, waits as long as a kill may take, and starts no more. */
  async stop(): Promise<void> {
    this.#stopped = true
    const running = [...this.#running]
    for (const process of running) process.stop()
    await Promise.all(running.map((process) => process.ended))
  }

  async #process(
    argv: readonly string[],
    lane: Lane,
    { timeoutMs, signal }: Command,
  ): Promise<Settled<Ran>> {
    if (this.#stopped || signal?.aborted === true) {
      return { kind: 'killed', value: { ended: { kind: 'killed', because: 'stop' }, seconds: 0 } }
    }
    const { now, graceMs, kill } = this.#options
    const began = performance.now()
    const since = now()
    const running = startProcess(argv, {
      timeoutMs,
      graceMs,
      maxOutputBytes: MAX_OUTPUT_BYTES,
      kill,
    })
    this.#running.add(running)
    signal?.addEventListener('abort', running.stop)
    const ended = await running.ended
    signal?.removeEventListener('abort', running.stop)
    this.#running.delete(running)
    const value = { ended, seconds: (performance.now() - began) / 1000 }
    if (ended.kind !== 'stuck') {
      return { kind: ended.kind === 'exited' ? 'returned' : 'killed', value }
    }
    const { device, scsiHost } = lane
    const call = { what: argv.join(' '), device, scsiHost, pid: ended.pid, since }
    return { kind: 'stuck', value, call, gone: ended.gone }
  }
}

/** Tells the observer how what took so long ended. */
export function observed<T>(
  observer: HostObserver | undefined,
  asked: Asked,
  seconds: number,
  result: () => T,
): T {
  try {
    const value = result()
    observer?.command(asked, seconds, 'ok', null)
    return value
  } catch (error) {
    const outcome = error instanceof TimeoutError ? 'timeout' : 'error'
    observer?.command(asked, seconds, outcome, (error as Error).message)
    throw error
  }
}
