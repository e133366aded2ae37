import t from 'tap'
import { runCli } from '../support/cli.ts'

process.env.TZ = 'Europe/Berlin'

const ids = {
  one: '11111111-1111-4111-8111-111111111111',
  twin: '11111111-2222-4111-8111-111111111111',
  other: '22222222-1111-4111-8111-111111111111',
  over: '33333333-1111-4111-8111-111111111111',
}
const alert = (changes: object) => ({
  id: ids.one,
  title: 'Storage Capacity Critical',
  severity: 'critical',
  source: 'storage',
  resource: '/srv/backup',
  message: '96 % full',
  state: 'firing',
  acknowledged: false,
  started_at: '2026-11-20T20:57:00Z',
  inhibited_by: null,
  resolved_by: null,
  ...changes,
})
const path = '/api/v1/monitoring/alerts'
const page = (alerts: object[], total = alerts.length, cursor: string | null = null) => ({
  alerts,
  total,
  next_cursor: cursor,
})
const list = (state: string, inhibited = false, limit = 1000) =>
  `GET ${path}?state=${state}&inhibited=${inhibited}&limit=${limit}`

const numbers = {
  system: {
    cpu_usage_percent: 3.14,
    memory_usage_percent: 41,
    disk_usage_percent: 63,
    uptime_seconds: 86_400,
  },
  storage: { total_repositories: 3, usage_percent: 71.5, available_bytes: 2 ** 40 },
  scst: {
    active_targets: 2,
    total_targets: 3,
    total_luns: 7,
    total_sessions: 1,
    connected_initiators: 1,
    total_initiators: 2,
  },
  tape: { total_libraries: null, total_drives: null, occupied_slots: null, total_slots: null },
  vtl: {
    total_libraries: 0,
    active_drives: 0,
    total_drives: 0,
    total_tapes: 0,
    occupied_slots: 0,
    total_slots: 0,
  },
  tasks: { running: 0, pending: 0, failed: 1 },
  collectors: {
    changers: { state: 'failed', age_seconds: 700, error: 'mtx: no answer' },
    disks: { state: 'read', age_seconds: 1, error: null },
    smart: { state: 'pending', age_seconds: null, error: null },
    enclosures: { state: 'absent', age_seconds: 1, error: null },
  },
}
const health = {
  status: 'degraded',
  components: {
    database: { status: 'up', message: 'connected' },
    library: { status: 'down', message: 'could not be read' },
  },
}

t.test('status tells health, alerts, numbers and what was not read', async (t) => {
  const answers = {
    '/health/status': health,
    '/api/v1/monitoring/metrics': numbers,
    [list('firing')]: page([
      alert({}),
      alert({ id: ids.twin, acknowledged: true }),
      alert({ id: ids.other, severity: 'info' }),
    ]),
  }
  const { status, out, error } = await runCli(['status'], { answers })
  t.strictSame([status, error], [0, ''])
  t.strictSame(out.trimEnd().split('\n'), [
    'health   degraded',
    'alerts   critical 2 (1 acknowledged), info 1',
    '',
    'system   processors 3.1 %, memory 41.0 %, disk 63.0 %, up 24 h',
    'storage  repositories 3, used 71.5 %, free 1.00 TiB',
    'scst     targets 2 of 3 active, LUNs 7, sessions 1, initiators 1 of 2 connected',
    'tape     libraries unknown, drives unknown, slots unknown of unknown full',
    'vtl      libraries 0, drives 0 of 0 active, tapes 0, slots 0 of 0 full',
    'tasks    running 0, pending 0, failed 1',
    '',
    'COMPONENT  HEALTH  WHY',
    'library    down    could not be read',
    '',
    'COLLECTOR  STATE    LAST SUCCESS  WHY',
    'changers   failed   11 min ago    mtx: no answer',
    'smart      pending  never',
  ])
  const json = await runCli(['status', '--json'], { answers })
  t.strictSame(JSON.parse(json.out), {
    url: 'http://127.0.0.1:8080',
    health,
    alerts: [
      { severity: 'critical', firing: 2, acknowledged: 1 },
      { severity: 'warning', firing: 0, acknowledged: 0 },
      { severity: 'info', firing: 1, acknowledged: 0 },
    ],
    numbers,
  })
})

t.test('status of a fleet names the appliances that somebody has to look after', async (t) => {
  const one = (name: string, changes: object = {}) => ({
    ...{ name, state: 'reporting', health: 'up', alerts: { critical: 0, warning: 0, info: 0 } },
    ...changes,
  })
  const answers = {
    '/health/status': health,
    '/api/v1/monitoring/metrics': numbers,
    [list('firing')]: page([]),
    '/api/v1/fleet/appliances': {
      listening: false,
      appliances: [
        one('tape-01'),
        one('tape-02', { state: 'silent', health: 'unknown' }),
        one('tape-03', { alerts: { critical: 1, warning: 2, info: 0 } }),
      ],
    },
  }
  const { out, error } = await runCli(['status'], { answers })
  t.strictSame(error, '')
  t.strictSame(out.split('\n').slice(2, 8), [
    'fleet    2 of 3 appliances report',
    '         its servers are not reached',
    '',
    'APPLIANCE  STATE      HEALTH   ALERTS',
    'tape-02    silent     unknown',
    'tape-03    reporting  up       1 critical, 2 warning',
  ])
})
