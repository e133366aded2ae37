import { basename } from 'node:path'
import { Breakers } from './breakers.ts'
import type { BreakerState } from './breakers.ts'
import { Commands } from './commands.ts'
import type { HostObserver } from './commands.ts'
import { deviceIn, liveSysfs } from './device-lane.ts'
import type { Sysfs } from './device-lane.ts'
import { assertNoTapeNode, assertReadOnlyRequest } from './guard.ts'
import { CommandError, ReadError } from './host.ts'
import type {
  AttributeNames,
  Attributes,
  CommandResult,
  FileStat,
  FileSystemStat,
  Host,
  ReadOptions,
  RunOptions,
  ScsiAnswer,
  ScsiOptions,
  TcpListener,
} from './host.ts'
import { Lanes } from './lanes.ts'
import { LinuxFiles, type CacheCounts, type FileReading } from './linux-files.ts'
import type { Native, NativeError } from './native.ts'
import {
  argvOfMove,
  assertMediumMove,
  assertMoved,
  assertMovesNothing,
  deadlineMsOf,
  deviceOf,
  type MediaMover,
  type MediumMove,
} from './medium-moves.ts'
import { killGroup } from './process.ts'
import { outputOf } from './process-outcome.ts'
import type { StuckCall } from './quarantine.ts'
import { COMMAND_TIMEOUT_MS } from './scsi-transport.ts'
import type { ScsiTransport } from './scsi-transport.ts'
import { SgIoTransport } from './sg-io-transport.ts'
import { SgRawTransport } from './sg-raw-transport.ts'
import { verdictOfCommand, verdictOfScsi } from './verdict.ts'

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
  /** The addon, which sends SCSI commands and reads files off the event loop; sg_raw and Node do without. */
  native?: (Pick<Native, 'sgIo' | 'tcpListeners'> & FileReading) | null
  /** Where the lanes of devices are looked up. */
  sysfs?: Sysfs
}

/** The machine that the daemon runs on. */
export class LinuxHost implements Host, MediaMover {
  readonly #files: LinuxFiles
  readonly #lanes: Lanes
  readonly #breakers: Breakers
  readonly #commands: Commands
  readonly #scsi: ScsiTransport
  readonly #requests: SgIoTransport | null
  /** Only with the addon. */
  readonly readAttributes?: (directory: string, names: AttributeNames) => Promise<Attributes>
  /** Only with the addon. */
  readonly tcpListeners?: () => Promise<readonly TcpListener[]>

  constructor(options: LinuxHostOptions = {}) {
    const { observer, native = null, sysfs = liveSysfs } = options
    const now = options.now ?? (() => new Date())
    const lanes = new Lanes({
      processes: options.processes ?? 10,
      maxWaitMs: options.maxWaitMs ?? 60_000,
    })
    this.#files = new LinuxFiles(now, native)
    if (this.#files.attributes !== undefined) this.readAttributes = this.#files.attributes
    if (native !== null) this.tcpListeners = () => tcpListenersBy(native)
    this.#lanes = lanes
    this.#breakers = new Breakers(now)
    this.#commands = new Commands({
      ...{ lanes, sysfs, observer, now },
      graceMs: options.graceMs ?? 1_000,
      kill: options.kill ?? killGroup,
    })
    this.#requests = native && new SgIoTransport({ native, lanes, sysfs, observer, now })
    this.#scsi = this.#requests ?? new SgRawTransport(this.#commands)
  }

  async run(argv: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
    assertNoTapeNode(argv)
    assertMovesNothing(argv)
    const tool = basename(argv[0] ?? '')
    const device = options.device ?? deviceIn(argv)
    const ask = () => this.#command(argv, tool, device, options)
    if (device === null) return ask()
    return this.#breakers.run(`${device} ${tool}`, ask, (outcome) => {
      if (!('error' in outcome)) return verdictOfCommand(tool, undefined)
      // Of one that was taken back the device is not to blame.
      return options.signal?.aborted === true ? 'neutral' : verdictOfCommand(tool, outcome.error)
    })
  }

  async readText(path: string, options: ReadOptions = {}): Promise<string> {
    return (await this.#files.read(path, options.enoughBytes)).toString('utf8')
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
    const ask = () => this.#scsi.send(device, cdb, options)
    return this.#breakers.run(`${device} ${this.#scsi.tool}`, ask, verdictOfScsi)
  }

  /**
   * Moves a medium, in the lane of the device: what asks it waits meanwhile. No breaker counts it, as somebody wants
   * just this. Not part of Host: it is handed to tasks alone.
   */
  async move(move: MediumMove): Promise<void> {
    assertMediumMove(move)
    const argv = argvOfMove(move)
    const tool = basename(argv[0] ?? '')
    const options = { timeoutMs: deadlineMsOf(move), exitCodes: () => true }
    assertMoved(move, await this.#command(argv, tool, deviceOf(move), options))
  }

  /** Breakers that are not at rest. */
  breakers(): BreakerState[] {
    return this.#breakers.states()
  }

  /** Failures that breakers have counted since the start, by breaker. */
  breakerFailures(): ReadonlyMap<string, number> {
    return this.#breakers.failures()
  }

  /**
   * How many commands and requests to a device, named by its SCSI address, were ever begun, and how many of them
   * are waited for.
   */
  calls(address: string): { begun: number; underWay: number } {
    return this.#lanes.calls(address)
  }

  /** What is answered without asking the machine once more. */
  caches(): CacheCounts[] {
    return this.#files.caches()
  }

  /** Processes, requests and file calls that never came back. */
  stuck(): StuckCall[] {
    return [...this.#lanes.quarantine.stuck(), ...this.#files.stuck()]
  }

  /**
   * Kills the commands that are under way, waits as long as a kill may take, and starts no more. Requests are
   * given up, not waited for.
   */
  async stop(): Promise<void> {
    this.#requests?.stop()
    await this.#commands.stop()
  }

  async #command(
    argv: readonly string[],
    tool: string,
    device: string | null,
    options: RunOptions,
  ): Promise<CommandResult> {
    const timeoutMs = options.timeoutMs ?? COMMAND_TIMEOUT_MS
    const expected = options.exitCodes ?? ((code: number) => code === 0)
    const { signal } = options
    const asked = { tool, device, timeoutMs, ...(signal === undefined ? {} : { signal }) }
    return this.#commands.run(argv, asked, (ended) => {
      const { exitCode, stdout, stderr } = outputOf(ended, argv, timeoutMs)
      const error = stderr.toString('utf8')
      if (exitCode === null || !expected(exitCode)) throw new CommandError(argv, exitCode, error)
      return { exitCode, stdout: stdout.toString('utf8'), stderr: error }
    })
  }
}

async function tcpListenersBy(native: Pick<Native, 'tcpListeners'>): Promise<TcpListener[]> {
  try {
    return native.tcpListeners()
  } catch (cause) {
    throw new ReadError('TCP listeners', (cause as NativeError).code, { cause })
  }
}
