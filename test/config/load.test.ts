import { join } from 'node:path'
import t from 'tap'
import { collectors } from '../../src/collectors/index.ts'
import { settings } from '../../src/config/settings.ts'
import { load, loadText } from '../support/config.ts'

t.test('without file and environment there are the defaults of the interface', async (t) => {
  const config = await load({})
  const { listen, state_dir, database, log, metrics, monitoring } = config
  const { evaluation_interval_seconds, event_retention_days, metric_retention_days } = monitoring
  t.strictSame(
    { listen, state_dir, database, log, metrics },
    {
      listen: {
        ...{ host: '127.0.0.1', port: 8080, hosts: [], trusted_proxies: [] },
        ...{ max_connections: 2000, max_connections_per_address: 500, keep_alive_seconds: 30 },
        ...{ header_timeout_seconds: 15, request_timeout_seconds: 60 },
        tls: {
          ...{ cert_file: null, key_file: null, key_passphrase: null, key_passphrase_file: null },
          ...{ self_signed: false, self_signed_names: [], min_version: '1.2', hsts_seconds: 0 },
        },
      },
      state_dir: '/var/lib/storwarden',
      database: {
        url: null,
        url_file: null,
        role: 'auto',
        pool_size: 10,
        statement_timeout_seconds: 30,
        lock_timeout_seconds: 30,
      },
      log: { level: 'info', file: null, json: false },
      metrics: { enabled: true, listen: null, token: null, token_file: null },
    },
  )
  t.strictSame(
    [evaluation_interval_seconds, event_retention_days, metric_retention_days],
    [30, 30, 90],
  )
  t.strictSame(monitoring.thresholds, {
    storage_warning_percent: 80,
    storage_critical_percent: 95,
    inodes_free_percent: 5,
    thin_pool_warning_percent: 80,
    thin_pool_critical_percent: 95,
    volume_group_percent: 95,
    clear_margin_percent: 1,
    tape_retries_per_gigabyte: 100,
    tape_cleaning_hours: 250,
    cartridge_life_warning_percent: 10,
    cartridge_life_critical_percent: 3,
  })
})

t.test('a default that is no valid value would be a fault of its own', async (t) => {
  const written = settings.map(({ path, schema }) => ({ path, value: schema.default }))
  const tree: Record<string, unknown> = {}
  for (const { path, value } of written) {
    let section = tree
    for (const key of path.slice(0, -1)) section = (section[key] ??= {}) as Record<string, unknown>
    section[path.at(-1) ?? ''] = value
  }
  t.strictSame(await loadText(t, JSON.stringify(tree)), await load({}))
})

t.test('every collector has its switch, and by default its own interval', async (t) => {
  const configured = (await load({})).collectors
  const own = Object.entries(collectors).map(([name, { intervalSeconds }]) => [
    name,
    { enabled: true, interval_seconds: intervalSeconds },
  ])
  t.strictSame(configured, Object.fromEntries(own))
})

t.test('the configuration is frozen to the last list', async (t) => {
  const config = await load({})
  t.throws(() => Object.assign(config.monitoring.thresholds, { storage_warning_percent: 1 }))
  t.throws(() => (config.monitoring.services as string[]).push('ssh.service'))
  t.throws(() => Object.assign(config, { state_dir: '/' }))
  t.throws(() => Object.assign(config.log, { level: 'debug' }))
})

t.test(
  'the command line goes before the environment, the environment before the file',
  async (t) => {
    const text = 'state_dir: /file\nlisten: {host: file, port: 1}\nlog: {level: WARNING}\n'
    const env = { STORWARDEN_LISTEN_PORT: '2', STORWARDEN_LISTEN_HOST: 'environment' }
    const config = await loadText(t, text, {
      env,
      overrides: { listen: { host: 'line', port: 3 } },
      defaultStateDir: '/clone/var',
    })
    t.match(config.listen, { host: 'line', port: 3 })
    t.equal(config.state_dir, '/file')
    t.equal(config.log.level, 'warn')
    t.match((await loadText(t, text, { env })).listen, { host: 'environment', port: 2 })
    t.equal((await load({}, { defaultStateDir: '/clone/var' })).state_dir, '/clone/var')
    t.equal((await load({ STORWARDEN_STATE_DIR: 'here' })).state_dir, join(process.cwd(), 'here'))
  },
)

t.test('every setting comes from its own variable too', async (t) => {
  t.equal(new Set(settings.map(({ variable }) => variable)).size, settings.length)
  const config = await load({
    STORWARDEN_METRICS_ENABLED: 'Off',
    STORWARDEN_MONITORING_THRESHOLDS_STORAGE_WARNING_PERCENT: '72.5',
    STORWARDEN_MONITORING_SERVICES: ' bacula-sd.service , smb.service,',
    STORWARDEN_MONITORING_VIRTUAL_HOSTS: '',
    STORWARDEN_COLLECTORS_MD_ARRAYS_INTERVAL_SECONDS: '5',
    STORWARDEN_LOG_LEVEL: '',
    STORWARDEN_URL: 'http://appliance:8080',
    STORWARDEN_TOKEN: 'of the client',
  })
  t.equal(config.metrics.enabled, false)
  t.equal(config.monitoring.thresholds.storage_warning_percent, 72.5)
  t.strictSame(config.monitoring.services, ['bacula-sd.service', 'smb.service'])
  t.strictSame(config.monitoring.virtual_hosts, [])
  t.equal(config.collectors.md_arrays.interval_seconds, 5)
  t.equal(config.log.level, 'info')
})

t.test('the variables that others know are honoured, after our own', async (t) => {
  const config = await load({
    DATABASE_URL: 'postgresql://storwarden@db/storwarden',
    LOG_LEVEL: 'CRITICAL',
    LOG_FILE_PATH: '/var/log/storwarden.log',
    LOG_JSON: '1',
    ENABLE_METRICS: 'no',
    MONITORING_EVENT_RETENTION_DAYS: '7',
    MONITORING_METRIC_RETENTION_DAYS: '8',
    STORWARDEN_MONITORING_METRIC_RETENTION_DAYS: '9',
  })
  t.equal(config.database.url, 'postgresql://storwarden@db/storwarden')
  t.strictSame(config.log, { level: 'fatal', file: '/var/log/storwarden.log', json: true })
  t.equal(config.metrics.enabled, false)
  t.equal(config.monitoring.event_retention_days, 7)
  t.equal(config.monitoring.metric_retention_days, 9)
})
