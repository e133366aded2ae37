import { recorded, type RecordedLine } from './recorded.ts'
import { RECORDINGS } from './recording.ts'

/** Recordings of machines on which SCST ran. */
export const SCST_RECORDINGS = RECORDINGS.filter(
  (name) => name !== '08-no-scst' && name !== '11-big-library',
)

/** What a recording says of SCST, read past the code under test: lines and texts as they were written down. */
export interface Evidence {
  /** Paths below /sys/kernel/scst_tgt/, without that. */
  tree: Map<string, RecordedLine>
  /** What `scstadmin <words>` printed; null when it was not recorded. */
  scstadmin: (words: string) => string | null
  /** What another command printed; null when it was not recorded. */
  printed: (command: string) => string | null
  configFile: string
}

/** Reads what a recording says of SCST. */
export function scstEvidence(recording: string): Evidence {
  const { lines, printed, file } = recorded(recording)
  const root = '/sys/kernel/scst_tgt/'
  return {
    tree: new Map(
      lines
        .filter(({ path }) => path.startsWith(root))
        .map((line) => [line.path.slice(root.length), line]),
    ),
    scstadmin: (words) => printed(`scstadmin ${words}`),
    printed,
    configFile: file('/etc/scst.conf') ?? '',
  }
}
