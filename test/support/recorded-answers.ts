import { readFileSync } from 'node:fs'
import { RECORDINGS, recordingDirectory } from './recording.ts'

/** What a device of a recording answered to a command. */
export interface RecordedAnswer {
  recording: string
  device: string
  /** 0 a disk, 1 a drive, 8 a changer. */
  type: number
  /** In hex. */
  cdb: string
  data: Buffer
  sense: Buffer
}

interface Line {
  device: string
  type: number
  cdb: string
  status?: number
  hostStatus?: number
  sense?: string
  data?: string
  trimmedFrom?: number
}

interface Asked {
  line: Line
  answer: RecordedAnswer
}

/** Every command that was answered, read past the code under test. */
const ASKED: readonly Asked[] = RECORDINGS.flatMap((recording) =>
  linesOf(recording)
    .filter(({ hostStatus }) => hostStatus === 0)
    .map((line) => ({
      line,
      answer: {
        recording,
        device: line.device,
        type: line.type,
        cdb: line.cdb,
        data: dataOf(line),
        sense: Buffer.from(line.sense ?? '', 'hex'),
      },
    })),
)

/** Answers to CDBs that begin so, of devices of these types; those that were carried out and hold data. */
export function recordedAnswers(
  cdb: string,
  types: readonly number[] = [0, 1, 8],
): RecordedAnswer[] {
  return ASKED.filter(
    ({ line, answer }) =>
      line.status === 0 &&
      line.cdb.startsWith(cdb) &&
      types.includes(line.type) &&
      answer.data.length > 0,
  ).map(({ answer }) => answer)
}

/** The same, each answer once. */
export function distinctAnswers(cdb: string, types?: readonly number[]): RecordedAnswer[] {
  const answers = recordedAnswers(cdb, types)
  const byData = new Map(answers.map((each) => [`${each.type} ${each.data.toString('hex')}`, each]))
  return [...byData.values()]
}

/** All sense data: of commands that were refused, and answers to REQUEST SENSE; each once. */
export function distinctSenses(): Buffer[] {
  const refused = ASKED.map(({ answer }) => answer.sense)
  const asked = recordedAnswers('03').map(({ data }) => data)
  const senses = [...refused, ...asked].filter(({ length }) => length > 0)
  return [...new Map(senses.map((each) => [each.toString('hex'), each])).values()]
}

/** A run of zeros at the end may have been left out. */
function dataOf({ data, trimmedFrom }: Line): Buffer {
  const bytes = Buffer.from(data ?? '', 'base64')
  return trimmedFrom === undefined
    ? bytes
    : Buffer.concat([bytes, Buffer.alloc(trimmedFrom - bytes.length)])
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
