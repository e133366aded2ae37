import { HostError, NotFoundError } from '../host/host.ts'
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
