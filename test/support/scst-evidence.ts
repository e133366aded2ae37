import { readFileSync } from 'node:fs'
import { recordingDirectory } from './recording.ts'

/** Recordings of machines on which SCST ran. */
export const SCST_RECORDINGS = [
  '01-steady',
  '02a-io-running',
  '02b-io-running',
  '03-tape-moves',
  '04-tapealert',
  '05a-library-offline',
  '05b-drive-daemon-killed',
  '06-scst-degraded',
  '07-raid-degraded-and-full',
  '09-no-tape',
  '12-large-scst',
  'x1-drive-daemon-segv',
]

interface Line {
  path: string
  content?: string
  link?: string
  dir?: string[]
}

/** What a recording says of SCST, read past the code under test: lines and texts as they were written down. */
export interface Evidence {
  /** Paths below /sys/kernel/scst_tgt/, without that. */
  tree: Map<string, Line>
  /** What `scstadmin <words>` printed; null when it was not recorded. */
  scstadmin(words: string): string | null
  /** What another command printed; null when it was not recorded. */
  printed(command: string): string | null
  configFile: string
}

export function scstEvidence(recording: string): Evidence {
  const lines = read(recording, 'files.jsonl') as Line[]
  const commands = new Map(
    (read(recording, 'commands.jsonl') as { argv: string[]; stdout: string }[]).map((line) => [
      line.argv.join(' '),
      line.stdout,
    ]),
  )
  const root = '/sys/kernel/scst_tgt/'
  return {
    tree: new Map(
      lines
        .filter(({ path }) => path.startsWith(root))
        .map((line) => [line.path.slice(root.length), line]),
    ),
    scstadmin: (words) => commands.get(`scstadmin ${words}`) ?? null,
    printed: (command) => commands.get(command) ?? null,
    configFile: lines.find(({ path }) => path === '/etc/scst.conf')?.content ?? '',
  }
}

function read(recording: string, file: string): unknown[] {
  let text: string
  try {
    text = readFileSync(`${recordingDirectory(recording)}/${file}`, 'utf8')
  } catch {
    return []
  }
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown)
}
