import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { startTestDaemon, until } from '../support/daemon.ts'
import { receiver } from '../support/receiver.ts'

const recordings = fileURLToPath(new URL('../../fixtures/recordings', import.meta.url))
const STEP_SECONDS = 70

interface Health {
  components: Record<string, { status: string; message: string }>
}

interface Alert {
  rule: string
  state: string
  fired_at: string
  resolved_at: string | null
}

interface Post {
  id: string
  level?: string
  message?: string
  data?: { event: string; alerts: { rule: string }[] }
  alerts?: { event: string; alert: { rule: string } }[]
}

/** The server and its processes. */
function serverProcesses(stateDir: string): number[] {
  const path = join(stateDir, 'postgresql', 'data', 'postmaster.pid')
  const postmaster = Number(readFileSync(path, 'utf8').split('\n')[0])
  const children = execFileSync('pgrep', ['-P', String(postmaster)], { encoding: 'utf8' })
  return [postmaster, ...children.trim().split('\n').map(Number)]
}

t.setTimeout(900_000)

t.test('an appliance is watched on while the database hangs, and nothing is lost', async (t) => {
  const web = await receiver(t)
  const timeline = t.testdir({
    'config.yaml': [
      'monitoring: {evaluation_interval_seconds: 2}',
      `notifications: {allowed_networks: [127.0.0.0/8], group_interval_seconds: 1, webhook: {url: '${web.url}'}}`,
    ].join('\n'),
  })
  mkdirSync(join(timeline, 'recordings'))
  for (const [index, name] of ['01-steady', '07-raid-degraded-and-full', '01-steady'].entries())
    symlinkSync(join(recordings, name), join(timeline, 'recordings', `${index}`))
  const daemon = await startTestDaemon(t, {
    arguments: [
      ...['--config', join(timeline, 'config.yaml')],
      ...['--replay', join(timeline, 'recordings'), '--replay-step', String(STEP_SECONDS)],
    ],
  })
  const posts = () => web.received.map(({ body }) => JSON.parse(body) as Post)
  const text = async (path: string) => {
    const response = await fetch(`${daemon.url}${path}`)
    return { status: response.status, body: await response.text() }
  }
  await daemon.get('/api/v1/monitoring/alerts')
  const frozen = serverProcesses(daemon.stateDir)
  const send = (signal: NodeJS.Signals) => {
    for (const pid of frozen) {
      try {
        process.kill(pid, signal)
      } catch (error) {
        // One of its workers has ended meanwhile.
        if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
      }
    }
  }
  send('SIGSTOP')
  t.teardown(() => {
    send('SIGCONT')
  })

  const emergencies = await until(
    async () => posts().filter(({ data }) => data?.event === 'database_unreachable'),
    (found) =>
      found.some(({ data }) => data?.alerts.some(({ rule }) => rule === 'ArrayDegraded') === true),
  )
  t.equal(emergencies[0]?.level, 'critical')
  t.match(
    emergencies[0]?.message,
    /^The database does not answer \(storwarden\): No answer since 20/,
  )

  t.equal((await text('/health/live')).status, 200)
  t.match(await text('/health/ready'), { status: 503, body: '"database":false' })
  const health = JSON.parse((await text('/health/status')).body) as Health
  t.match(health.components.rules, {
    status: 'degraded',
    message: /^alerts are held in memory since 20/,
  })
  const metrics = (await text('/metrics')).body
  t.match(metrics, /^storwarden_alerts\{severity="critical",state="firing"\} [1-9]/m)
  t.match(metrics, /^storwarden_alert_evaluations_held [1-9]/m)
  t.match(metrics, /^storwarden_array_degraded\{[^}]*\} 1$/m)

  await until(
    async () => (await text('/metrics')).body,
    (body) => /^storwarden_array_degraded\{[^}]*\} 0$/m.test(body),
  )
  send('SIGCONT')
  const alerts = async () =>
    (
      await daemon
        .get<{ alerts: Alert[] }>('/api/v1/monitoring/alerts?limit=500')
        .catch(() => ({ alerts: [] }))
    ).alerts
  const written = await until(alerts, (all) =>
    ['DatabaseUnreachable', 'ArrayDegraded'].every((wanted) =>
      all.some(({ rule, state }) => rule === wanted && state === 'resolved'),
    ),
  )
  const array = written.filter(({ rule }) => rule === 'ArrayDegraded')
  t.match(array, [{ state: 'resolved' }])
  const lastedMs = Date.parse(array[0]?.resolved_at ?? '') - Date.parse(array[0]?.fired_at ?? '')
  t.ok(Math.abs(lastedMs / 1000 - STEP_SECONDS) < STEP_SECONDS / 2, `it lasted ${lastedMs} ms`)

  const told = await until(
    async () => posts().flatMap(({ alerts: news = [] }) => news),
    (news) =>
      news.some(({ event, alert }) => event === 'resolved' && alert.rule === 'ArrayDegraded'),
  )
  t.strictSame(
    told.filter(({ alert }) => alert.rule === 'ArrayDegraded').map(({ event }) => event),
    ['firing', 'resolved'],
    'on the usual way, too, each once',
  )
  t.match((await text('/metrics')).body, /^storwarden_alert_evaluations_held 0$/m)
})
