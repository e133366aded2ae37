import { fileURLToPath } from 'node:url'
import { readRecording } from '../../src/host/recording.ts'
import { ReplayHost } from '../../src/host/replay-host.ts'

/** A host that answers from `fixtures/recordings/<name>`. */
export function openRecording(name: string): ReplayHost {
  return new ReplayHost(readRecording(recordingDirectory(name)))
}

/** The directory of a recording that comes with the project. */
export function recordingDirectory(name: string): string {
  return fileURLToPath(new URL(`../../fixtures/recordings/${name}`, import.meta.url))
}
