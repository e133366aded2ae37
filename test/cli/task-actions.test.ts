import t from 'tap'
import { runCli } from '../support/cli.ts'

process.env.TZ = 'Europe/Berlin'

const now = new Date('2026-11-20T21:00:00Z')
const path = '/api/v1/tasks'
const id = '11111111-1111-4111-8111-111111111111'
const task = (changes: object = {}) => ({
  ...{ id, kind: 'monitoring_data_retention', state: 'failed', progress: 0.5, resource: null },
  ...{ created_at: '2026-11-20T20:59:00Z', created_by: 'ada', started_at: '2026-11-20T20:59:00Z' },
  ...{ finished_at: null, error: 'numbers: disk full' },
  log: [
    { at: '2026-11-20T20:59:00Z', level: 'info', message: 'asked for by ada' },
    { at: '2026-11-20T20:59:30Z', level: 'error', message: 'numbers: disk full' },
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
  const plan = {
    ...{ dry_run: true, resource: 'retention' },
    steps: [{ name: 'events', description: 'forget events' }],
  }
  t.strictSame((await run(['monitoring_x', '--dry-run'], plan)).out.split('\n'), [
    ...['1. forget events', 'it has retention to itself meanwhile', ''],
  ])
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
