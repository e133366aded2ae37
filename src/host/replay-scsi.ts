import type { ScsiAnswer } from './host.ts'
import type { RecordedScsi } from './recording.ts'
import { recordedError } from './replay-files.ts'

const READ_ELEMENT_STATUS_HEADER_BYTES = 8

/**
 * The answer to a request for at most `dataInBytes`, out of the lines that differ from it in the
 * allocation length only. The first answer that says all of it stands, so that the answer never depends
 * on what was asked before; null when there is none.
 *
 * Throws ReadError or TimeoutError when all that was recorded is that the request could not be sent.
 */
export function answerFrom(
  lines: readonly RecordedScsi[],
  device: string,
  dataInBytes: number,
): ScsiAnswer | null {
  const answers = lines.filter((line) => line.error === undefined)
  const line = answers.find((answer) => !isCutShort(answer, dataInBytes))
  if (line !== undefined) return answerOf(line, dataInBytes)

  const error = lines.find((line) => line.error !== undefined && line.alloc <= dataInBytes)?.error
  if (error !== undefined) throw recordedError(device, error)
  return null
}

/**
 * Whether the recorder asked for less than is asked now, and got no more because of it.
 * A short INQUIRY is good enough; a header alone passed off as the whole would be a lie.
 */
function isCutShort(line: RecordedScsi, dataInBytes: number): boolean {
  if (line.status !== 0 || line.hostStatus !== 0 || line.resid !== 0) return false
  return (
    line.alloc <= READ_ELEMENT_STATUS_HEADER_BYTES && line.alloc < dataInBytes && line.alloc > 0
  )
}

function answerOf(line: RecordedScsi, dataInBytes: number): ScsiAnswer {
  const recorded = Buffer.from(line.dataBase64, 'base64')
  const bytes = Buffer.alloc(Math.max(recorded.length, line.trimmedFrom ?? 0))
  bytes.set(recorded)
  const transferred = Math.max(0, Math.min(bytes.length, line.alloc - line.resid, dataInBytes))
  return {
    status: line.status,
    hostStatus: line.hostStatus,
    driverStatus: line.driverStatus,
    sense: new Uint8Array(Buffer.from(line.senseHex, 'hex')),
    data: new Uint8Array(bytes.subarray(0, transferred)),
  }
}
