import t from 'tap'
import { runCli } from '../support/cli.ts'

process.env.TZ = 'Europe/Berlin'

const now = new Date('2026-11-20T21:00:00Z')
const path = '/api/v1/monitoring/silences'
const id = '11111111-1111-4111-8111-111111111111'
const silence = (changes: object = {}) => ({
  id,
  matchers: [
    { name: 'severity', value: 'info|warning', is_regex: true, is_equal: true },
    { name: 'library', value: 'L1', is_regex: false, is_equal: false },
  ],
  maintenance: false,
  start: '2026-11-20T21:00:00Z',
  end: '2026-11-20T23:00:00Z',
  schedule: null,
  window: null,
  comment: 'new firmware',
  author: 'ada',
  state: 'active',
  created_at: '2026-11-20T21:00:00Z',
  cancelled_at: null,
  cancelled_by: null,
  ...changes,
})
const run = (...words: string[]) => runCli(words, { now, answers: { [path]: silence() } })

t.test('a silence is asked for as it is meant', async (t) => {
  const asked = async (...words: string[]) => {
    const { asked: requests, error } = await run('silence', ...words)
    t.equal(error, '')
    return requests.map((request) => JSON.parse(request.replace(`POST ${path} `, '')) as unknown)
  }
  t.strictSame(
    await asked('severity=~"info|warning"', 'library=L1', '--for', '2h', '--comment', 'x'),
    [
      {
        matchers: ['severity=~"info|warning"', 'library=L1'],
        end: '2026-11-20T23:00:00.000Z',
        comment: 'x',
      },
    ],
  )
  t.strictSame(await asked('--maintenance', '--from', '2026-11-21 08:00', '--for', '30m'), [
    {
      matchers: [],
      maintenance: true,
      start: '2026-11-21T07:00:00.000Z',
      end: '2026-11-21T07:30:00.000Z',
    },
  ])
  t.strictSame(await asked('rule=X', '--until', '2026-11-22'), [
    { matchers: ['rule=X'], end: '2026-11-21T23:00:00.000Z' },
  ])
  t.strictSame(
    await asked('--maintenance', '--schedule', '0 2 * * 0', '--for', '3h', '--time-zone', 'UTC'),
    [
      {
        matchers: [],
        maintenance: true,
        schedule: { cron: '0 2 * * 0', duration_seconds: 10_800, time_zone: 'UTC' },
      },
    ],
  )
})

t.test('what was made is said', async (t) => {
  t.equal(
    (await run('silence', 'library!=L1', '--for', '2h')).out,
    `${id}: severity=~"info|warning", library!="L1", until 2026-11-21 00:00 (in 2 h)\n`,
  )
  t.match(JSON.parse((await run('silence', 'a=b', '--for', '2h', '--json')).out), { id })
})

t.test('what cannot be meant is refused before it is asked', async (t) => {
  const faults: [string[], RegExp][] = [
    [['--for', '2h'], /MATCHER is missing, and --maintenance is not said/],
    [['a=b'], /either --for or --until says when it ends/],
    [['a=b', '--for', '2h', '--until', '3h'], /either --for or --until/],
    [['a=b', '--for', 'long'], /--for long: must be a span/],
    [['a=b', '--until', '2026-11-19'], /is over already/],
    [['a=b', '--from', 'then', '--for', '1h'], /--from then: must be a time/],
    [['a=b', '--schedule', '0 2 * * 0'], /--schedule needs --for/],
    [['a=b', '--for', '1h', '--time-zone', 'UTC'], /--time-zone is that of a --schedule/],
  ]
  for (const [words, message] of faults) {
    const { status, error, asked } = await run('silence', ...words)
    t.match({ status, error, asked }, { status: 2, error: message, asked: [] }, words.join(' '))
  }
})

const list = `GET ${path}?limit=1000&offset=0`
const window = { start: '2026-11-22T01:00:00Z', end: '2026-11-22T03:00:00Z' }
const all = {
  silences: [
    silence(),
    silence({ id: '2', maintenance: true, matchers: [], state: 'pending', window, end: null }),
    silence({ id: '3', end: null, comment: '' }),
    silence({ id: '4', state: 'expired', cancelled_at: '2026-11-20T20:00:00Z' }),
  ],
  total: 4,
}

t.test('what mutes, or will, is listed', async (t) => {
  const rows = async (...words: string[]) => {
    const { out } = await runCli(['silence', 'list', ...words], { now, answers: { [list]: all } })
    return out
      .trimEnd()
      .split('\n')
      .map((line) => line.split(/ {2,}/))
  }
  const matchers = 'severity=~"info|warning", library!="L1"'
  const open = [
    ['ID', 'STATE', 'MUTES', 'WHEN', 'BY', 'COMMENT'],
    ['11111111', 'active', matchers, 'until 2026-11-21 00:00 (in 2 h)', 'ada', 'new firmware'],
    [
      ...['2', 'pending', 'all that is not critical', 'from 2026-11-22 02:00 (in 28 h)', 'ada'],
      'new firmware',
    ],
    ['3', 'active', matchers, 'until it is ended', 'ada'],
  ]
  t.strictSame(await rows(), open)
  t.strictSame(await rows('--all'), [
    ...open,
    ['4', 'expired', matchers, 'ended 21:00 (1 h ago)', 'ada', 'new firmware'],
  ])
  t.match(
    await runCli(['silence', 'list'], { now, answers: { [list]: { silences: [], total: 0 } } }),
    { out: 'nothing is muted\n', status: 0 },
  )
})

t.test('a silence is ended by the begin of its id', async (t) => {
  const said = await runCli(['silence', 'end', '1111'], {
    now,
    answers: {
      [list]: all,
      [`DELETE ${path}/${id}`]: {},
      [`GET ${path}/${id}`]: silence({ state: 'expired', cancelled_at: '2026-11-20T21:00:00Z' }),
    },
  })
  t.match(said, { status: 0, out: 'severity=~"info|warning", library!="L1": ended\n', error: '' })
  t.strictSame(said.asked, [list, `DELETE ${path}/${id}`, `GET ${path}/${id}`])
  t.match(await runCli(['silence', 'end', '4'], { now, answers: { [list]: all } }), {
    status: 1,
    error: /silence 4: not found/,
  })
})
