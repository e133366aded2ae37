import t from 'tap'
import type { Snapshot } from '../../src/snapshot.ts'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'

const database = await openTestDatabase(t)
const api = await startTestApi(database, await makeStateDirectory(t))
t.teardown(() => api.stop())
const token = await api.session('viewer')
const ask = async (path: string) =>
  await api.ask('GET', `/api/v1/monitoring/readings${path}`, { token })

const at = (seconds: number) => new Date(api.clock.now.getTime() - seconds * 1000)
const iso = (seconds: number) => at(seconds).toISOString()
api.show({
  takenAt: at(0),
  readings: {
    filesystems: {
      ...{ state: 'read', takenAt: at(4), durationSeconds: 0.5, coverage: 'some' },
      problems: [{ labels: { mountpoint: '/mnt/nfs' }, error: 'statfs /mnt/nfs: no answer' }],
      value: [{ mountpoint: '/', availableBytes: 0, usedBytes: null, fraction: Number.NaN }],
    },
    changers: {
      ...{ state: 'failed', error: 'READ ELEMENT STATUS: no answer', since: at(60) },
      ...{ durationSeconds: 10, last: { value: [{ serial: 'L1' }], takenAt: at(90) } },
    },
    scst: {
      ...{ state: 'failed', error: 'EIO', since: at(60), durationSeconds: 1, last: null },
    },
    mhvtl: { state: 'absent', takenAt: at(10), durationSeconds: 0.01 },
  },
} as unknown as Snapshot)

t.test('what was read of each subject, and when', async (t) => {
  const { status, body } = await ask('')
  t.equal(status, 200)
  const brief = { error: null, failing_since: null }
  t.strictSame(body, {
    taken_at: iso(0),
    readings: [
      {
        ...{ subject: 'changers', state: 'failed', age_seconds: 90, taken_at: iso(90) },
        ...{ duration_seconds: 10, error: 'READ ELEMENT STATUS: no answer' },
        failing_since: iso(60),
      },
      {
        ...{ subject: 'filesystems', state: 'partial', age_seconds: 4, taken_at: iso(4) },
        ...{ ...brief, duration_seconds: 0.5, error: 'statfs /mnt/nfs: no answer' },
      },
      {
        ...{ subject: 'mhvtl', state: 'absent', age_seconds: 10, taken_at: iso(10) },
        ...{ ...brief, duration_seconds: 0.01 },
      },
      {
        ...{ subject: 'scst', state: 'failed', age_seconds: null, taken_at: null },
        ...{ duration_seconds: 1, error: 'EIO', failing_since: iso(60) },
      },
    ],
  })
})

t.test('the value of one: what is not known is null, and the last one has its age', async (t) => {
  t.match((await ask('/filesystems')).body, {
    state: 'partial',
    problems: [{ labels: { mountpoint: '/mnt/nfs' }, error: 'statfs /mnt/nfs: no answer' }],
    value: [{ mountpoint: '/', available_bytes: 0, used_bytes: null, fraction: null }],
  })
  t.match((await ask('/changers')).body, {
    ...{ state: 'failed', age_seconds: 90, problems: [], value: [{ serial: 'L1' }] },
  })
  t.match((await ask('/scst')).body, { state: 'failed', age_seconds: null, value: null })
  t.match((await ask('/mhvtl')).body, { state: 'absent', value: null })
})

t.test('a subject that was not read, and names that every object has', async (t) => {
  for (const name of ['disks', 'nonsense', 'constructor', '__proto__', 'toString']) {
    t.match(await ask(`/${name}`), { status: 404, body: { code: 'reading_not_found' } }, name)
  }
})
