import t from 'tap'
import { runCli } from '../support/cli.ts'

process.env.TZ = 'Europe/Berlin'

const now = new Date('2026-11-20T21:00:00Z')
const path = '/api/v1/monitoring/operations'
const rowsOf = (out: string) =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/))

t.test('types are listed with how they went, and the caches', async (t) => {
  const answer = {
    since: '2026-11-20T20:00:00Z',
    operations: [
      {
        ...{ operation: 'poll_changer', count: 120, failures: 3, success_rate: 0.975 },
        ...{ p50_seconds: 0.004, p95_seconds: 1.2, max_seconds: 63.4, affected_objects: 5280 },
        last_error: { at: '2026-11-20T20:30:00Z', error: 'no answer' },
      },
    ],
    caches: [{ cache: 'mounts', hits: 9, misses: 3, hit_rate: 0.75, size: 20 }],
  }
  const said = await runCli(['operations'], { now, answers: { [path]: answer } })
  t.strictSame(rowsOf(said.out), [
    ['OPERATION', 'COUNT', 'FAILED', 'OK', 'P50', 'P95', 'MAX', 'OBJECTS', 'LAST ERROR'],
    ['poll_changer', '120', '3', '97.5 %', '0.004 s', '1.20 s', '63 s', '5280', 'no answer'],
    [''],
    ['CACHE', 'HITS', 'MISSES', 'RATE', 'SIZE'],
    ['mounts', '9', '3', '75.0 %', '20'],
  ])
  t.match(await runCli(['operations'], { answers: { [path]: { operations: [] } } }), {
    status: 0,
    out: /nothing was done to the machine yet\n$/,
  })
  const json = await runCli(['operations', '--json'], { answers: { [path]: answer } })
  t.strictSame(JSON.parse(json.out), answer)
})

t.test('the last ones are listed with what they were about', async (t) => {
  const operations = [
    {
      ...{ operation: 'read_log_pages', labels: { device: '/dev/sg3', page: '17' } },
      ...{ started_at: '2026-11-20T20:59:00Z', duration_seconds: 10, status: 'timeout' },
      ...{ affected_objects: null, error: 'no answer' },
    },
    {
      ...{ operation: 'poll_changer', labels: {}, started_at: '2026-11-20T20:58:00Z' },
      ...{ duration_seconds: 0.25, status: 'ok', affected_objects: 44, error: null },
    },
  ]
  const request = `GET ${path}/recent?limit=2&operation=read_log_pages&status=timeout`
  const words = ['--limit', '2', '--operation', 'read_log_pages', '--status', 'timeout']
  const said = await runCli(['operations', 'recent', ...words], {
    now,
    answers: { [request]: { operations } },
  })
  t.strictSame(rowsOf(said.out).slice(1), [
    [
      '21:59 (1 min ago)',
      'read_log_pages',
      'timeout',
      '10 s',
      'device=/dev/sg3 page=17',
      'no answer',
    ],
    ['21:58 (2 min ago)', 'poll_changer', 'ok', '0.250 s', '44'],
  ])
  t.match(await runCli(['operations', 'recent', '--status', 'bad']), { status: 2 })
})

t.test('they are logged as it is asked for', async (t) => {
  const answers = {
    [`${path}/logging`]: {
      ...{ enabled: true, operations: ['run_mtx'], expires_at: '2026-11-20T21:15:00Z' },
    },
  }
  const said = await runCli(['operations', 'log', 'on', '--operation', 'run_mtx', '--for', '15m'], {
    ...{ now, answers },
  })
  t.strictSame(said.asked, [
    `PUT ${path}/logging {"enabled":true,"operations":["run_mtx"],"expires_at":"2026-11-20T21:15:00.000Z"}`,
  ])
  t.equal(said.out, 'run_mtx: logged\nuntil 2026-11-20 22:15:00 (in 15 min)\n')
  const off = await runCli(['operations', 'log', 'off'], {
    answers: { [`${path}/logging`]: { enabled: false, operations: null, expires_at: null } },
  })
  t.equal(off.out, 'all operations: not logged\n')
  t.match(await runCli(['operations', 'log']), { status: 2, error: /on\|off is missing/ })
  t.match(await runCli(['operations', 'log', 'maybe']), { status: 2, error: /must be one of/ })
})
