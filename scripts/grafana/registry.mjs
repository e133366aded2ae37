// What is exported, by name: help, type and unit, and how a series of it is told from others.
import { families } from '../../dist/src/exporter/metrics.js'
import { SelfMetrics } from '../../dist/src/exporter/self.js'

// Asked for its families, not for what it counts.
const self = new SelfMetrics({
  application: { name: 'storwarden', version: '' },
  breakers: () => [],
  breakerFailures: () => new Map(),
  stuckCalls: () => 0,
  connections: () => ({ idle: 0, active: 0, waiting: 0 }),
  websocket: () => ({ clients: 0, sent: 0, dropped: 0, evicted: 0 }),
  watcherRestarts: () => ({}),
  logLinesLost: () => 0,
  heldEvaluations: () => 0,
  caches: () => [],
  fleet: () => null,
})

const alerts = {
  name: 'storwarden_alerts',
  type: 'gauge',
  help: 'Alerts that are not resolved, by severity and state.',
}

/** Families by name. */
export const registry = new Map(
  [...families, alerts, ...(await self.families())].map(({ name, help, type }) => [
    name,
    { name, help, type },
  ]),
)

/** The family; throws when nothing is exported under the name. */
export function family(name) {
  const found = registry.get(name)
  if (found === undefined) throw new Error(`${name} is not exported`)
  return found
}

// Of several that fit the first: the labels that variables choose by, and the legend. Serial numbers and names of
// targets are told apart without the appliance.
const subjects = [
  { prefix: 'storwarden_vtl_library_', filters: ['library'], legend: '{{library}}' },
  { prefix: 'storwarden_vtl_drive_', filters: ['library'], legend: '{{serial}}' },
  { prefix: 'storwarden_library_', filters: ['library'], legend: '{{library}}' },
  { prefix: 'storwarden_tape_drive_', filters: ['library'], legend: '{{serial}}' },
  { prefix: 'storwarden_tape_alert_', legend: '{{serial}}{{library}} flag {{flag}}' },
  { prefix: 'storwarden_cartridge_', legend: '{{volume_tag}}', top: 20 },
  { prefix: 'storwarden_scst_target_', filters: ['target'], legend: '{{target}}' },
  { prefix: 'storwarden_scst_initiator_', filters: ['target'], legend: '{{initiator}}', top: 20 },
  { prefix: 'storwarden_scst_session_', filters: ['target'], legend: '{{session}}', top: 20 },
  { prefix: 'storwarden_scst_device_', legend: '{{device}}' },
  { prefix: 'storwarden_fc_port_statistic_', legend: '{{instance}} {{host}} {{statistic}}' },
  { prefix: 'storwarden_fc_port_', legend: '{{instance}} {{host}}' },
  { prefix: 'storwarden_disk_', legend: '{{instance}} {{device}}' },
  { prefix: 'storwarden_array_', legend: '{{instance}} {{array}}' },
  { prefix: 'storwarden_volume_group_', legend: '{{instance}} {{volume_group}}' },
  {
    prefix: 'storwarden_logical_volume_',
    legend: '{{instance}} {{volume_group}}/{{logical_volume}}',
  },
  { prefix: 'storwarden_forecast_', legend: '{{kind}} {{object}}', top: 20 },
  { prefix: 'storwarden_filesystem_', legend: '{{instance}} {{mountpoint}}' },
  { prefix: 'storwarden_network_', legend: '{{instance}} {{interface}}' },
  { prefix: 'storwarden_sensor_', legend: '{{instance}} {{chip}} {{label}}' },
  { prefix: 'storwarden_service_', legend: '{{instance}} {{unit}}' },
  { prefix: 'storwarden_enclosure_slot_', legend: '{{instance}} {{enclosure}} {{slot}}' },
  { prefix: 'storwarden_system_pressure_', legend: '{{instance}} {{resource}}' },
  { prefix: 'storwarden_system_cpu_seconds_', legend: '{{instance}} {{mode}}' },
  { prefix: 'storwarden_collector_', legend: '{{instance}} {{collector}}' },
  { prefix: 'storwarden_circuit_breaker_', legend: '{{instance}} {{breaker}}' },
  { prefix: 'storwarden_watcher_', legend: '{{instance}} {{watcher}}' },
  { prefix: 'storwarden_notification_', legend: '{{instance}} {{channel}}' },
  { prefix: 'storwarden_notifications_', legend: '{{channel}} {{result}}' },
  { prefix: 'storwarden_operations_', legend: '{{operation}} {{status}}' },
  { prefix: 'storwarden_db_table_', legend: '{{instance}} {{table}}' },
  { prefix: 'storwarden_db_replication_slot_', legend: '{{instance}} {{slot}}' },
  { prefix: 'storwarden_db_server_connections', legend: '{{instance}} {{state}}' },
  { prefix: 'storwarden_db_server_', legend: '{{instance}}' },
  { prefix: 'storwarden_db_connections', legend: '{{state}}' },
  { prefix: 'storwarden_db_', legend: '{{type}}' },
  { prefix: 'storwarden_http_auth_', legend: '{{reason}}' },
  { prefix: 'storwarden_http_requests_total', legend: '{{method}} {{route}} {{status}}' },
  { prefix: 'storwarden_alerts', legend: '{{severity}} {{state}}' },
  { prefix: '', legend: '{{instance}}' },
]

/** How series of a family are chosen and told apart. */
export function subjectOf(name) {
  return { filters: [], top: null, ...subjects.find(({ prefix }) => name.startsWith(prefix)) }
}

// By the end of the name, see test/exporter: names end with their units.
const units = [
  [/_timestamp_seconds$/, 'dateTimeFromNow'],
  [/_bits_per_second$/, 'bps'],
  [/_bytes_per_second$/, 'Bps'],
  [/_bytes$/, 'bytes'],
  [/_seconds$/, 's'],
  [/_ratio$/, 'percentunit'],
  [/_celsius$/, 'celsius'],
  [/_rpm$/, 'rotrpm'],
  [/_volts$/, 'volt'],
  [/_amperes$/, 'amp'],
  [/_watts$/, 'watt'],
]

// A second of something in every second is a share of the time.
const rateUnits = { bytes: 'Bps', s: 'percentunit' }

/** Grafana's name of the unit of what is drawn: of a counter that is its rate. */
export function unitOf({ name, type }) {
  const [, unit] = units.find(([ending]) => ending.test(name.replace(/_total$/, ''))) ?? []
  if (type !== 'counter') return unit ?? 'short'
  return rateUnits[unit] ?? 'cps'
}
