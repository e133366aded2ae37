import { setTimeout as pause } from 'node:timers/promises'
import { collectorSettings, tapeSettings } from './applied-config.ts'
import { exportedLuns } from './collectors/exported-luns.ts'
import type { CollectorLoop } from './collectors/loop.ts'
import type { Config } from './config/schema.ts'
import type { Database } from './db/database.ts'
import type { ChangerLock } from './host/changer-lock.ts'
import { RefusedError, type Host } from './host/host.ts'
import type { Media } from './host/privileged/through.ts'
import type { Monitor } from './monitor.ts'
import type { Operations } from './operations/operations.ts'
import { errorOf, valueOf } from './snapshot.ts'
import { addCleaningUse, cleaningUses, correctCleaningUses } from './tape/cleaning-store.ts'
import { UnknownError } from './tape/drive-facts.ts'
import type { Session } from './tape/drive-use.ts'
import type { TaskKind } from './tasks/kind.ts'
import { tapeKinds } from './tasks/kinds/tape/index.ts'

/** How long a task that has moved something waits until that is seen. */
const SEEN_MS = 10_000

/** What moving tapes needs. */
export interface MovingParts {
  /** As it is now: a reload changes it. */
  config: () => Config
  db: Database
  host: Host
  lock: ChangerLock
  /** What moves media on this machine; null where a recording is played. */
  media: Media | null
  /** Commands of this daemon that a device has not answered, by its SCSI address. */
  machine: { calls: (hctl: string) => { underWay: number } }
  loop: Pick<CollectorLoop, 'collect' | 'readings'>
  monitor: () => Pick<Monitor, 'snapshot'>
  operations: Pick<Operations, 'track'>
  now: () => Date
}

/** The kinds of tasks that move tapes. */
export function moving(parts: MovingParts): readonly TaskKind[] {
  const { config, db, host, machine, loop, monitor, operations, now } = parts
  const media = parts.media ?? nothingMoves
  const settings = () => tapeSettings(config())
  return tapeKinds({
    moving: {
      host,
      settings: () => collectorSettings(config()),
      placed: (library) => placedDrives(monitor(), library),
      holders: media,
      pid: process.pid,
      ownCalls: (hctl) => machine.calls(hctl).underWay,
      sessions: (hctls) => sessionsWith(loop, hctls),
      mover: media,
      lock: parts.lock,
      track: (command, library, work) =>
        operations.track('move_medium', { command, library }, async (affect) => {
          const done = await work()
          affect(1)
          return done
        }),
    },
    now,
    readySeconds: () => settings().readySeconds,
    // Its elements are read at once, and not when it is their turn. Another library that hangs is not waited for.
    touched: () =>
      Promise.race([loop.collect('changers'), pause(SEEN_MS, undefined, { ref: false })]),
    cleaning: () => settings().cleaning,
    uses: {
      counts: () => cleaningUses(db),
      correct: (volumeTag, told) => correctCleaningUses(db, { volumeTag, ...told, at: now() }),
      add: (volumeTag, library) => addCleaningUse(db, { volumeTag, library, at: now() }),
    },
  })
}

/** Nothing is moved in a recording, and it does not tell who had what open. */
const nothingMoves: Media = {
  move: () =>
    Promise.reject(new RefusedError('move', 'this daemon plays a recording: nothing is moved')),
  holders: () =>
    Promise.resolve({ holders: [], unknown: 'this daemon plays a recording, which does not tell' }),
}

/** In which element of a library drives are, by their serial numbers. */
export function placedDrives(monitor: Pick<Monitor, 'snapshot'>, library: string) {
  const drives = valueOf(monitor.snapshot().readings.tape_drives) ?? []
  return new Map(
    drives.flatMap((drive) =>
      drive.library?.serial === library ? [[drive.id, drive.library.element] as const] : [],
    ),
  )
}

/** Initiators that are logged in where one of the addresses is exported, read anew. */
async function sessionsWith(
  loop: MovingParts['loop'],
  hctls: readonly string[],
): Promise<readonly Session[]> {
  await Promise.all([loop.collect('scst'), loop.collect('scst_sessions')])
  const { scst, scst_sessions: sessions } = loop.readings()
  if (scst === undefined) throw new UnknownError('SCST is not looked at')
  if (scst.state === 'absent') return []
  // A LUN that was not read may be the one.
  if (scst.state !== 'read' || scst.coverage !== 'all') {
    throw new UnknownError(errorOf(scst) ?? 'not all of SCST was read')
  }
  const exported = exportedLuns(scst.value)
  const luns = hctls.flatMap((hctl) => exported.get(hctl) ?? [])
  if (luns.length === 0) return []
  if (sessions === undefined) throw new UnknownError('sessions of SCST are not looked at')
  if (sessions.state === 'absent') return []
  if (sessions.state !== 'read' || sessions.coverage !== 'all') {
    throw new UnknownError(errorOf(sessions) ?? 'not all sessions of SCST were read')
  }
  return luns.flatMap(({ driver, target, group, lun }) =>
    sessions.value.sessions
      .filter((one) => one.driver === driver && one.target === target && one.group === group)
      .map(({ initiator }) => ({ initiator, target: `${driver}/${target}`, lun })),
  )
}
