import t from 'tap'
import type { CartridgesState } from '../../src/cartridges/history.ts'
import {
  cartridgeErrorsFollowTape,
  cartridgeLifeCritical,
  cartridgeLifeLow,
  tapeDriveErrorsFollowDrive,
} from '../../src/rules/cartridges.ts'
import { followCartridges } from '../support/cartridges.ts'
import { drive } from '../support/drive-health.ts'
import { Shelf } from '../support/shelf.ts'

type Known = CartridgesState['known'][number]

const { cartridge } = drive({ tape: 'S1' })
if (cartridge === null) throw new Error('it has one')
const known = (left: number | null, given: Partial<Known> = {}): Known => ({
  key: 'S1',
  serial: 'S1',
  volumeTag: 'ABC001L8',
  library: 'L1',
  virtual: false,
  drive: 'D1',
  readAt: new Date('2026-11-20T21:00:00Z'),
  present: true,
  ...given,
  health: { ...cartridge, loads: 120, lifeRemainingPercent: left },
})
const state = (...cartridges: Known[]): CartridgesState => ({ known: cartridges, verdicts: [] })

t.test('life that is left warns, and in the end is critical', (t) => {
  const low = cartridgeLifeLow(10)
  const critical = cartridgeLifeCritical(3)
  t.strictSame(low.check(state(known(10))), [
    {
      labels: { volume_tag: 'ABC001L8' },
      partOf: { library: 'L1' },
      message: 'Cartridge ABC001L8 of library L1 has 10 % of its life left, after 120 loads.',
      evidence: {
        serial: 'S1',
        library: 'L1',
        life_remaining_percent: 10,
        load_count: 120,
        lifetime_written_bytes: null,
        lifetime_read_bytes: null,
        unrecovered_write_error_count: null,
        unrecovered_read_error_count: null,
        threshold_percent: 10,
        drive: 'D1',
        read_at: '2026-11-20T21:00:00.000Z',
        source: 'log page 17h of drive D1',
      },
      source: 'tape',
    },
  ])
  t.strictSame(critical.check(state(known(3))).length, 1)
  t.strictSame(critical.check(state(known(4))), [])
  t.equal(critical.inhibits, low.alert)
  for (const quiet of [
    known(11),
    known(null),
    known(0, { virtual: true }),
    known(5, { present: false }),
  ]) {
    t.strictSame(low.check(state(quiet)), [])
  }
  t.equal(low.check(state(known(5, { present: null }))).length, 1, 'nobody said that it is gone')
  t.end()
})

t.test('two cartridges with one barcode are told apart by their library', (t) => {
  const twins = state(known(5), known(6, { key: 'S2', serial: 'S2', library: 'L2' }))
  t.strictSame(
    cartridgeLifeLow(10)
      .check(twins)
      .map(({ labels }) => labels),
    [
      { volume_tag: 'ABC001L8', library: 'L1' },
      { volume_tag: 'ABC001L8', library: 'L2' },
    ],
  )
  const nameless = known(5, { volumeTag: null, library: null })
  t.match(cartridgeLifeLow(10).check(state(nameless)), [
    { labels: { volume_tag: 'S1' }, message: /^Cartridge S1 has 5 %/ },
  ])
  t.end()
})

/** What is told after each cartridge was used in each drive, with errors where it says so. */
function used(drives: string[], tapes: string[], bad: (drive: string, tape: string) => boolean) {
  const shelf = new Shelf(drives)
  const follow = followCartridges(shelf.now)
  for (const tape of tapes) {
    for (const id of drives) {
      shelf.load(id, tape)
      follow.update(shelf.snapshot())
      shelf.work(id, 50, bad(id, tape) ? 1 : 0)
      follow.update(shelf.snapshot())
      shelf.unload(id)
      follow.update(shelf.snapshot())
    }
  }
  return follow.update(shelf.snapshot())
}

t.test('errors that follow a cartridge are its, with the matrix for evidence', (t) => {
  const told = used(['D1', 'D2'], ['AAA001L8', 'BAD001L8'], (_, tape) => tape === 'BAD001L8')
  t.strictSame(tapeDriveErrorsFollowDrive.check(told), [])
  t.strictSame(cartridgeErrorsFollowTape.check(told), [
    {
      labels: { volume_tag: 'BAD001L8' },
      partOf: { library: 'L1' },
      message:
        'Cartridge BAD001L8 of library L1: it had errors in drives D1, D2, which work well with other cartridges.',
      action: 'Copy its data to another cartridge and retire it.',
      evidence: {
        verdict: 'tape',
        witnesses: ['D1', 'D2'],
        reason: 'it had errors in drives D1, D2, which work well with other cartridges',
        matrix: [
          'BAD001L8 in drive D1: 1 of 1 load with errors (1 write), 46.6 GiB',
          'BAD001L8 in drive D2: 1 of 1 load with errors (1 write), 46.6 GiB',
        ],
        source: 'loads of cartridges in drives, by log pages 02h, 03h, 14h, 17h and 2Eh',
      },
      source: 'tape',
    },
  ])
  t.end()
})

t.test('errors that follow a drive are its', (t) => {
  const told = used(['D1', 'D2'], ['AAA001L8', 'BBB001L8'], (id) => id === 'D2')
  t.strictSame(cartridgeErrorsFollowTape.check(told), [])
  t.match(tapeDriveErrorsFollowDrive.check(told), [
    {
      labels: { serial: 'D2' },
      message:
        /^Drive D2 of library L1: it had errors with cartridges AAA001L8, BBB001L8, which work well/,
      evidence: { matrix: { length: 2 } },
    },
  ])
  t.end()
})
