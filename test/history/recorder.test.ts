import { EventEmitter, once } from 'node:events'
import t from 'tap'
import { DatabaseUnavailableError, type CopyingDatabase } from '../../src/db/database.ts'
import { seriesOf } from '../../src/history/reading.ts'
import { Recorder } from '../../src/history/recorder.ts'
import { countSamples } from '../../src/history/store.ts'
import { openTestDatabase } from '../support/database.ts'
import {
  forgetHistory,
  LOOSE,
  metricsAt,
  MIDNIGHT,
  QUARTER_MS,
  seriesFrom,
} from '../support/history.ts'

const db = await openTestDatabase(t)
const always = { sinceMs: 0, untilMs: MIDNIGHT + 100 * QUARTER_MS, atMost: 100_000 }
const A = { serial: 'A' }
const B = { serial: 'B' }
const beat = (index: number) => new Date(MIDNIGHT + index * 30_000)

t.beforeEach(() => forgetHistory(db))

/** A recorder of `x` and `y` on a database that can be taken away or made to wait. */
function recorderOf() {
  const errors: string[] = []
  const state = {
    failure: null as Error | null,
    /** Of the next commit nobody hears. */
    lostAnswer: null as Error | null,
    wait: Promise.resolve(),
  }
  const database: CopyingDatabase = {
    query: (text, values) => db.query(text, values),
    async transaction(work) {
      await state.wait
      if (state.failure) throw state.failure
      const result = await db.transaction(work)
      const { lostAnswer } = state
      state.lostAnswer = null
      if (lostAnswer) throw lostAnswer
      return result
    },
  }
  const recorder = new Recorder({
    database,
    names: ['x', 'y'],
    onError: (error) => errors.push(error.message),
  })
  return { recorder, errors, state }
}

t.test('each beat stores what was read since the one before', async (t) => {
  const { recorder, errors } = recorderOf()
  const y = [{ labels: {}, value: 7 }]
  for (const index of [0, 1, 2]) {
    const x = [
      { labels: A, value: index },
      { labels: B, value: index === 1 ? NaN : 10 + index },
    ]
    // What is read every five minutes.
    recorder.record(metricsAt(beat(index), { x, y, z: y }, { y: beat(0) }))
    await recorder.settled()
  }
  recorder.record(metricsAt(beat(3), { x: null, y }))
  await recorder.settled()
  t.strictSame(await seriesOf(db, 'x', always), [
    seriesFrom(A, MIDNIGHT, [0, 1, 2]),
    seriesFrom(B, MIDNIGHT, [10, 12], 60_000),
  ])
  t.strictSame(await seriesOf(db, 'y', always), [seriesFrom({}, MIDNIGHT, [7, 7], 90_000)])
  t.strictSame(await seriesOf(db, 'z', always), [], 'nobody wants it kept')
  t.strictSame(await countSamples(db, beat(3)), { total: 7, since: 1 })
  t.strictSame(errors, [])
})

t.test('without a database only those beats are lost, which is told once', async (t) => {
  const { recorder, errors, state } = recorderOf()
  const record = async (index: number) => {
    const values = [{ labels: A, value: index }]
    recorder.record(
      metricsAt(beat(index), { x: values, y: values }, { y: beat(index === 0 ? 0 : 1) }),
    )
    await recorder.settled()
  }
  await record(0)
  state.failure = new DatabaseUnavailableError('gone')
  await record(1)
  await record(2)
  state.failure = null
  await record(3)
  t.strictSame(await seriesOf(db, 'x', always), [seriesFrom(A, MIDNIGHT, [0, 3], 90_000)])
  t.strictSame(
    await seriesOf(db, 'y', always),
    [seriesFrom(A, MIDNIGHT, [0, 3])],
    'what was read in between, and not again since, is stored now',
  )
  t.strictSame(errors, ['numbers are not stored'])
  state.failure = new DatabaseUnavailableError('gone again')
  await record(4)
  t.strictSame(errors, ['numbers are not stored', 'numbers are not stored'])
})

t.test('what was stored though nobody heard is not stored twice', async (t) => {
  const { recorder, errors, state } = recorderOf()
  const record = async (index: number, yAt: number) => {
    const values = [{ labels: A, value: index }]
    recorder.record(metricsAt(beat(index), { x: values, y: values }, { y: beat(yAt) }))
    await recorder.settled()
  }
  state.lostAnswer = new DatabaseUnavailableError('gone')
  await record(0, 0)
  t.strictSame(errors, ['numbers are not stored'])
  await record(1, 0)
  await record(2, 2)
  t.strictSame(await seriesOf(db, 'x', always), [seriesFrom(A, MIDNIGHT, [0, 1, 2])])
  t.strictSame(await seriesOf(db, 'y', always), [seriesFrom(A, MIDNIGHT, [0, 2], 60_000)])
  t.strictSame(await countSamples(db, beat(1)), { total: 5, since: 3 })
  t.strictSame(errors, ['numbers are not stored'])
})

t.test('places come, go and change their order', async (t) => {
  const { recorder } = recorderOf()
  const places = [[A, B], [B, A], [{ serial: 'C' }, A], [A], [{ ...A }, { ...B }, A]]
  for (const [index, labels] of places.entries()) {
    const values = labels.map((labels) => ({ labels, value: index }))
    recorder.record(metricsAt(beat(index), { x: values }))
    await recorder.settled()
  }
  t.strictSame(
    await seriesOf(db, 'x', always),
    [
      { labels: A, beats: [0, 1, 2, 3, 4] },
      { labels: B, beats: [0, 1, 4] },
      { labels: { serial: 'C' }, beats: [2] },
    ].map(({ labels, beats }) => ({
      labels,
      points: beats.map((value) => ({ atMs: beat(value).getTime(), value })),
    })),
  )
})

t.test('a beat that comes too early is lost, and nobody waits', async (t) => {
  const { recorder, state } = recorderOf()
  const gate = new EventEmitter()
  state.wait = once(gate, 'open').then(() => undefined)
  recorder.record(metricsAt(beat(0), { x: [{ labels: A, value: 0 }] }))
  recorder.record(metricsAt(beat(1), { x: [{ labels: A, value: 1 }] }))
  gate.emit('open')
  await recorder.settled()
  recorder.record(metricsAt(beat(2), { x: [{ labels: A, value: 2 }] }))
  await recorder.stop()
  recorder.record(metricsAt(beat(3), { x: [{ labels: A, value: 3 }] }))
  await recorder.stop()
  t.strictSame(await seriesOf(db, 'x', always), [seriesFrom(A, MIDNIGHT, [0, 2], 60_000)])
})

t.test('a database that was emptied behind its back gets its series again', async (t) => {
  const { recorder, errors } = recorderOf()
  const record = async (index: number) => {
    recorder.record(metricsAt(beat(index), { x: [{ labels: A, value: index }] }))
    await recorder.settled()
  }
  for (const index of [0, 1]) await record(index)
  await forgetHistory(db)
  // Ids are remembered for a quarter of a day; what is stored under them meanwhile is dropped.
  for (const index of [2, 750, 751]) await record(index)
  t.strictSame(await seriesOf(db, 'x', always), [seriesFrom(A, beat(751).getTime(), [751])])
  t.strictSame(errors, [])
})

t.test(
  'when a quarter of a day is over it is packed, after a restart what was left too',
  async (t) => {
    const first = recorderOf().recorder
    for (const index of [0, 1, 749, 750]) {
      first.record(metricsAt(beat(index), { x: [{ labels: A, value: index }] }))
      await first.settled()
    }
    const left = await db.query(`select at_ms from ${LOOSE} order by at_ms`)
    t.strictSame(
      left,
      [749, 750].map((index) => ({ at_ms: beat(index).getTime() })),
    )
    const second = recorderOf().recorder
    second.record(metricsAt(beat(3000), { x: [{ labels: A, value: 3000 }] }))
    await second.settled()
    t.match(await db.query(`select at_ms from ${LOOSE}`), [{ at_ms: beat(3000).getTime() }])
    t.strictSame(
      (await seriesOf(db, 'x', always)).flatMap(({ points }) => points.map(({ value }) => value)),
      [0, 1, 749, 750, 3000],
    )
  },
)
