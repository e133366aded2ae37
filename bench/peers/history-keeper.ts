// What the daemon keeps of its numbers over time, in a process of its own with a database of its own, as fast as it can: the
// recorder with its packing and roll-ups, and once a day what is too old is forgotten. Prints `ready`; told a number of
// beats it keeps those and prints `done` with the bytes of its directory; its end of input ends it.
import { createInterface } from 'node:readline'
import { Recorder } from '../../src/history/recorder.ts'
import { forgetOldSamples } from '../../src/history/retention.ts'
import { openDatabase } from '../support/database.ts'
import { bytesBelow } from '../support/process.ts'
import { BEAT_SECONDS, metricsAt, names } from '../support/month.ts'

const KEPT = { read: 90, fiveMinutes: 365, hours: 365 }
const BEATS_PER_DAY = 86_400 / BEAT_SECONDS

const { directory, connect, close } = await openDatabase()
const database = connect(2)
const recorder = new Recorder({
  database,
  names,
  onError: (error) => {
    console.error(error)
    process.exit(1)
  },
})
process.stdout.write('ready\n')
for await (const line of createInterface({ input: process.stdin })) {
  for (let beat = 0; beat < Number(line); beat += 1) {
    const metrics = metricsAt(beat)
    recorder.record(metrics)
    await recorder.settled()
    if (beat % BEATS_PER_DAY === 0) await forgetOldSamples(database, KEPT, metrics.takenAt)
  }
  process.stdout.write(`done ${bytesBelow(directory)}\n`)
}
await recorder.stop()
await close()
