import { realpathSync } from 'node:fs'
import { basename } from 'node:path'
import { performance } from 'node:perf_hooks'
import { Breakers } from './breakers.ts'
import type { BreakerState } from './breakers.ts'
import { deviceIn, laneOf, laneOfTool } from './device-lane.ts'
import { assertNoTapeNode, assertReadOnlyRequest } from './guard.ts'
import { CommandError, TimeoutError } from './host.ts'
import type {
  CommandResult,
  FileStat,
  FileSystemStat,
  Host,
  RunOptions,
  ScsiAnswer,
  ScsiOptions,
} from './host.ts'
import { Lanes } from './lanes.ts'
import type { Settled } from './lanes.ts'
import { LinuxFiles } from './linux-files.ts'
import { killGroup, startProcess } from './process.ts'
import type { Ended, Running } from './process.ts'
import { MAX_OUTPUT_BYTES, outputOf, outputOfSgRaw, passThroughError } from './process-outcome.ts'
import type { Lane, StuckCall } from './quarantine.ts'
import { parseSgRaw } from './sg-raw.ts'
import { verdictOfCommand, verdictOfScsi } from './verdict.ts'

/** How an operation on the machine ended, for those who count. */
export type Outcome = 'ok' | 'error' | 'timeout'

/** Told of every command that was started. */
export interface HostObserver {
  command(tool: string, seconds: number, outcome: Outcome): void
}

/** How much at a time this machine is asked, and who is told how it went. */
export interface LinuxHostOptions {
  observer?: HostObserver
  now?: () => Date
  /** Processes at once; 10 otherwise. */
  processes?: number
  /** How long a call waits for its turn; 60 s otherwise. */
  maxWaitMs?: number
  /** How long a killed process may take to go; 1 s otherwise. */
  graceMs?: number
  kill?: (pid: number) => void
}

const COMMAND_TIMEOUT_MS = 10_000

/**
 * Seconds after which the kernel itself gives a request up. Far beyond our own deadline, because it
 * then aborts and in the end resets, and a reset rewinds the tapes of others.
 */
const SG_IO_TIMEOUT_SECONDS = 120

interface Ran {
  ended: Ended
  seconds: number
}

/** The machine that the daemon runs on. */
export class LinuxHost implements Host {
  readonly #files: LinuxFiles
  readonly #lanes: Lanes
  readonly #breakers: Breakers
  readonly #now: () => Date
  readonly #observer: HostObserver | undefined
  readonly #graceMs: number
  readonly #kill: (pid: number) => void
  readonly #running = new Set<Running>()
  #stopped = false

  constructor(options: LinuxHostOptions = {}) {
    this.#now = options.now ?? (() => new Date())
    this.#files = new LinuxFiles(this.#now)
    this.#lanes = new Lanes({
      processes: options.processes ?? 10,
      maxWaitMs: options.maxWaitMs ?? 60_000,
    })
    this.#breakers = new Breakers(this.#now)
    this.#observer = options.observer
    this.#graceMs = options.graceMs ?? 1_000
    this.#kill = options.kill ?? killGroup
  }

  async run(argv: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
    assertNoTapeNode(argv)
    const tool = basename(argv[0] ?? '')
    const device = options.device ?? deviceIn(argv)
    const ask = () => this.#command(argv, tool, device, options)
    if (device === null) return ask()
    return this.#breakers.run(`${device} ${tool}`, ask, (outcome) =>
      verdictOfCommand(tool, 'error' in outcome ? outcome.error : undefined),
    )
  }

  async readText(path: string): Promise<string> {
    return (await this.#files.read(path)).toString('utf8')
  }

  readBytes(path: string): Promise<Uint8Array> {
    return this.#files.read(path)
  }

  list(path: string): Promise<string[]> {
    return this.#files.list(path)
  }

  exists(path: string): Promise<boolean> {
    return this.#files.exists(path)
  }

  realpath(path: string): Promise<string> {
    return this.#files.realpath(path)
  }

  stat(path: string): Promise<FileStat> {
    return this.#files.stat(path)
  }

  statfs(path: string, options: { timeoutMs?: number } = {}): Promise<FileSystemStat> {
    return this.#files.statfs(path, options.timeoutMs)
  }

  async scsi(device: string, cdb: Uint8Array, options: ScsiOptions): Promise<ScsiAnswer> {
    assertReadOnlyRequest(device, cdb, options)
    const ask = () => this.#sgRaw(device, cdb, options)
    return this.#breakers.run(`${device} sg_raw`, ask, verdictOfScsi)
  }

  /** Breakers that are not at rest. */
  breakers(): BreakerState[] {
    return this.#breakers.states()
  }

  /** Failures that breakers have counted since the start, by breaker. */
  breakerFailures(): ReadonlyMap<string, number> {
    return this.#breakers.failures()
  }

  /** Processes and file calls that never came back. */
  stuck(): StuckCall[] {
    return [...this.#lanes.quarantine.stuck(), ...this.#files.stuck()]
  }

  /** Kills the commands that are under way, waits as long as a kill may take, and starts no more. */
  async stop(): Promise<void> {
    this.#stopped = true
    const running = [...this.#running]
    for (const process of running) process.stop()
    await Promise.all(running.map((process) => process.ended))
  }

  async #command(
    argv: readonly string[],
    tool: string,
    device: string | null,
    options: RunOptions,
  ): Promise<CommandResult> {
    const timeoutMs = options.timeoutMs ?? COMMAND_TIMEOUT_MS
    const expected = options.exitCodes ?? ((code: number) => code === 0)
    const ran = await this.#start(argv, tool, device, timeoutMs)
    return this.#observed(tool, ran, () => {
      const { exitCode, stdout, stderr } = outputOf(ran.ended, argv, timeoutMs)
      const error = stderr.toString('utf8')
      if (exitCode === null || !expected(exitCode)) throw new CommandError(argv, exitCode, error)
      return { exitCode, stdout: stdout.toString('utf8'), stderr: error }
    })
  }

  async #sgRaw(device: string, cdb: Uint8Array, options: ScsiOptions): Promise<ScsiAnswer> {
    const timeoutMs = options.timeoutMs ?? COMMAND_TIMEOUT_MS
    const request = options.dataInBytes > 0 ? ['-r', String(options.dataInBytes)] : []
    const bytes = [...cdb].map((byte) => byte.toString(16).padStart(2, '0'))
    const seconds = Math.max(SG_IO_TIMEOUT_SECONDS, Math.ceil((2 * timeoutMs) / 1000))
    const argv = ['sg_raw', '-v', '-b', '-t', String(seconds), ...request, device, ...bytes]
    const ran = await this.#start(argv, 'sg_raw', device, timeoutMs)
    return this.#observed('sg_raw', ran, () => {
      const { exitCode, stdout, stderr } = outputOfSgRaw(ran.ended, argv, device, timeoutMs)
      try {
        return parseSgRaw({ exitCode, stdout, stderr: stderr.toString('utf8') })
      } catch (error) {
        throw passThroughError(device, error)
      }
    })
  }

  #start(
    argv: readonly string[],
    tool: string,
    device: string | null,
    timeoutMs: number,
  ): Promise<Ran> {
    const lane = device === null ? laneOfTool(tool) : laneOf(device, realpathOrNull)
    return this.#lanes.run(lane, argv.join(' '), () => this.#process(argv, lane, timeoutMs))
  }

  async #process(argv: readonly string[], lane: Lane, timeoutMs: number): Promise<Settled<Ran>> {
    if (this.#stopped) {
      return { kind: 'killed', value: { ended: { kind: 'killed', because: 'stop' }, seconds: 0 } }
    }
    const began = performance.now()
    const since = this.#now()
    const running = startProcess(argv, {
      timeoutMs,
      graceMs: this.#graceMs,
      maxOutputBytes: MAX_OUTPUT_BYTES,
      kill: this.#kill,
    })
    this.#running.add(running)
    const ended = await running.ended
    this.#running.delete(running)
    const value = { ended, seconds: (performance.now() - began) / 1000 }
    if (ended.kind !== 'stuck') {
      return { kind: ended.kind === 'exited' ? 'returned' : 'killed', value }
    }
    const { device, scsiHost } = lane
    const call = { what: argv.join(' '), device, scsiHost, pid: ended.pid, since }
    return { kind: 'stuck', value, call, gone: ended.gone }
  }

  /** Tells the observer how a command ended that was really started. */
  #observed<T>(tool: string, ran: Ran, result: () => T): T {
    const tell = (outcome: Outcome) => {
      if (ran.ended.kind !== 'not-started') this.#observer?.command(tool, ran.seconds, outcome)
    }
    try {
      const value = result()
      tell('ok')
      return value
    } catch (error) {
      tell(error instanceof TimeoutError ? 'timeout' : 'error')
      throw error
    }
  }
}

function realpathOrNull(path: string): string | null {
  try {
    return realpathSync(path)
  } catch {
    return null
  }
}
