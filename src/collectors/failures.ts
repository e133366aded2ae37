import { CommandError, HostError, NotFoundError, type CommandResult } from '../host/host.ts'
import { DecodeError } from '../scsi/bytes.ts'
import { ParseError } from './collector.ts'

/** Whether an error tells about the machine or about what it said, and not about a mistake in the program. */
export function isFailure(error: unknown): error is Error {
  return error instanceof HostError || error instanceof ParseError || error instanceof DecodeError
}

/** Failures to ask, which say nothing of what would have been asked. */
const NOT_ASKED = ['ERR_PERMISSION', 'ERR_RECORDING_HOLE', 'ERR_BUSY', 'ERR_REFUSED']

/** Whether the failure says something about the device, and not only about the asking. */
export function wasAsked(error: Error): boolean {
  return !(error instanceof HostError && NOT_ASKED.includes(error.code))
}

/** What is read; null when it is not there. Rejects on every other failure. */
export async function ifFound<T>(reading: Promise<T>): Promise<T | null> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof NotFoundError) return null
    throw error
  }
}

/** What is read, or what the host failed with. Rejects with a mistake in the program. */
export async function valueOrFailure<T>(reading: Promise<T>): Promise<T | HostError> {
  try {
    return await reading
  } catch (error) {
    if (error instanceof HostError) return error
    throw error
  }
}

/** As sg_pt_linux.c of sg3_utils prints it, `Host_status=0x03 [DID_TIME_OUT]`; DID_* are the kernel's names. */
const TRANSPORT_FAILED = /\bhost_status[=: ]*0x0*[1-9a-f]|\bDID_(?!OK\b)[A-Z_]+/i

/**
 * What a SCSI tool printed. Rejects with CommandError also where it exits with 0 and says that the transport
 * failed: what it prints besides is then made of bytes that no device has sent.
 */
export async function answered(
  argv: readonly string[],
  running: Promise<CommandResult>,
): Promise<string> {
  const { exitCode, stdout, stderr } = await running
  const line = [...stderr.split('\n'), ...stdout.split('\n')].find((each) =>
    TRANSPORT_FAILED.test(each),
  )
  if (line !== undefined) throw new CommandError(argv, exitCode, line)
  return stdout
}
