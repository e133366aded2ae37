import t from 'tap'
import { runCli } from '../support/cli.ts'

process.env.TZ = 'Europe/Berlin'

const now = new Date('2026-11-20T21:00:00Z')
const PATH = '/api/v1/fleet/appliances'
const cells = (out: string) =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/))

const alpha = {
  ...{ name: 'alpha', state: 'reporting', last_heard_at: '2026-11-20T20:59:48Z', health: 'up' },
  ...{ alerts: { critical: 0, warning: 2, info: 0 }, missing: 0, version: '0.1.0', other: null },
  url: 'https://alpha:8443',
}
const beta = {
  ...{ ...alpha, name: 'beta', state: 'silent', last_heard_at: '2026-11-20T19:00:00Z' },
  ...{ health: 'unknown', url: null, missing: 3 },
}
const other = { identity: 'x', heard_at: '2026-11-20T20:59:00Z' }

t.test('appliances are listed with when they were heard and what is wrong', async (t) => {
  const appliances = [alpha, beta, { ...alpha, name: 'gamma', other }]
  const answers = { [PATH]: { appliances, total: 3, listening: true, deaf_since: null } }
  const { status, out, error } = await runCli(['fleet'], { now, answers })
  t.strictSame([status, error], [0, ''])
  t.strictSame(cells(out), [
    ...[
      ['APPLIANCE', 'STATE', 'HEARD', 'HEALTH', 'CRITICAL', 'WARNING', 'MISSING', 'VERSION', 'URL'],
    ],
    ['alpha', 'reporting', '21:59 (12 s ago)', 'up', '0', '2', '0', '0.1.0', 'https://alpha:8443'],
    ['beta', 'silent', '20:00 (2 h ago)', 'unknown', '0', '2', '3', '0.1.0', 'unknown'],
    [
      'gamma',
      'reporting, name taken',
      '21:59 (12 s ago)',
      'up',
      '0',
      '2',
      '0',
      '0.1.0',
      'https://alpha:8443',
    ],
  ])
  const json = await runCli(['fleet', '--json'], { now, answers })
  t.strictSame(JSON.parse(json.out), answers[PATH])
})

t.test('where nothing is heard of any it says so', async (t) => {
  const deaf = { appliances: [], total: 0, listening: false, deaf_since: '2026-11-20T20:00:00Z' }
  const { out, error } = await runCli(['fleet'], { now, answers: { [PATH]: deaf } })
  t.match(out, 'no appliance was heard of')
  t.match(error, 'the servers of the fleet are not reached since 2026-11-20 21:00:00')
})

t.test('an appliance is forgotten by its name', async (t) => {
  const answers = { [`DELETE ${PATH}/alpha`]: {} }
  const { status, out, asked } = await runCli(['fleet', 'forget', 'alpha'], { now, answers })
  t.strictSame([status, out], [0, 'alpha: forgotten\n'])
  t.strictSame(asked, [`DELETE ${PATH}/alpha`])
  t.equal((await runCli(['fleet', 'forget'], { now, answers })).status, 2)
})
