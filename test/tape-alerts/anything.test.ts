import { writeFile } from 'node:fs/promises'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { decodeTapeAlertFlags } from '../../src/scsi/log/tape-alert.ts'
import { excerptOf } from '../../src/tape-alerts/excerpt.ts'
import { flagOf } from '../../src/tape-alerts/flag.ts'
import { Journal } from '../../src/tape-alerts/journal.ts'
import { noAftermath, noteReading } from '../../src/tape-alerts/readings.ts'
import { makeStateDirectory } from '../support/database.ts'
import { tapeAlertPage } from '../support/tape-alert-drive.ts'

const place = { text: 'a drive', virtual: false, node: '/dev/sg3', element: null }
const device = {
  ...({ kind: 'drive', id: 'D1', place, signs: null, volumeTag: null } as const),
  ...{ mediumPresent: null, lastVolumeTag: null },
}
const readAt = new Date('2026-11-20T21:00:00Z')
const id = 'b0e5a3c6-0000-4000-8000-000000000001'

const flags = fc.uniqueArray(fc.integer({ min: 1, max: 64 }))
const bytes = fc.uint8Array({ maxLength: 400 })
/** Pages with a byte changed, or the end missing. */
const spoiltPages = fc
  .tuple(flags, fc.nat(323), fc.nat(255), fc.nat(324))
  .map(([set, at, value, length]) => {
    const page = tapeAlertPage(...set)
    page[at] = value
    return page.subarray(0, length)
  })

function note(page: Uint8Array) {
  let keys = 0
  const newKey = () => `key-${++keys}`
  const reading = { id, device, readAt, page }
  return noteReading({ devices: [], flags: [] }, reading, noAftermath, newKey)
}

t.test('every set of flags is remembered and told as it was read', (t) => {
  fc.assert(
    fc.property(flags, (set) => {
      const { flags: kept = [], events = [] } = note(tapeAlertPage(...set))
      const sorted = [...set].sort((one, other) => one - other)
      t.strictSame(
        kept.map(({ flag, excerpt }) => [flag, excerpt]),
        sorted.map((flag) => [
          flag,
          `2e 00 01 40 … 00 ${flag.toString(16).padStart(2, '0')} c0 01 01`,
        ]),
      )
      t.strictSame(
        events.map(({ data, level }) => [data.flag, level]),
        sorted.map((flag) => [flag, flagOf('drive', flag).severity]),
      )
    }),
  )
  t.end()
})

t.test('of any bytes something is remembered: flags, or that they cannot be decoded', (t) => {
  fc.assert(
    fc.property(fc.oneof(bytes, spoiltPages), (page) => {
      const { devices = [], flags: kept = [], events = [] } = note(page)
      if (devices[0]?.readingId !== id) throw new Error('not remembered')
      for (const flag of [0, ...kept.map((each) => each.flag)]) excerptOf(page, flag)
      const isUndecoded = events.some(({ data }) => data.event === 'tape_alert_undecoded')
      if (!isUndecoded && decodeTapeAlertFlags(page).length !== kept.length) {
        throw new Error('flags are missing')
      }
    }),
  )
  t.end()
})

t.test('the journal gives back any page, and names what holds none', async (t) => {
  const directory = join(await makeStateDirectory(t), 'journal')
  const journal = new Journal(directory)
  t.strictSame(await journal.entries(), { readings: [], damaged: [] })
  await fc.assert(
    fc.asyncProperty(bytes, fc.string({ unit: 'binary' }), async (page, volumeTag) => {
      const reading = { id, device: { ...device, volumeTag }, readAt, page: new Uint8Array(page) }
      await journal.add(reading)
      t.strictSame(await journal.entries(), { readings: [reading], damaged: [] })
    }),
    { numRuns: 20 },
  )
  await journal.remove(id)
  await journal.remove(id)

  mkdirSync(directory, { recursive: true })
  const path = join(directory, 'x.json')
  const texts = fc.oneof(fc.string(), fc.json(), fc.constant(`{"id":"${id}","page":"2e"}`))
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      await writeFile(path, text)
      t.strictSame(await journal.entries(), { readings: [], damaged: [path] })
    }),
    { numRuns: 30 },
  )
})
