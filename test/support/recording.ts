import { join } from 'node:path'
import { readRecording } from '../../src/host/recording.ts'
import { ReplayHost } from '../../src/host/replay-host.ts'
import { packageRoot } from '../../src/package.ts'

/** Every recording that comes with the project. */
export const RECORDINGS = [
  '01-steady',
  '02a-io-running',
  '02b-io-running',
  '03-tape-moves',
  '04-tapealert',
  '05a-library-offline',
  '05b-drive-daemon-killed',
  '06-scst-degraded',
  '07-raid-degraded-and-full',
  '08-no-scst',
  '09-no-tape',
  '11-big-library',
  '12-large-scst',
  'x1-drive-daemon-segv',
] as const

/** A host that answers from `fixtures/recordings/<name>`. */
export function openRecording(name: string): ReplayHost {
  return new ReplayHost(readRecording(recordingDirectory(name)))
}

/** The directory of a recording that comes with the project. */
export function recordingDirectory(name: string): string {
  return join(packageRoot, 'fixtures', 'recordings', name)
}
