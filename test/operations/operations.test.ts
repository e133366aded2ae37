import t from 'tap'
import { collectors } from '../../src/collectors/index.ts'
import { readElementStatus } from '../../src/scsi/cdb.ts'
import { commandName, operationNames, pollOf, taskName } from '../../src/operations/names.ts'
import type { Operation } from '../../src/operations/operation.ts'
import { Operations } from '../../src/operations/operations.ts'
import type { Subject } from '../../src/collectors/lane.ts'

/** Operations on clocks that the test moves. */
function started(options: { logged?: boolean } = {}) {
  const clock = { ms: Date.parse('2026-11-20T21:00:00Z') }
  const ended: Operation[] = []
  const lines: object[] = []
  const operations = new Operations({
    now: () => new Date(clock.ms),
    elapsedSeconds: () => clock.ms / 1000,
    onEnded: (one) => ended.push(one),
    log: (_message, fields) => lines.push(fields),
    logged: () => options.logged ?? false,
    redact: (text) => text.replace('geheim', 'REDACTED'),
  })
  return { operations, clock, ended, lines }
}

const timeout = Object.assign(new Error('no answer within 10 s'), { code: 'ERR_TIMEOUT' })

t.test('what is tracked is timed, and counted by how it ended', async (t) => {
  const { operations, clock, ended } = started()
  const result = await operations.track('poll_changer', { library: 'XYZZY_A' }, async (affect) => {
    clock.ms += 1500
    affect(20)
    affect(3)
    return await Promise.resolve('elements')
  })
  t.equal(result, 'elements')
  const failing = operations.track('poll_changer', {}, async () => {
    clock.ms += 10_000
    return await Promise.reject(timeout)
  })
  await t.rejects(failing, { code: 'ERR_TIMEOUT' }, 'whoever asked is told as before')
  await operations.track('run_mtx', {}, () => Promise.reject(new Error('x'))).catch(() => null)
  const abort = Object.assign(new Error('stop'), { name: 'AbortError' })
  await operations.track('run_mtx', {}, () => Promise.reject(abort)).catch(() => null)

  t.strictSame(ended.slice(0, 2), [
    {
      operation: 'poll_changer',
      labels: { library: 'XYZZY_A' },
      startedAt: new Date('2026-11-20T21:00:00Z'),
      durationSeconds: 1.5,
      status: 'ok',
      affected: 23,
      error: null,
    },
    {
      operation: 'poll_changer',
      labels: {},
      startedAt: new Date('2026-11-20T21:00:01.500Z'),
      durationSeconds: 10,
      status: 'timeout',
      affected: null,
      error: 'no answer within 10 s',
    },
  ])
  t.strictSame(
    ended.map(({ status }) => status),
    ['ok', 'timeout', 'error', 'cancelled'],
  )
  t.strictSame(operations.summary(), [
    {
      operation: 'poll_changer',
      count: 2,
      failures: 1,
      successRate: 0.5,
      p50Seconds: 1.5,
      p95Seconds: 10,
      maxSeconds: 10,
      affected: 23,
      lastAt: new Date('2026-11-20T21:00:01.500Z'),
      lastError: { at: new Date('2026-11-20T21:00:01.500Z'), error: 'no answer within 10 s' },
    },
    {
      operation: 'run_mtx',
      count: 2,
      failures: 1,
      successRate: 0,
      p50Seconds: 0,
      p95Seconds: 0,
      maxSeconds: 0,
      affected: 0,
      lastAt: new Date('2026-11-20T21:00:11.500Z'),
      lastError: { at: new Date('2026-11-20T21:00:11.500Z'), error: 'x' },
    },
  ])
})

t.test('percentiles are those of what was lately, the longest is that of all', (t) => {
  const { operations } = started()
  operations.note('poll_scst', { seconds: 600, status: 'ok' })
  for (let n = 0; n < 256; n += 1) operations.note('poll_scst', { seconds: n + 1, status: 'ok' })
  t.match(operations.summary(), [
    { count: 257, p50Seconds: 128, p95Seconds: 244, maxSeconds: 600, successRate: 1 },
  ])
  t.end()
})

t.test('the last ones are kept, and failures are not pushed out by what goes well', (t) => {
  const { operations, clock } = started()
  operations.note('read_log_pages', { seconds: 1, status: 'error', error: 'medium error' })
  for (let n = 0; n < 5000; n += 1) {
    clock.ms += 1
    operations.note(n % 2 === 0 ? 'inquiry' : 'run_mtx', { seconds: n, status: 'ok' })
  }
  const seconds = (found: readonly Operation[]) => found.map((one) => one.durationSeconds)
  t.strictSame(seconds(operations.recent({ limit: 3 })), [4999, 4998, 4997])
  t.strictSame(seconds(operations.recent({ limit: 2, operation: 'inquiry' })), [4998, 4996])
  t.equal(operations.recent({ limit: 9999 }).length, 1000)
  t.strictSame(operations.recent({ limit: 5, operation: 'read_log_pages' }), [])
  t.match(operations.recent({ limit: 5, status: 'error' }), [{ error: 'medium error' }])
  t.strictSame(operations.recent({ limit: 5, status: 'timeout' }), [])
  t.end()
})

t.test('what an error says is kept short and without secrets', (t) => {
  const { operations } = started()
  operations.note('run_mtx', { seconds: 1, status: 'error', error: `geheim${'x'.repeat(9000)}` })
  const [one] = operations.recent({ limit: 1 })
  t.equal(one?.error?.length, 500)
  t.ok(one?.error?.startsWith('REDACTEDx'))
  t.end()
})

t.test('a line each is written where that is asked for, and only so long', (t) => {
  const { operations, clock, lines } = started()
  const work = () => {
    operations.note('inquiry', { seconds: 0.5, status: 'ok', labels: { device: '/dev/sg3' } })
    operations.note('run_mtx', { seconds: 1, status: 'error', affected: 2, error: 'no robot' })
    return lines.splice(0)
  }
  t.strictSame(work(), [], 'not by itself')
  const expiresAt = new Date(clock.ms + 60_000)
  operations.setLogging({ enabled: true, operations: null, expiresAt })
  t.strictSame(work(), [
    { operation: 'inquiry', status: 'ok', duration_seconds: 0.5, device: '/dev/sg3' },
    {
      ...{ operation: 'run_mtx', status: 'error', duration_seconds: 1, affected: 2 },
      error: 'no robot',
    },
  ])
  clock.ms += 60_000
  t.strictSame(work(), [])
  t.strictSame(operations.logging(), { enabled: false, operations: null, expiresAt: null })
  operations.setLogging({ enabled: true, operations: ['run_mtx'], expiresAt: null })
  t.match(work(), [{ operation: 'run_mtx' }])

  const configured = started({ logged: true }).operations
  t.strictSame(configured.logging(), { enabled: true, operations: null, expiresAt: null })
  configured.setLogging({ enabled: false, operations: null, expiresAt: null })
  t.match(configured.logging(), { enabled: false })
  t.end()
})

t.test('whatever is asked, there are as many types as the table has', (t) => {
  const subjects = Object.keys(collectors) as Subject[]
  for (const subject of subjects) t.ok(operationNames.includes(pollOf(subject)), subject)
  t.equal(pollOf('changers'), 'poll_changer')
  const request = {
    ...{ type: 0, start: 0, count: 1, volumeTags: true, currentData: true },
    ...{ deviceIdentifiers: false, allocationLength: 100 },
  }
  t.equal(commandName('sg_io', readElementStatus(request)), 'read_element_status')
  t.equal(commandName('sg_raw', Uint8Array.of(0x4d)), 'read_log_pages')
  for (let code = 0; code < 256; code += 1) {
    t.ok(operationNames.includes(commandName('sg_io', Uint8Array.of(code))))
  }
  t.strictSame(
    ['mtx', 'no-such-tool', 'toString', '__proto__'].map((tool) => commandName(tool, null)),
    ['run_mtx', 'run_other', 'run_other', 'run_other'],
  )
  t.strictSame(
    [taskName('monitoring_data_retention'), taskName('x')],
    ['monitoring_data_retention', 'task_other'],
  )
  t.equal(new Set(operationNames).size, operationNames.length)
  t.end()
})
