import type { RecordedFile } from '../../src/host/recording.ts'
import type { ReplayHost } from '../../src/host/replay-host.ts'
import { openRecording } from './recording.ts'

/** The recording with other lines in it; null takes a path away with everything below it. */
export function alteredRecording(
  recording: string,
  changes: Record<string, RecordedFile | null>,
): ReplayHost {
  const host = openRecording(recording)
  const { files, implied } = host.recording
  for (const [path, file] of Object.entries(changes)) {
    if (file !== null) {
      files.set(path, file)
      continue
    }
    for (const known of [...files.keys()]) {
      if (known === path || known.startsWith(`${path}/`)) files.delete(known)
    }
    implied.delete(path)
    const slash = path.lastIndexOf('/')
    const parent = files.get(path.slice(0, slash))
    if (parent?.names) {
      parent.names = parent.names.filter((name) => name !== path.slice(slash + 1))
    }
  }
  return host
}
