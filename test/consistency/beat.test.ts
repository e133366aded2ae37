import t from 'tap'
import { Consistency } from '../../src/consistency/consistency.ts'
import { DatabaseUnavailableError, type Database } from '../../src/db/database.ts'
import { openRecording } from '../support/recording.ts'
import { snapshotOf } from '../support/readings.ts'
import { SimulatedTime } from '../support/simulated-time.ts'

t.test(
  'the first check is after a minute, then one every five, whether they succeed or not',
  async (t) => {
    const time = SimulatedTime.begin(t, new Date('2026-11-20T21:00:00Z'))
    const at: number[] = []
    const away = () => Promise.reject(new DatabaseUnavailableError('away'))
    const database: Database = { query: away, transaction: away }
    const errors: Error[] = []
    const consistency = new Consistency({
      ...{ database, host: openRecording('01-steady'), now: time.now, elapsedMs: () => 0 },
      snapshot: () => snapshotOf({}),
      paths: () => ({ mhvtlConfigDir: '/etc/mhvtl', scstConfigPath: '/etc/scst.conf' }),
      collectAll: async () => undefined,
      seed: () => 1,
      observer: {
        checked: () => undefined,
        inconsistencies: () => undefined,
        reconciled: () => undefined,
      },
      onError(error) {
        at.push(time.at)
        errors.push(error)
      },
    })
    consistency.start()
    consistency.start()
    await time.pass(1000)
    t.strictSame(at, [60, 360, 660, 960])
    t.match(errors[0], {
      message: 'consistency: not checked',
      cause: { code: 'ERR_DATABASE_UNAVAILABLE' },
    })
    t.strictSame(consistency.state(), { checks: [] }, 'nothing is made up')
    await consistency.stop()
    await time.pass(600)
    t.equal(at.length, 4)
  },
)
