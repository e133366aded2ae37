import { readFileSync } from 'node:fs'
import { RECORDINGS, recordingDirectory } from './recording.ts'

/** A log page that a device of a recording answered with. */
export interface RecordedLogPage {
  recording: string
  device: string
  /** 1 a drive, 8 a changer. */
  type: number
  page: number
  subpage: number
  data: Buffer
}

interface Line {
  device: string
  type: number
  cdb: string
  status: number
  hostStatus: number
  data: string
}

/** Every log page that drives and changers answered with in the recordings, read past the code under test. */
export function recordedLogPages(): RecordedLogPage[] {
  return RECORDINGS.flatMap((recording) =>
    linesOf(recording)
      .filter(({ type, cdb }) => (type === 1 || type === 8) && cdb.startsWith('4d'))
      .filter(({ status, hostStatus }) => status === 0 && hostStatus === 0)
      .map(({ device, type, cdb, data }) => ({
        recording,
        device,
        type,
        page: Number.parseInt(cdb.slice(4, 6), 16) & 0x3f,
        subpage: Number.parseInt(cdb.slice(6, 8), 16),
        data: Buffer.from(data, 'base64'),
      })),
  )
}

/** The same, each answer once. */
export function distinctLogPages(): RecordedLogPage[] {
  const pages = new Map(recordedLogPages().map((page) => [keyOf(page), page]))
  return [...pages.values()]
}

function keyOf({ type, page, subpage, data }: RecordedLogPage): string {
  return `${type} ${page} ${subpage} ${data.toString('hex')}`
}

/** Recordings made without SCSI have no such file. */
function linesOf(recording: string): Line[] {
  let text: string
  try {
    text = readFileSync(`${recordingDirectory(recording)}/scsi.jsonl`, 'utf8')
  } catch {
    return []
  }
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Line)
}
