import { basename } from 'node:path'
import { performance } from 'node:perf_hooks'
import { observed, type HostObserver } from '../commands.ts'
import { assertNoTapeNode } from '../guard.ts'
import { CommandError, HostError, PermissionError } from '../host.ts'
import type {
  CommandResult,
  FileStat,
  FileSystemStat,
  Host,
  ReadOptions,
  RunOptions,
  ScsiAnswer,
  ScsiOptions,
} from '../host.ts'
import { assertScstCommand } from '../scst-commands.ts'
import type { PrivilegedClient } from './client.ts'
import { commandOf, type PrivilegedCommand } from './closed-list.ts'

/** What asks the privileged program. */
export interface PrivilegedHostOptions {
  /** Whoever asks this machine with the rights of this process. */
  own: Host
  privileged: Pick<PrivilegedClient, 'call'>
  /** The configuration file of SCST, as it is called now. */
  scstConfigPath: () => string
  observer?: HostObserver
}

const COMMAND_TIMEOUT_MS = 10_000
const READ_TIMEOUT_MS = 5_000
/** A write may take 120 s (scst-management.ts), and wait for the one before it. */
const WRITE_TIMEOUT_MS = 125_000
const CONFIG_TIMEOUT_MS = 30_000

/**
 * This machine for a daemon that is not root: what is on the closed list is done by the privileged program, and all
 * else by this process.
 */
export class PrivilegedHost implements Host {
  readonly #own: Host
  readonly #privileged: Pick<PrivilegedClient, 'call'>
  readonly #scstConfigPath: () => string
  readonly #observer: HostObserver | undefined
  /** Where this process has them: anybody may read what SCST says, and who listens. */
  readonly readAttributes?: NonNullable<Host['readAttributes']>
  readonly tcpListeners?: NonNullable<Host['tcpListeners']>

  constructor({ own, privileged, scstConfigPath, observer }: PrivilegedHostOptions) {
    this.#own = own
    if (own.tcpListeners !== undefined) this.tcpListeners = own.tcpListeners.bind(own)
    if (own.readAttributes !== undefined) this.readAttributes = own.readAttributes.bind(own)
    this.#privileged = privileged
    this.#scstConfigPath = scstConfigPath
    this.#observer = observer
  }

  async run(argv: readonly string[], options: RunOptions = {}): Promise<CommandResult> {
    assertNoTapeNode(argv)
    const command = commandOf(argv)
    if (command === null) return this.#own.run(argv, options)
    const result = await this.#command(argv, command, options.timeoutMs ?? COMMAND_TIMEOUT_MS)
    const expected = options.exitCodes ?? ((code: number) => code === 0)
    if (expected(result.exitCode)) return result
    throw new CommandError(argv, result.exitCode, result.stderr)
  }

  async readText(path: string, options?: ReadOptions): Promise<string> {
    const read = async () => Buffer.from(await this.#scstConfig(path)).toString('utf8')
    return this.#permitted(path, () => this.#own.readText(path, options), read)
  }

  async readBytes(path: string): Promise<Uint8Array> {
    return this.#permitted(
      path,
      () => this.#own.readBytes(path),
      () => this.#scstConfig(path),
    )
  }

  list(path: string): Promise<string[]> {
    return this.#own.list(path)
  }

  exists(path: string): Promise<boolean> {
    return this.#own.exists(path)
  }

  realpath(path: string): Promise<string> {
    return this.#own.realpath(path)
  }

  stat(path: string): Promise<FileStat> {
    return this.#own.stat(path)
  }

  statfs(path: string, options?: { timeoutMs?: number }): Promise<FileSystemStat> {
    return this.#own.statfs(path, options)
  }

  scsi(device: string, cdb: Uint8Array, options: ScsiOptions): Promise<ScsiAnswer> {
    return this.#own.scsi(device, cdb, options)
  }

  /**
   * Writes to SCST and resolves when it has done it. Rejects as ScstManagement does; with PrivilegedError it is not
   * known whether it was done, where the connection was lost.
   */
  async write(path: string, text: string): Promise<void> {
    assertScstCommand(path, text)
    const params = { path, text }
    await this.#privileged.call({ operation: 'write_scst', params }, WRITE_TIMEOUT_MS)
  }

  /**
   * Puts another configuration file of SCST in the place of the one of that hash, and resolves with where the old one
   * is kept; null where there was none.
   */
  async writeConfig(path: string, text: string, expectedSha256: string): Promise<string | null> {
    const params = { path, text, expected_sha256: expectedSha256 }
    const said = await this.#privileged.call(
      { operation: 'write_scst_config', params },
      CONFIG_TIMEOUT_MS,
    )
    const { kept } = (said ?? {}) as Record<string, unknown>
    return typeof kept === 'string' ? kept : null
  }

  async #command(
    argv: readonly string[],
    command: PrivilegedCommand,
    timeoutMs: number,
  ): Promise<CommandResult> {
    const began = performance.now()
    const said = await this.#privileged.call(command, timeoutMs).then(
      (value) => ({ value }),
      (error: unknown) => ({ error }),
    )
    const device = command.operation === 'smart_report' ? command.params.device : null
    const asked = { tool: basename(argv[0] ?? ''), device, cdb: null }
    return observed(this.#observer, asked, (performance.now() - began) / 1000, () => {
      if ('error' in said) throw said.error
      return resultOf(said.value)
    })
  }

  /** Asks as this process, and only where that is not permitted the privileged program. */
  async #permitted<T>(path: string, own: () => Promise<T>, privileged: () => Promise<T>) {
    try {
      return await own()
    } catch (error) {
      if (!(error instanceof PermissionError) || path !== this.#scstConfigPath()) throw error
      return await privileged()
    }
  }

  async #scstConfig(path: string): Promise<Uint8Array> {
    const params = { path }
    const said = await this.#privileged.call(
      { operation: 'read_scst_config', params },
      READ_TIMEOUT_MS,
    )
    const { base64 } = (said ?? {}) as Record<string, unknown>
    if (typeof base64 !== 'string') throw notUnderstood('a file without content')
    return Buffer.from(base64, 'base64')
  }
}

function resultOf(said: unknown): CommandResult {
  const { exit_code, stdout, stderr } = (said ?? {}) as Record<string, unknown>
  const isResult =
    typeof exit_code === 'number' && typeof stdout === 'string' && typeof stderr === 'string'
  if (!isResult) throw notUnderstood('a command without output')
  return { exitCode: exit_code, stdout, stderr }
}

function notUnderstood(what: string): HostError {
  return new HostError('ERR_PRIVILEGED', `storwarden-privileged answers ${what}`)
}
