import type { Load } from '../wire/types.ts'

/** A load as a bar: where it begins and how long it is, as shares of the whole time. */
export interface Bar {
  load: Load
  start: number
  length: number
}

/** The loads of each drive, over the time from the first to now. */
export interface Timeline {
  from: Date
  to: Date
  rows: readonly { drive: string; bars: readonly Bar[] }[]
}

/** Lays loads out over time, a row a drive; null where there is none. */
export function timelineOf(loads: readonly Load[], now: Date): Timeline | null {
  if (loads.length === 0) return null
  const begins = loads.map(({ loaded_at: at }) => new Date(at).getTime())
  const from = Math.min(...begins)
  const to = Math.max(now.getTime(), ...begins)
  const whole = Math.max(1, to - from)
  const drives = [...new Set(loads.map(({ drive }) => drive))].sort()
  return {
    from: new Date(from),
    to: new Date(to),
    rows: drives.map((drive) => ({
      drive,
      bars: loads
        .filter((load) => load.drive === drive)
        .map((load) => {
          const begin = new Date(load.loaded_at).getTime()
          const end = load.unloaded_at === null ? to : new Date(load.unloaded_at).getTime()
          return { load, start: (begin - from) / whole, length: Math.max(0, end - begin) / whole }
        }),
    })),
  }
}

/** TapeAlert flags of errors: hard error, media, read failure, write failure. */
const ERROR_FLAGS = [3, 4, 5, 6]

/** Whether errors of a load were not recovered, by count or by flag. */
export function wentBadly(load: Load): boolean {
  if (load.tape_alerts.some((flag) => ERROR_FLAGS.includes(flag))) return true
  return (load.unrecovered_write_errors ?? 0) + (load.unrecovered_read_errors ?? 0) > 0
}
