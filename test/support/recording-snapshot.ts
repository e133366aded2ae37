import { defaultSettings } from '../../src/collectors/collector.ts'
import { collectors } from '../../src/collectors/index.ts'
import { CollectorLoop } from '../../src/collectors/loop.ts'
import type { Snapshot } from '../../src/snapshot.ts'
import { openRecording } from './recording.ts'

/** Everything that a recording tells, collected once. */
export async function snapshotOfRecording(name: string): Promise<Snapshot> {
  const now = () => new Date('2026-11-20T20:59:50Z')
  const loop = new CollectorLoop({
    host: openRecording(name),
    collectors: Object.entries(collectors).map(([name, collector]) => ({
      ...collector,
      name,
    })) as never,
    settings: () => defaultSettings,
    now,
  })
  await loop.collectAll()
  return { takenAt: now(), readings: loop.readings() }
}
