import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { startTestDaemon, until } from '../support/daemon.ts'

const recordings = fileURLToPath(new URL('../../fixtures/recordings', import.meta.url))

interface Task {
  id: string
  state: string
  error: string | null
  log: { message: string }[]
}

interface Operation {
  operation: string
  count: number
  affected_objects: number
}

t.test('a daemon does what it is asked, counts what it does, and says what failed', async (t) => {
  const daemon = await startTestDaemon(t, {
    arguments: ['--replay', join(recordings, '01-steady')],
  })
  const frames: string[] = []
  await daemon.follow(({ type, data }) => {
    if (type === 'task') frames.push((data as { event: string }).event)
  })
  const done = async (body: object) => {
    const { id } = await daemon.post<Task>('/api/v1/tasks', body)
    return until(
      () => daemon.get<Task>(`/api/v1/tasks/${id}`),
      ({ state }) => state === 'completed' || state === 'failed',
    )
  }

  const retention = await done({ kind: 'monitoring_data_retention' })
  t.match(retention, { state: 'completed', error: null })
  t.match(
    retention.log.map(({ message }) => message),
    [
      /^asked for by admin$/,
      /events that are older than 30 days/,
      'events: 0 days of them forgotten',
    ],
  )
  t.match(await done({ kind: 'monitoring_event_processing' }), {
    state: 'completed',
    log: [{}, {}, {}, {}, { message: /events on the stream, without a gap$/ }, {}],
  })
  const evaluation = await done({ kind: 'monitoring_alert_evaluation', params: { collect: true } })
  t.match(evaluation, { state: 'completed' })
  t.ok(evaluation.log.some(({ message }) => /^\d+ alerts fire, \d+ are pending$/.test(message)))
  const incident = await daemon.post<{ id: string }>('/api/v1/monitoring/incidents', {
    ...{ title: 'secret', severity: 'low' },
  })
  const params = { incident_id: incident.id }
  const analysis = await done({ kind: 'monitoring_incident_analysis', params })
  t.match(analysis, { state: 'completed' })
  t.notMatch(JSON.stringify(analysis), 'secret')
  params.incident_id = '44444444-4444-4444-8444-444444444444'
  t.match(await done({ kind: 'monitoring_incident_analysis', params }), {
    state: 'failed',
    error: `incident ${params.incident_id}: not found`,
  })
  t.strictSame(frames.slice(0, 2), ['task_created', 'task_started'])
  t.ok(frames.includes('task_completed'))

  const { operations } = await daemon.get<{ operations: Operation[] }>(
    '/api/v1/monitoring/operations',
  )
  for (const name of ['poll_scst', 'poll_changer', 'monitoring_data_retention']) {
    const found = operations.find(({ operation }) => operation === name)
    t.ok((found?.count ?? 0) > 0, name)
  }
  t.ok(
    operations.some((one) => one.operation === 'poll_changer' && one.affected_objects > 0),
    'elements are counted',
  )
  const metrics = await (await fetch(`${daemon.url}/metrics`)).text()
  for (const sample of [
    'storwarden_operations_total{operation="poll_scst",status="ok"} ',
    'storwarden_operation_duration_seconds_bucket{le="600",operation="monitoring_data_retention"} ',
    'storwarden_operation_affected_objects_total{operation="poll_changer"} ',
    'storwarden_cache_events_total{cache="health",event="miss"} ',
    'storwarden_db_health_status 1',
    'storwarden_watcher_restarts_total{watcher="collectors"} 0',
  ]) {
    t.ok(metrics.includes(sample), sample)
  }
})

t.test(
  'a daemon that plays a recording shows how SCST would be restored, and writes nothing',
  async (t) => {
    const daemon = await startTestDaemon(t, {
      arguments: ['--replay', join(recordings, '06-scst-degraded')],
    })
    const reconcile = '/api/v1/monitoring/consistency/reconcile'
    const body = { strategy: 'restore_config', checks: ['scst'] }
    const { plan, steps } = await daemon.post<{ plan: string; steps: object[] }>(reconcile, body)
    t.equal(steps.length, 4)
    const asked = { ...body, dry_run: false, plan, allow_disruptive: true }
    await t.rejects(daemon.post(reconcile, asked), /plays a recording: there is nothing to change/)
    t.match(await daemon.get('/api/v1/tasks'), { total: 0 })
    const params = { plan, allow_disruptive: true }
    const made = await daemon.post<Task>('/api/v1/tasks', {
      ...{ kind: 'consistency_restore_config', params },
    })
    const task = await until(
      () => daemon.get<Task>(`/api/v1/tasks/${made.id}`),
      ({ state }) => state === 'completed' || state === 'failed',
    )
    t.match(task, { state: 'failed', error: /plays a recording/ })
  },
)
