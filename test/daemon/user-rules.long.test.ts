import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { startTestDaemon, until } from '../support/daemon.ts'

const recording = fileURLToPath(
  new URL('../../fixtures/recordings/07-raid-degraded-and-full', import.meta.url),
)
const RULES = '/api/v1/monitoring/rules'

interface Alerts {
  alerts: { id: string; labels: Record<string, string>; message: string; resolve_comment: string }[]
}

t.test('a rule of a user fires, outlives a kill, and its alert ends with it', async (t) => {
  // The daemon inherits it.
  process.env.STORWARDEN_MONITORING_EVALUATION_INTERVAL_SECONDS = '1'
  const first = await startTestDaemon(t, { arguments: ['--replay', recording] })
  const rule = await first.post<{ id: string; source: string }>(RULES, {
    name: 'Repository filling',
    query: 'filesystem_used_ratio{type="xfs"} > 90% and max_over(filesystem_used_ratio, 5m) > 0',
    labels: { team: 'storage' },
  })
  t.equal(rule.source, 'storage')
  const alertsOf = (daemon: typeof first, state: string) =>
    daemon.get<Alerts>(
      `/api/v1/monitoring/alerts?state=${state}&rule=${encodeURIComponent('Repository filling')}`,
    )
  const some = ({ alerts }: Alerts) => alerts.length > 0
  const fired = await until(() => alertsOf(first, 'firing'), some)
  t.match(fired.alerts, [
    {
      labels: { mountpoint: '/srv/repo-b', type: 'xfs', team: 'storage' },
      message:
        /^mountpoint \/srv\/repo-b, .*: filesystem_used_ratio\{type="xfs"\} is 0\.9\d+ \(above 0\.9\)/,
    },
  ])
  t.match(await first.post(`${RULES}/test`, { query: 'filesystem_used_ratio > 90%' }), {
    now: { findings_total: Number },
    past: { periods: [{ labels: { mountpoint: '/srv/repo-b' } }] },
  })

  await first.end('SIGKILL')
  const second = await startTestDaemon(t, {
    arguments: ['--replay', recording],
    stateDir: first.stateDir,
  })
  t.match(await second.get(join(RULES, rule.id)), { name: 'Repository filling', faults: [] })
  const evaluatedAt = async () =>
    (
      await second.get<{ alerts: { last_seen_at: string }[] }>(
        '/api/v1/monitoring/alerts?rule=ArrayDegraded',
      )
    ).alerts[0]?.last_seen_at
  const before = await evaluatedAt()
  await until(evaluatedAt, (at) => at !== before)
  const again = await alertsOf(second, 'firing')
  t.strictSame(
    again.alerts.map(({ id }) => id),
    fired.alerts.map(({ id }) => id),
    'the alert is the same one',
  )

  await second.delete(join(RULES, rule.id))
  const ended = await until(() => alertsOf(second, 'resolved'), some)
  t.match(ended.alerts, [{ id: fired.alerts[0]?.id, resolve_comment: 'the rule is gone' }])
})
