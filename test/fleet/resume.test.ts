import t from 'tap'
import { untilOf } from '../../src/fleet/metric-teller.ts'
import { resume, type LastMessage } from '../../src/fleet/resume.ts'

const place = { identity: 'me', epoch: 1_000, seq: 100, metricsAtMs: 9_000_000 }
const own = { lastSeq: 120, idAtLast: null, keptSince: 40 }
const nowMs = 10_000_000
const last = (changes: Partial<LastMessage> = {}): LastMessage => ({
  ...{ identity: 'me', epoch: 1_000, seq: 100, eventId: null, streamSeq: 7 },
  ...changes,
})
const metrics = last({ seq: 9_000_000 })
const goesOn = { state: 'goes_on', epoch: 1_000, seq: 100, metricsAtMs: 9_000_000, streamSeq: 7 }
const anew = { ...place, state: 'counts_anew', epoch: nowMs, streamSeq: 7 }

for (const [what, told, ours, expected] of [
  ['goes on where both agree', { events: last(), metrics }, own, goesOn],
  [
    'goes on after what was taken and not noted',
    { events: last({ seq: 110 }), metrics: last({ seq: 9_500_000 }) },
    own,
    { ...goesOn, seq: 110, metricsAtMs: 9_500_000 },
  ],
  [
    'goes back to what servers have left',
    { events: last({ seq: 90 }), metrics: last({ seq: 8_000_000 }) },
    own,
    { ...goesOn, seq: 90, metricsAtMs: 8_000_000 },
  ],
  [
    'tells again what is kept when servers have nothing',
    { events: null, metrics: null },
    own,
    { ...goesOn, seq: 40, metricsAtMs: nowMs - 3_600_000, streamSeq: 0 },
  ],
  [
    'tells nothing again that it had not told',
    { events: null, metrics },
    { ...own, keptSince: 110 },
    { ...goesOn, streamSeq: 0 },
  ],
  [
    'goes on in an epoch of which nothing was taken yet',
    { events: last({ epoch: 900, seq: 500 }), metrics: last({ epoch: 900, seq: 1 }) },
    own,
    goesOn,
  ],
  [
    'counts anew after numbers that it has not given out',
    { events: last({ seq: 121 }), metrics },
    own,
    anew,
  ],
  [
    'counts anew after other events of its numbers',
    { events: last({ eventId: 'theirs' }), metrics },
    { ...own, idAtLast: 'ours' },
    anew,
  ],
  [
    'goes on after its own event',
    { events: last({ eventId: 'ours' }), metrics },
    { ...own, idAtLast: 'ours' },
    goesOn,
  ],
  [
    'counts anew after an epoch that it does not know',
    { events: null, metrics: last({ epoch: nowMs + 5 }) },
    own,
    { ...anew, epoch: nowMs + 6, streamSeq: 0 },
  ],
  [
    'tells nothing under a name that another has',
    { events: null, metrics: last({ identity: 'other' }) },
    own,
    { state: 'taken', identity: 'other' },
  ],
] as const) {
  t.test(`an appliance ${what}`, (t) => {
    t.strictSame(resume(place, told, ours, nowMs), expected)
    t.end()
  })
}

t.test('numbers are told up to where nothing is added any more, and not too many', (t) => {
  const beats = numbersOf([10, 20, 30, 40], 20_000)
  t.equal(untilOf(beats, 5, 1_000), 20, 'as many beats as are not too many values')
  t.equal(untilOf(beats, 5, 15), 15)
  t.equal(untilOf(beats, 5, 5), null, 'what is new is not settled yet')
  t.equal(untilOf([], 5, 1_000), null)
  t.equal(untilOf(numbersOf([10, 20], 90_000), 5, 1_000), 10, 'one beat at least')
  t.end()
})

function numbersOf(times: readonly number[], samples: number) {
  return times.map((atMs) => ({ atMs, samples }))
}
