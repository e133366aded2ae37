import t from 'tap'
import { runCli } from '../support/cli.ts'

process.env.TZ = 'Europe/Berlin'

const now = new Date('2026-11-20T21:00:00Z')
const PATH = '/api/v1/monitoring/forecasts'
const cells = (out: string) =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/))

const one = {
  ...{ kind: 'filesystem', object: '/srv/backup', state: 'depleting', reason: null },
  ...{ unit: 'bytes', used: 2 ** 40, capacity: 2 ** 41, used_per_day: 2 ** 30, history_days: 90 },
  ...{ used_up_at: '2026-11-25T12:00:00Z', earliest_at: '2026-11-24T12:00:00Z' },
  latest_at: '2026-12-01T12:00:00Z',
}

t.test('what is used up is listed with when, and between when', async (t) => {
  const no = { used_up_at: null, earliest_at: null, latest_at: null, used_per_day: null }
  const forecasts = [
    one,
    {
      ...one,
      kind: 'library_slots',
      object: 'L',
      unit: 'slots',
      used: 40,
      capacity: 40,
      state: 'used_up',
    },
    {
      ...one,
      ...no,
      kind: 'thin_pool_metadata',
      object: 'vg/pool',
      unit: 'ratio',
      used: 0.1,
      capacity: 1,
      state: 'no_trend',
      reason: 'it does not clearly grow',
    },
  ]
  const answers = { [PATH]: { computed_at: '2026-11-20T20:30:00Z', forecasts } }
  const { status, out, error } = await runCli(['forecast'], { now, answers })
  t.equal(status, 0)
  t.strictSame(cells(out), [
    ['WHAT', 'OBJECT', 'USED', 'OF', 'A DAY', 'USED UP', 'BETWEEN'],
    [
      'filesystem',
      '/srv/backup',
      '1.00 TiB',
      '2.00 TiB',
      '1.00 GiB',
      '2026-11-25',
      '2026-11-24 - 2026-12-01',
    ],
    ['library slots', 'L', '40', '40', '1073741824', 'now'],
    ['thin pool metadata', 'vg/pool', '10.0 %', '100.0 %', 'no trend: it does not clearly grow'],
  ])
  t.match(error, 'as of 2026-11-20 21:30:00 (30 min ago)')
  const json = await runCli(['forecast', '--json'], { now, answers })
  t.strictSame(JSON.parse(json.out), answers[PATH])
})

t.test('nothing known is told from nothing reckoned', async (t) => {
  const said = async (computed_at: string | null) => {
    const { out, error } = await runCli(['forecast'], {
      now,
      answers: { [PATH]: { computed_at, forecasts: [] } },
    })
    return out + error
  }
  t.match(await said(null), /nothing was reckoned yet/)
  t.match(await said('2026-11-20T20:30:00Z'), /nothing is known that can be used up/)
})
