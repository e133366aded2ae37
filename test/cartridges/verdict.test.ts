import fc from 'fast-check'
import t from 'tap'
import type { CartridgeLoad } from '../../src/cartridges/load.ts'
import { cartridgeKeys, matrixOf } from '../../src/cartridges/matrix.ts'
import { judge, type Verdict } from '../../src/cartridges/verdict.ts'
import { UNCOUNTED } from '../../src/collectors/drive-work.ts'
import { followCartridges, limits } from '../support/cartridges.ts'
import { Shelf } from '../support/shelf.ts'

const start = Date.parse('2026-11-01T00:00:00Z')

interface Said {
  drive: string
  tape: string
  /** Unrecovered write errors. */
  errors?: number
  gigabytes?: number
  serial?: string | null
  library?: string | null
  tapeAlerts?: number[]
}

/** Loads one after the other, an hour apart. */
function history(...said: Said[]): CartridgeLoad[] {
  return said.map(({ drive, tape, errors = 0, gigabytes = 100, ...given }, index) => ({
    id: `${index}`,
    drive,
    serial: tape,
    volumeTag: tape,
    library: 'L1',
    virtual: false,
    loadedAt: new Date(start + index * 3_600_000),
    unloadedAt: new Date(start + index * 3_600_000 + 1_800_000),
    work: {
      ...UNCOUNTED,
      writtenBytes: gigabytes * 1e9,
      unrecoveredWriteErrors: errors,
      unrecoveredReadErrors: 0,
    },
    tapeAlerts: [],
    counted: null,
    countedAt: null,
    ...given,
  }))
}

const verdictsOn = (loads: readonly CartridgeLoad[]) => judge(matrixOf(loads, limits))
const inBrief = (verdicts: readonly Verdict[]) =>
  verdicts.map(({ about, name, verdict }) => `${about} ${name}: ${verdict}`).sort()
const on = (verdicts: readonly Verdict[], name: string) =>
  verdicts.find((verdict) => verdict.name === name)

const D = ['D1', 'D2', 'D3', 'D4']
const well = (drives: readonly string[], tapes: readonly string[]) =>
  drives.flatMap((drive) => tapes.map((tape) => ({ drive, tape })))
const badly = (drives: readonly string[], tapes: readonly string[]) =>
  well(drives, tapes).map((said) => ({ ...said, errors: 2 }))

t.test('a bad tape in three drives', (t) => {
  const verdicts = verdictsOn(
    history(...well(D, ['A', 'B', 'C']), ...badly(['D1', 'D2', 'D3'], ['X'])),
  )
  t.strictSame(inBrief(verdicts), [
    'cartridge X: tape',
    'drive D1: tape',
    'drive D2: tape',
    'drive D3: tape',
  ])
  const verdict = on(verdicts, 'X')
  t.strictSame(verdict?.witnesses, ['D1', 'D2', 'D3'])
  t.equal(
    verdict?.reason,
    'it had errors in drives D1, D2, D3, which work well with other cartridges',
  )
  t.match(verdict?.action, /retire/)
  t.match(
    verdict?.matrix.map(({ drive, badLoads, unrecoveredWriteErrors }) => [
      drive,
      badLoads,
      unrecoveredWriteErrors,
    ]),
    [
      ['D1', 1, 2],
      ['D2', 1, 2],
      ['D3', 1, 2],
    ],
  )
  t.match(on(verdicts, 'D1')?.reason, /^its errors were all with cartridge X/)
  t.end()
})

t.test('a bad drive with five tapes', (t) => {
  const tapes = ['A', 'B', 'C', 'E', 'F']
  const verdicts = verdictsOn(history(...well(['D1', 'D2'], tapes), ...badly(['D3'], tapes)))
  t.strictSame(inBrief(verdicts), [
    ...tapes.map((tape) => `cartridge ${tape}: drive`),
    'drive D3: drive',
  ])
  t.strictSame(on(verdicts, 'D3')?.witnesses, tapes)
  t.match(on(verdicts, 'D3')?.action, /Clean the drive/)
  t.end()
})

t.test('a bad tape and a bad drive at once', (t) => {
  const verdicts = verdictsOn(
    history(
      ...well(['D1', 'D2', 'D4'], ['A', 'B', 'C']),
      ...badly(['D1', 'D2', 'D3'], ['X']),
      ...badly(['D3'], ['A', 'B', 'C']),
    ),
  )
  t.equal(on(verdicts, 'X')?.verdict, 'tape')
  t.strictSame(on(verdicts, 'X')?.witnesses, ['D1', 'D2'], 'the bad drive is no witness')
  t.equal(on(verdicts, 'D3')?.verdict, 'drive')
  t.strictSame(on(verdicts, 'D3')?.witnesses, ['A', 'B', 'C'], 'nor is the bad tape')
  t.equal(on(verdicts, 'A')?.verdict, 'drive')
  t.equal(on(verdicts, 'D1')?.verdict, 'tape')
  t.end()
})

t.test('too little to tell says what would tell', (t) => {
  const said = (name: string, ...loads: Said[]) => {
    const verdict = on(verdictsOn(history(...loads)), name)
    return [verdict?.verdict, verdict?.action]
  }
  const once = badly(['D1'], ['X'])
  t.strictSame(said('X', ...once), ['undetermined', 'Load it in another drive than D1.'])
  t.strictSame(said('D1', ...once), [
    'undetermined',
    'Load X in another drive, and other cartridges in this one.',
  ])
  t.strictSame(said('X', ...badly(['D1', 'D2'], ['X'])), [
    'undetermined',
    'Load other cartridges in drives D1, D2.',
  ])
  t.strictSame(said('D1', ...badly(['D1'], ['X', 'Y'])), [
    'undetermined',
    'Load X, Y in other drives.',
  ])
  t.strictSame(
    said('X', ...well(D, ['A']), ...badly(['D1', 'D2'], ['X']), ...well(['D3', 'D4', 'D5'], ['X'])),
    ['undetermined', 'Clean drives D1, D2 and load it there again.'],
    'when more drives say the contrary',
  )
  t.strictSame(verdictsOn(history(...well(D, ['A', 'B']))), [], 'without errors nobody is judged')
  t.end()
})

t.test('what went well before the first error does not speak against it', (t) => {
  const before = [...well(D, ['A', 'B']), ...well(['D3', 'D4'], ['X'])]
  const after = badly(['D1', 'D2'], ['X'])
  t.equal(on(verdictsOn(history(...before, ...after)), 'X')?.verdict, 'tape')
  t.end()
})

t.test('a load of a few megabytes makes nobody a witness', (t) => {
  const little = well(['D1', 'D2'], ['A']).map((said) => ({ ...said, gigabytes: 0.1 }))
  t.equal(
    on(verdictsOn(history(...little, ...badly(['D1', 'D2'], ['X']))), 'X')?.verdict,
    'undetermined',
  )
  t.end()
})

t.test('TapeAlert flags of errors count as errors', (t) => {
  const flagged = well(['D1', 'D2'], ['X']).map((said) => ({ ...said, tapeAlerts: [4] }))
  const verdicts = verdictsOn(history(...well(D, ['A']), ...flagged))
  t.equal(on(verdicts, 'X')?.verdict, 'tape')
  t.strictSame(on(verdicts, 'X')?.matrix[0]?.tapeAlerts, [4])
  t.end()
})

t.test('two libraries with the same barcode have two cartridges', (t) => {
  const loads = history(
    ...well(['D1', 'D2'], ['A']),
    { drive: 'D1', tape: 'X', errors: 1, serial: null },
    { drive: 'D3', tape: 'X', errors: 1, serial: null, library: 'L2' },
    { drive: 'D3', tape: 'B', library: 'L2' },
  )
  const verdicts = verdictsOn(loads)
  t.strictSame(
    verdicts.filter(({ about }) => about === 'cartridge').map(({ id, verdict }) => [id, verdict]),
    [
      ['L1/X', 'undetermined'],
      ['L2/X', 'undetermined'],
    ],
  )
  const told = history(
    { drive: 'D1', tape: 'X', serial: 'S1' },
    { drive: 'D1', tape: 'X', serial: null },
    { drive: 'D3', tape: 'X', serial: 'S2', library: 'L2' },
    { drive: 'D3', tape: 'X', serial: 'S3', library: 'L2' },
    { drive: 'D3', tape: 'X', serial: null, library: 'L2' },
  )
  t.strictSame(told.map(cartridgeKeys(told)), ['S1', 'S1', 'S2', 'S3', 'L2/X'])

  const twice = history(
    ...well(['D2'], ['A', 'B']),
    { drive: 'D2', tape: 'X', serial: 'S1' },
    { drive: 'D4', tape: 'X', serial: null, library: 'L2' },
    { drive: 'D1', tape: 'X', serial: 'S1', errors: 1 },
    { drive: 'D1', tape: 'X', serial: null, library: 'L2', errors: 1 },
  )
  t.equal(on(verdictsOn(twice), 'D1')?.verdict, 'undetermined', 'one barcode is one witness')
  t.end()
})

t.test('a history as it is seen: resets, a missed unload, a drive that is asked late', (t) => {
  const shelf = new Shelf(['D1', 'D2', 'D3'])
  const follow = followCartridges(shelf.now)
  const use = (drive: string, tape: string, errors: number, missed = false) => {
    shelf.load(drive, tape)
    follow.update(shelf.snapshot())
    shelf.work(drive, 50, errors)
    follow.update(shelf.snapshot(errors > 0 ? [] : undefined))
    follow.update(shelf.snapshot())
    if (missed) return
    shelf.unload(drive)
    follow.update(shelf.snapshot())
  }
  for (const drive of ['D1', 'D2', 'D3']) use(drive, 'GOOD01L8', 0)
  use('D1', 'WORN01L8', 3, true)
  use('D1', 'GOOD02L8', 0)
  use('D2', 'WORN01L8', 1)
  const last = follow.update(shelf.snapshot())

  t.strictSame(inBrief(last.verdicts), [
    'cartridge WORN01L8: tape',
    'drive D1: tape',
    'drive D2: tape',
  ])
  t.strictSame(
    last.verdicts[0]?.matrix.map(({ drive, unrecoveredWriteErrors: errors }) => [drive, errors]),
    [
      ['D1', 3],
      ['D2', 1],
    ],
  )
  t.end()
})

const load = fc.record({
  drive: fc.constantFrom('D1', 'D2', 'D3', 'D4'),
  tape: fc.constantFrom('A', 'B', 'C', 'X', 'Y'),
  errors: fc.constantFrom(0, 0, 0, 1, 5),
  gigabytes: fc.constantFrom(0, 0.5, 20, 400),
  library: fc.constantFrom('L1', 'L2', null),
  serial: fc.constantFrom(null, 'S1', 'S2', 'S3'),
})

t.test('nobody is accused without two witnesses that are independent and themselves well', (t) => {
  fc.assert(
    fc.property(fc.array(load, { maxLength: 60 }), (said) => {
      const loads = history(...said)
      const keyOf = cartridgeKeys(loads)
      return verdictsOn(loads).every(({ about, id, verdict, witnesses }) => {
        if (verdict === 'undetermined') return true
        if (new Set(witnesses).size < 2) return false
        // Of those that are called innocent the witnesses are against another one.
        const own = verdict === 'tape' ? about === 'cartridge' : about === 'drive'
        if (!own) return true
        const isBad = ({ work }: CartridgeLoad) => (work.unrecoveredWriteErrors ?? 0) > 0
        const isWell = (one: CartridgeLoad) => !isBad(one) && (one.work.writtenBytes ?? 0) >= 1e9
        return witnesses.every((witness) => {
          // A cartridge is called by one of the barcodes it had.
          const called = loads.filter(({ volumeTag }) => volumeTag === witness).map(keyOf)
          const withIt = loads.filter((one) =>
            about === 'cartridge' ? one.drive === witness : called.includes(keyOf(one)),
          )
          const isOwn = (one: CartridgeLoad) =>
            about === 'cartridge' ? keyOf(one) === id : one.drive === id
          return (
            withIt.some((one) => isOwn(one) && isBad(one)) &&
            withIt.some((one) => !isOwn(one) && isWell(one))
          )
        })
      })
    }),
    { numRuns: 500 },
  )
  t.end()
})
