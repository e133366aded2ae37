import t from 'tap'
import {
  consistencyMismatch,
  consistencyMissing,
  consistencyPending,
  vtlMediaOrphaned,
} from '../../src/rules/consistency.ts'
import type { Difference } from '../../src/consistency/difference.ts'
import type { CheckOutcome } from '../../src/consistency/outcome.ts'
import { difference, outcome } from '../support/consistency.ts'

const state = (...checks: CheckOutcome[]) => ({ checks })
const several = (count: number, more: Partial<Difference>) =>
  Array.from({ length: count }, (_, index) =>
    difference({
      ...{ id: `d${index}`, place: { library: 'L1', barcode: `A0000${index}L8` } },
      ...more,
    }),
  )
const ignored = { by: 'ann', at: new Date(0), reason: 'x', until: null }

t.test('what is missing is one alert a check, with its first ten in words', (t) => {
  const [finding, ...others] = consistencyMissing.check(
    state(outcome('vtl', 'down', '', several(12, {})), outcome('scst', 'up', '')),
  )
  t.strictSame(others, [])
  t.strictSame(finding?.labels, { check: 'vtl' })
  t.equal(finding?.source, 'vtl')
  t.equal(
    finding?.message,
    '12 objects are gone: A00000L8, A00001L8, A00002L8, A00003L8, A00004L8 and 7 more.',
  )
  t.match(finding?.evidence, { difference_count: 12, first: { length: 10 } })
  t.end()
})

t.test('what another alert tells of, or somebody ignores, is told by no other', (t) => {
  const quiet = [
    ...several(2, { toldBy: 'VtlMediumMissing' }),
    ...several(2, { ignored }),
    ...several(2, { kind: 'different', attribute: 'slots' }),
  ]
  const told = state(outcome('vtl', 'down', '', quiet))
  for (const rule of [consistencyMissing, consistencyPending, consistencyMismatch]) {
    t.strictSame(rule.check(told), [])
  }
  t.end()
})

t.test('ten may be pending, eleven are too many', (t) => {
  const pending = (count: number) =>
    consistencyPending.check(
      state(outcome('library', 'up', '', several(count, { check: 'library', kind: 'pending' }))),
    )
  t.strictSame(pending(10), [])
  t.match(pending(11), [{ labels: { check: 'library' }, source: 'tape' }])
  t.end()
})

t.test('orphaned media are told by library, what does not fit by cartridge', (t) => {
  const orphaned = state(
    outcome('vtl', 'up', '', [
      ...several(2, { kind: 'orphaned' }),
      ...several(1, { kind: 'orphaned', place: { library: 'L2', barcode: 'B00001L8' } }),
    ]),
    outcome('scst', 'up', '', several(3, { check: 'scst', kind: 'orphaned', place: {} })),
  )
  t.strictSame(
    vtlMediaOrphaned.check(orphaned).map(({ labels, message }) => [labels, message]),
    [
      [{ library: 'L1' }, '2 media are in no slot: A00000L8, A00001L8.'],
      [{ library: 'L2' }, '1 medium is in no slot: B00001L8.'],
    ],
  )
  const fits = several(1, { kind: 'different', attribute: 'memory', sentence: 'It does not fit.' })
  t.strictSame(
    consistencyMismatch.check(state(outcome('vtl', 'up', '', fits))).map(({ labels, message }) => ({
      ...{ labels, message },
    })),
    [{ labels: { library: 'L1', volume_tag: 'A00000L8' }, message: 'It does not fit.' }],
  )
  t.end()
})

t.test('a check that was not made, or that could not read a side, ends no alert', (t) => {
  const unread = { ...outcome('vtl', 'unknown', ''), reasons: ['library L1: it is offline'] }
  const both = state(unread, outcome('scst', 'up', ''))
  t.strictSame(consistencyMissing.undecided?.(both), [{ check: 'vtl' }, { check: 'library' }])
  t.strictSame(vtlMediaOrphaned.undecided?.(both), [{}])
  t.strictSame(vtlMediaOrphaned.undecided?.(state(outcome('vtl', 'up', ''))), [])
  t.strictSame(consistencyMissing.undecided?.(state()), [
    ...[{ check: 'vtl' }, { check: 'scst' }, { check: 'library' }],
  ])
  t.end()
})
