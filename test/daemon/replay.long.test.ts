import { execFileSync } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import type { Numbers } from '../../src/numbers.ts'
import { startTestDaemon, until } from '../support/daemon.ts'
import type { Frame } from '../support/ws.ts'

const recordings = fileURLToPath(new URL('../../fixtures/recordings', import.meta.url))

interface Alerts {
  alerts: { id: string; rule: string; state: string; resource: string; acknowledged: boolean }[]
}

interface Stored {
  series: { labels: Record<string, string>; points: [string, number][] }[]
}

t.test('a recording is monitored like an appliance', async (t) => {
  const daemon = await startTestDaemon(t, {
    arguments: ['--replay', join(recordings, '07-raid-degraded-and-full')],
  })

  await t.test('it is ready, and healthy but for what is wrong', async (t) => {
    t.strictSame(await (await fetch(`${daemon.url}/health/ready`)).json(), {
      status: 'ready',
      checks: { database: true, filesystem: true },
    })
    t.match(await (await fetch(`${daemon.url}/api/v1/health`)).json(), { status: 'degraded' })
  })

  await t.test('the numbers are those of the recording', async (t) => {
    const numbers = await daemon.get<Numbers>('/api/v1/monitoring/metrics')
    t.match(numbers, {
      storage: { total_repositories: 5 },
      scst: { total_targets: 3, active_targets: 2 },
      vtl: { total_libraries: 3, total_drives: 10 },
      tape: { total_libraries: 0 },
    })
  })

  await t.test('they are kept from the first evaluation on', async (t) => {
    const { series } = await until(
      () => daemon.get<Stored>('/api/v1/monitoring/metrics?name=scst_total_targets'),
      ({ series }) => series.length > 0,
    )
    t.match(series, [{ labels: {}, points: [[/^\d{4}-/, 3]] }])
    const path = '/api/v1/monitoring/metrics?name=storwarden_array_degraded&step_seconds=3600'
    t.match(await daemon.get<Stored>(path), {
      series: [{ labels: { array: 'md0' }, points: [[/:00:00\.000Z$/, 1]] }],
      aggregate: 'avg',
    })
  })

  await t.test(
    'what is wrong fires, and the gravest mutes the lesser of the same place',
    async (t) => {
      const firing = await until(
        () => daemon.get<Alerts>('/api/v1/monitoring/alerts?state=firing&inhibited=false'),
        ({ alerts }) => alerts.length > 0,
      )
      const names = firing.alerts.map(({ rule, resource }) => `${rule} ${resource}`)
      t.ok(names.includes('ArrayDegraded md0'), names.join(', '))
      t.ok(names.includes('StorageCapacityCritical /srv/repo-b'))
      t.ok(names.includes('StorageCapacityWarning /'))
      t.notOk(names.includes('StorageCapacityWarning /srv/repo-b'))
      const muted = await daemon.get<Alerts>('/api/v1/monitoring/alerts?inhibited=true')
      t.match(muted.alerts, [{ rule: 'StorageCapacityWarning', resource: '/srv/repo-b' }])
    },
  )

  await t.test('an alert is acknowledged by who is logged in', async (t) => {
    const { alerts } = await daemon.get<Alerts>('/api/v1/monitoring/alerts?rule=ArrayDegraded')
    const path = `/api/v1/monitoring/alerts/${alerts[0]?.id ?? ''}`
    await daemon.post(`${path}/acknowledge`, { comment: 'disk ordered' })
    t.match(await daemon.get(path), {
      acknowledged: true,
      acknowledged_by: 'admin',
      acknowledge_comment: 'disk ordered',
    })
  })

  await t.test('promtool accepts the metrics', async (t) => {
    const text = await (await fetch(`${daemon.url}/metrics`)).text()
    t.match(text, /^storwarden_collector_success\{collector="scst"\} 1$/m)
    t.match(text, /^storwarden_array_degraded\{array="md0",.*\} 1$/m)
    try {
      const said = execFileSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })
      t.equal(said, '')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || process.env.CI) throw error
      t.comment('promtool is not installed here; CI has it')
    }
  })

  t.equal(await daemon.end('SIGTERM'), 0)
})

t.test('a timeline is told on the stream as it moves', async (t) => {
  const timeline = join(t.testdir({}), 'timeline')
  mkdirSync(timeline)
  symlinkSync(join(recordings, '01-steady'), join(timeline, '1'))
  symlinkSync(join(recordings, '08-no-scst'), join(timeline, '2'))
  symlinkSync(join(recordings, '01-steady'), join(timeline, '3'))
  const daemon = await startTestDaemon(t, {
    arguments: ['--replay', timeline, '--replay-step', '3'],
  })

  const frames: Frame[] = []
  const back = new Promise<void>((resolve) => {
    void daemon.follow((frame) => {
      frames.push(frame)
      const { event, rule } = frame.data
      if (event === 'resolved' && rule === 'ScstNotRunning') resolve()
    })
  })
  await back

  const [first] = frames
  t.match(first, { type: 'system', data: { event: 'hello' } })
  const told = frames.filter(({ data }) => data.rule === 'ScstNotRunning')
  t.strictSame(
    told.map(({ type, data }) => [type, data.event, data.state, data.severity]),
    [
      ['alert', 'firing', 'firing', 'critical'],
      ['alert', 'resolved', 'resolved', 'critical'],
    ],
  )
  t.ok(
    frames.some(({ type, data }) => type === 'metrics' && 'scst' in data),
    'numbers are broadcast',
  )
  const seqs = frames.slice(1).flatMap(({ type, seq }) => (type === 'metrics' ? [] : [seq]))
  t.strictSame(
    seqs,
    seqs.map((_, index) => (seqs[0] ?? 0) + index),
    'without a gap',
  )
})
