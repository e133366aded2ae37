import type { Mount } from '../../src/collectors/drive-health.ts'
import type { Subjects } from '../../src/snapshot.ts'
import { followCartridges } from './cartridges.ts'
import { drive as driveHealth } from './drive-health.ts'
import { Shelf } from './shelf.ts'

const at = new Date('2026-11-20T21:00:00Z')

export function brokenChangers(changers: Subjects['changers']): Subjects['changers'][] {
  const full = changers.map((one) => ({
    ...one,
    inventory: one.inventory && {
      ...one.inventory,
      elements: one.inventory.elements.map((element) => ({
        ...{ ...element, full: true, volumeTag: 'SAME01L8', exception: 0x3b0d },
      })),
    },
  }))
  return [
    changers.map((one) => ({ ...one, state: 'unreachable' as const, error: 'no answer' })),
    changers.map((one) => ({ ...one, state: 'offline' as const, error: 'Not Ready 04h/12h' })),
    full,
  ]
}

export function brokenHealth(): Subjects['tape_health'][] {
  const mount: Mount = {
    ...{ since: at, writtenBytes: 50e9, readBytes: 50e9, rewrites: 10_000, rereads: 10_000 },
    ...{ correctedWriteErrors: 1, correctedReadErrors: 1 },
    ...{ unrecoveredWriteErrors: 1, unrecoveredReadErrors: 1 },
    ...{ rewritesPerGigabyte: 200, rereadsPerGigabyte: 200 },
  }
  const { lifetime } = driveHealth({})
  return [
    [
      driveHealth(
        { id: 'D1', tape: 'A00001L8' },
        {
          ...{ takenAt: at, watchedSince: at, mount },
          recentErrors: [{ at, writeErrors: 2, readErrors: 1, cartridge: 'A00001L8' }],
          lifetime: { ...lifetime, motionHoursSinceCleaning: 300, cleanings: 2 },
          temperature: { celsius: 60, limitCelsius: 55, exceeded: true },
          exception: { failurePredicted: true, text: 'failure prediction threshold exceeded' },
        },
      ),
    ],
  ]
}

/** Loads of which one cartridge, or one drive, has all the errors; and a cartridge that is worn out. */
export function brokenCartridges(): Subjects['cartridges'][] {
  const used = (isBad: (drive: string, tape: string) => boolean) => {
    const shelf = new Shelf(['D1', 'D2'])
    const follow = followCartridges(shelf.now)
    for (const tape of ['AAA001L8', 'BAD001L8']) {
      for (const id of ['D1', 'D2']) {
        shelf.load(id, tape)
        follow.update(shelf.snapshot())
        shelf.work(id, 50, isBad(id, tape) ? 1 : 0)
        follow.update(shelf.snapshot())
        shelf.unload(id)
        follow.update(shelf.snapshot())
      }
    }
    return follow.update(shelf.snapshot())
  }
  const bad = used((_, tape) => tape === 'BAD001L8')
  const worn = bad.known.map((one) => ({
    ...one,
    health: { ...one.health, loads: 120, lifeRemainingPercent: 1 },
  }))
  return [{ ...bad, known: worn }, used((drive) => drive === 'D2')]
}
