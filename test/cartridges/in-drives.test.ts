import t from 'tap'
import { isLoaded, standsAlone } from '../../src/cartridges/in-drives.ts'
import type { Changer } from '../../src/collectors/changers.ts'
import type { DriveStatus } from '../../src/collectors/tape-drives.ts'
import type { Reading } from '../../src/snapshot.ts'

const status = (mediumPresent: boolean, given: Partial<DriveStatus> = {}) =>
  ({ mediumPresent, activity: 'no-activity', inTransition: false, ...given }) as DriveStatus
const library = { serial: 'L1', element: 1 }

/** A library whose drives 0 and 1 are full and empty. */
const changer = (state: Changer['state']) => {
  const elements = [true, false].map((full, number) => ({ type: 'data-transfer', number, full }))
  return { id: 'L1', state, inventory: { elements } } as unknown as Changer
}

t.test('whether a drive is loaded it says itself, or else its library', (t) => {
  const online = [changer('online')]
  const loaded = (said: DriveStatus | null, element = 1, changers: Changer[] = online) =>
    isLoaded({ status: said, library: { ...library, element } }, changers)

  t.equal(loaded(status(true)), true, 'the drive knows best')
  t.equal(loaded(null, 0), true)
  t.equal(loaded(null, 1), false)
  t.equal(loaded(null, 7), null)
  t.equal(loaded(null, 0, [changer('offline')]), null, 'what it held is not said again')
  t.equal(loaded(status(true, { activity: 'unloading' })), null)
  t.equal(loaded(status(true, { inTransition: true })), null)
  t.equal(isLoaded({ status: null, library: null }, online), null)
  t.end()
})

t.test('a drive stands alone where no library can have it', (t) => {
  const takenAt = new Date()
  const reading = (value: unknown[]) =>
    ({
      state: 'read',
      takenAt,
      durationSeconds: 0,
      problems: [],
      coverage: 'all',
      value,
    }) as Reading<Changer[]>
  const read = (...told: (string | null)[][]) =>
    reading(
      told.map((serials) => {
        const elements = serials.map((driveSerial) => ({ type: 'data-transfer', driveSerial }))
        return { inventory: { elements } }
      }),
    )
  const alone = { serial: 'D1', library: null }
  t.equal(standsAlone(alone, { state: 'absent', takenAt, durationSeconds: 0 }), true)
  t.equal(standsAlone(alone, read(['D2', 'D3'])), true)
  t.equal(standsAlone(alone, read(['D2'], ['D3', null])), null, 'it may be that one')
  t.equal(standsAlone({ ...alone, serial: null }, read(['D2'])), null)
  t.equal(standsAlone({ serial: 'D1', library }, read(['D1'])), false)
  t.equal(standsAlone(alone, reading([{ inventory: null }])), null)
  t.equal(standsAlone(alone, undefined), null, 'not read yet')
  t.end()
})
