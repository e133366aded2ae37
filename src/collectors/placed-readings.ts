import type { Reading, Snapshot } from '../snapshot.ts'
import { valueOf } from '../snapshot.ts'
import { placeChangers, placeDrives, type Surroundings } from './place-drives.ts'

type Readings = Snapshot['readings']

/** The readings of drives and changers, completed by what other subjects tell of them. Pure. */
export function placedReadings(readings: Readings): Pick<Readings, 'tape_drives' | 'changers'> {
  const { tape_drives: drives, changers, scst } = readings
  const around: Surroundings = {
    changers: valueOf(changers),
    scst: scst?.state === 'absent' ? 'absent' : valueOf(scst),
    automation: new Map(),
  }
  return {
    ...(drives && { tape_drives: mapped(drives, (value) => placeDrives(value, around)) }),
    ...(changers && { changers: mapped(changers, (value) => placeChangers(value, around)) }),
  }
}

function mapped<T>(reading: Reading<T>, change: (value: T) => T): Reading<T> {
  return reading.state === 'read' ? { ...reading, value: change(reading.value) } : reading
}
