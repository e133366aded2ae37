import t from 'tap'
import { runCli } from '../support/cli.ts'

process.env.TZ = 'Europe/Berlin'

const now = new Date('2026-11-20T21:00:00Z')
const path = '/api/v1/tasks'
const id = '11111111-1111-4111-8111-111111111111'
const task = (changes: object = {}) => ({
  ...{ id, kind: 'monitoring_data_retention', state: 'failed', progress: 0.5, resource: null },
  ...{ created_at: '2026-11-20T20:59:00Z', created_by: 'ada', started_at: '2026-11-20T20:59:00Z' },
  ...{ finished_at: null, error: 'numbers: disk full', advice: 'Make room.' },
  log: [
    { id: 4, at: '2026-11-20T20:59:00Z', level: 'info', message: 'asked for by ada' },
    { id: 9, at: '2026-11-20T20:59:30Z', level: 'error', message: 'numbers: disk full' },
  ],
  ...changes,
})

t.test('a task is shown with its log, by the begin of its id', async (t) => {
  const list = `GET ${path}?limit=1000`
  const said = await runCli(['tasks', 'show', '1111'], {
    now,
    answers: { [list]: { tasks: [task()] }, [`GET ${path}/${id}`]: task() },
  })
  const rows = said.out
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/))
  t.strictSame(rows, [
    ['task', id],
    ['kind', 'monitoring_data_retention'],
    ['state', 'failed'],
    ['done', '50.0 %'],
    ['resource', 'none'],
    ['asked for', '2026-11-20 21:59:00 (1 min ago)'],
    ['by', 'ada'],
    ['began', '2026-11-20 21:59:00 (1 min ago)'],
    ['error', 'numbers: disk full'],
    ['to do', 'Make room.'],
    [''],
    ['WHEN', 'LEVEL', 'WHAT'],
    ['2026-11-20 21:59:00 (1 min ago)', 'info', 'asked for by ada'],
    ['2026-11-20 21:59:30 (30 s ago)', 'error', 'numbers: disk full'],
  ])
})

t.test('a task is asked for as it is meant', async (t) => {
  const run = (words: string[], answer: object = task({ state: 'pending' })) =>
    runCli(['tasks', 'run', ...words], { now, answers: { [path]: answer } })
  const made = await run([
    ...['monitoring_x', 'only=["events"]', 'slot=3', 'name=A3', 'a=b=c'],
    ...['--key', 'k', '--priority=-5'],
  ])
  t.equal(made.out, `${id}: monitoring_x, pending\n`)
  t.strictSame(made.asked, [
    `POST ${path} {"kind":"monitoring_x","params":{"only":["events"],"slot":3,"name":"A3","a":"b=c"},"idempotency_key":"k","priority":-5}`,
  ])
  t.strictSame((await run(['x', 'size_bytes=1.5GiB', 'add_bytes=7', 'name=1GiB'])).asked, [
    `POST ${path} {"kind":"x","params":{"size_bytes":1610612736,"add_bytes":7,"name":"1GiB"}}`,
  ])
  const plan = {
    ...{ dry_run: true, resource: 'retention' },
    steps: [{ name: 'events', description: 'forget events' }],
  }
  t.strictSame((await run(['monitoring_x', '--dry-run'], plan)).out.split('\n'), [
    ...['1. forget events', 'it has retention to itself meanwhile', ''],
  ])
  const destructive = {
    ...{ ...plan, confirmation: 'abc', confirmation_expires_at: '2026-11-20T21:10:00Z' },
  }
  t.match(await run(['erase', '--dry-run'], destructive), {
    out: /it destroys something; have it done with --confirm abc, until 22:10 \(in 10 min\)\n$/,
  })
  t.strictSame((await run(['erase', '--confirm', 'abc', '--at', '2h'])).asked, [
    `POST ${path} {"kind":"erase","params":{},"confirmation":"abc","run_at":"2026-11-20T23:00:00.000Z"}`,
  ])
  t.match(await run(['x', '--at', '2020-01-01']), { status: 2, error: /is over already/ })
  t.match(await run(['x', '--wait'], task()), { status: 1, out: /numbers: disk full/ })
  t.match(await run(['x', '--wait'], task({ state: 'completed' })), { status: 0 })
  t.match(await run([]), { status: 2, error: /KIND is missing/ })
  t.match(await run(['x', 'slot']), { status: 2, error: /slot: must be NAME=VALUE/ })
  t.match(await run(['x', '--priority', 'high']), { status: 2, error: /from -100 to 100/ })
})

t.test('a task is cancelled, at once or later', async (t) => {
  const cancel = async (state: string) =>
    await runCli(['tasks', 'cancel', id], {
      answers: { [`POST ${path}/${id}/cancel {}`]: task({ state }) },
    })
  t.equal((await cancel('cancelled')).out, 'monitoring_data_retention: cancelled\n')
  t.equal(
    (await cancel('running')).out,
    'monitoring_data_retention: will be cancelled when its step ends\n',
  )
})

t.test('a task is followed to its end', async (t) => {
  const follow = (changes: object) =>
    runCli(['tasks', 'follow', id], { now, answers: { [`GET ${path}/${id}`]: task(changes) } })
  t.strictSame(await follow({}), {
    status: 1,
    out: '2026-11-20 21:59:00  asked for by ada\n2026-11-20 21:59:30  numbers: disk full\n',
    error: 'Make room.\n',
    asked: [`GET ${path}/${id}`],
  })
  t.match(await follow({ state: 'completed' }), { status: 0 })
})

t.test('what can be asked for is shown, with what it takes', async (t) => {
  const kind = {
    ...{ kind: 'inventory', summary: 'Looks what is where.', destructive: false },
    ...{ permission: 'tasks:run', repeatable: true, timeout_seconds: 900 },
    retry: { times: 2, after_seconds: 30 },
    params_schema: {
      required: ['library'],
      properties: {
        library: { type: 'string', description: 'Its serial number.' },
        only: { type: 'array', items: { enum: ['slots', 'drives'] } },
      },
    },
  }
  const erase = { kind: 'erase', summary: 'Erases.', destructive: true, params_schema: {} }
  const show = (...words: string[]) =>
    runCli(['tasks', 'kinds', ...words], {
      answers: { [`${path}/kinds`]: { kinds: [kind, erase] } },
    })
  const rows = ({ out }: { out: string }) =>
    out
      .trimEnd()
      .split('\n')
      .map((line) => line.trim().split(/ {2,}/))
  t.strictSame(rows(await show()), [
    ['KIND', 'DESTROYS', 'TAKES', 'DOES'],
    ['inventory', 'library [only]', 'Looks what is where.'],
    ['erase', 'yes', 'Erases.'],
  ])
  t.strictSame(rows(await show('inv')), [
    ['kind', 'inventory'],
    ['does', 'Looks what is where.'],
    ['destroys', 'nothing'],
    ['permission', 'tasks:run'],
    ['given up', 'after 15 min'],
    ['after a crash', 'goes on'],
    ['tried again', '2 times, first after 30 s'],
    [''],
    ['PARAMETER', 'NEEDED', 'IS', 'WHAT'],
    ['library', 'yes', 'string', 'Its serial number.'],
    ['only', 'list of one of slots, drives'],
  ])
  t.match(await show('format'), { status: 1, error: /kind format: not found/ })
})

t.test('schedules are listed, made, changed and deleted', async (t) => {
  const schedules = `${path}/schedules`
  const schedule = {
    ...{ id, name: 'nightly', kind: 'inventory', cron: '30 22 * * *', time_zone: 'UTC' },
    ...{ enabled: true, next_at: '2026-11-20T22:30:00Z', last_at: null, missed: 2, owner: 'ada' },
    blocked_because: 'ada is disabled',
  }
  const run = (...words: string[]) =>
    runCli(['tasks', ...words], {
      now,
      answers: {
        [schedules]: { ...schedule, schedules: [schedule] },
        [`${schedules}/${id}`]: { ...schedule, enabled: false },
      },
    })
  t.equal(
    (await run('schedules')).out.replace(/ +\n/g, '\n'),
    `ID        NAME     KIND       CRON             NEXT            LAST   MISSED  OWNER
11111111  nightly  inventory  30 22 * * * UTC  23:30 (in 1 h)  never       2  ada
nightly is not asked for any more: ada is disabled
`,
  )
  const made = await run(
    'schedule',
    'inventory',
    'library=L1',
    '--cron',
    '30 22 * * *',
    '--catch-up',
  )
  t.equal(made.out, `${id}: nightly, next 23:30 (in 1 h)\n`)
  t.strictSame(made.asked, [
    `POST ${schedules} {"name":"inventory","kind":"inventory","cron":"30 22 * * *","params":{"library":"L1"},"catch_up":true}`,
  ])
  const changed = await run('reschedule', 'night', '--off', '--priority=5')
  t.equal(changed.out, `${id}: nightly, is off\n`)
  t.strictSame(changed.asked, [
    `GET ${schedules}?limit=1000`,
    `PATCH ${schedules}/${id} {"priority":5,"enabled":false}`,
  ])
  t.match(await run('unschedule', '111'), { status: 0, out: 'nightly: deleted\n' })
  t.match(await run('reschedule', 'night'), { status: 2, error: /nothing is to be changed/ })
  t.match(await run('reschedule', 'night', '--on', '--off'), { status: 2 })
  t.match(await run('schedule', 'inventory'), { status: 2, error: /--cron is missing/ })
})
