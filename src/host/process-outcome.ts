import { getSystemErrorName } from 'node:util'
import {
  CommandError,
  HostError,
  NotFoundError,
  OutputLimitError,
  PassThroughUnavailableError,
  PermissionError,
  ReadError,
  TimeoutError,
} from './host.ts'
import type { Ended } from './process.ts'
import { requestError } from './scsi-transport.ts'
import { SgRawError } from './sg-raw.ts'

/** Of standard output and standard error each; a command that prints more is killed. */
export const MAX_OUTPUT_BYTES = 16 * 1024 * 1024

/** What a process that exited left behind. */
export type Output = Extract<Ended, { kind: 'exited' }>

/** The output of a process that exited; throws what became of it otherwise. */
export function outputOf(ended: Ended, argv: readonly string[], timeoutMs: number): Output {
  const line = argv.join(' ')
  switch (ended.kind) {
    case 'exited':
      return ended
    case 'stuck':
      throw new TimeoutError(line, timeoutMs, true)
    case 'killed':
      if (ended.because === 'output') throw new OutputLimitError(argv, MAX_OUTPUT_BYTES)
      if (ended.because === 'stop') throw new CommandError(argv, null, 'the daemon is stopping')
      throw new TimeoutError(line, timeoutMs)
    case 'not-started': {
      const tool = argv[0] ?? ''
      if (ended.errno === 'ENOENT') throw new NotFoundError(tool)
      if (ended.errno === 'EACCES' || ended.errno === 'EPERM') throw new PermissionError(tool)
      throw new ReadError(tool, ended.errno)
    }
  }
}

/** The same for sg_raw: where it cannot be started, there is no pass-through. */
export function outputOfSgRaw(
  ended: Ended,
  argv: readonly string[],
  device: string,
  timeoutMs: number,
): Output {
  if (ended.kind === 'not-started') {
    const reason = ended.errno === 'ENOENT' ? 'sg_raw is not installed' : `sg_raw: ${ended.errno}`
    throw new PassThroughUnavailableError(device, reason)
  }
  return outputOf(ended, argv, timeoutMs)
}

/** What an error of `parseSgRaw` means for the device; any other error stays what it is. */
export function passThroughError(device: string, error: unknown): unknown {
  if (!(error instanceof SgRawError)) return error
  if (error.errno !== null) return requestError(device, getSystemErrorName(-error.errno), error)
  return new HostError(error.code, `${device}: ${error.message}`, { cause: error })
}
