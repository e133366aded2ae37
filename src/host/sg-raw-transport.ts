import type { Commands } from './commands.ts'
import type { ScsiAnswer, ScsiOptions } from './host.ts'
import { outputOfSgRaw, passThroughError } from './process-outcome.ts'
import { COMMAND_TIMEOUT_MS, kernelTimeoutMs, type ScsiTransport } from './scsi-transport.ts'
import { parseSgRaw } from './sg-raw.ts'

/** Sends by the command sg_raw of sg3_utils, a process for every request: what there is without the addon. */
export class SgRawTransport implements ScsiTransport {
  readonly tool = 'sg_raw'
  readonly #commands: Commands

  constructor(commands: Commands) {
    this.#commands = commands
  }

  async send(device: string, cdb: Uint8Array, options: ScsiOptions): Promise<ScsiAnswer> {
    const timeoutMs = options.timeoutMs ?? COMMAND_TIMEOUT_MS
    const request = options.dataInBytes > 0 ? ['-r', String(options.dataInBytes)] : []
    const bytes = [...cdb].map((byte) => byte.toString(16).padStart(2, '0'))
    const seconds = Math.ceil(kernelTimeoutMs(timeoutMs) / 1000)
    const argv = [this.tool, '-v', '-b', '-t', String(seconds), ...request, device, ...bytes]
    return this.#commands.run(argv, { tool: this.tool, device, timeoutMs, cdb }, (ended) => {
      const { exitCode, stdout, stderr } = outputOfSgRaw(ended, argv, device, timeoutMs)
      try {
        return parseSgRaw({ exitCode, stdout, stderr: stderr.toString('utf8') })
      } catch (error) {
        throw passThroughError(device, error)
      }
    })
  }
}
