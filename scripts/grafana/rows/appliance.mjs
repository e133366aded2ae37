import { series, stat, states, table } from '../panels.mjs'
import { all, of, raw, select } from '../queries.mjs'

const bad = [
  [0, 'green'],
  [1, 'red'],
]
const full = [
  [0, 'green'],
  [0.8, 'orange'],
  [0.95, 'red'],
]
const firing = (severity) => `severity="${severity}", state="firing"`

export const overview = {
  title: 'Overview',
  panels: [
    stat('Appliances that answer', [
      raw('sum(up{job="storwarden", instance=~"$instance"})', '', {
        help: 'Targets of the job that Prometheus reaches.',
      }),
    ]),
    stat(
      'Critical alerts',
      [
        // No sample of an appliance that answers is no alert; of one that does not it is unknown.
        raw(
          `sum(${select('storwarden_alerts', firing('critical'))}) or 0 * sum(up{job="storwarden", instance=~"$instance"} == 1)`,
          '',
          { help: 'Critical alerts of the appliances that fire and are not muted.' },
        ),
      ],
      { steps: bad },
    ),
    stat(
      'Warnings',
      [
        raw(
          `sum(${select('storwarden_alerts', firing('warning'))}) or 0 * sum(up{job="storwarden", instance=~"$instance"} == 1)`,
          '',
          { help: 'Warnings of the appliances that fire and are not muted.' },
        ),
      ],
      {
        steps: [
          [0, 'green'],
          [1, 'orange'],
        ],
      },
    ),
    stat(
      'Collectors that fail',
      [
        raw(`sum(1 - ${select('storwarden_collector_success')})`, '', {
          help: 'Parts of the appliances that cannot be read.',
        }),
      ],
      { steps: bad },
    ),
    stat('Libraries online', [all('sum', 'storwarden_library_online')]),
    stat('Drives at work', [all('sum', 'storwarden_tape_drive_active')]),
    stat('Sessions', [all('sum', 'storwarden_scst_target_sessions')]),
    stat('Fullest file system', [all('max', 'storwarden_filesystem_used_ratio')], { steps: full }),
    states(
      'Appliances',
      [
        raw('up{job="storwarden", instance=~"$instance"}', '{{instance}}', {
          help: 'Whether Prometheus reaches the daemon.',
        }),
      ],
      { words: ['down', 'up'], width: 24, height: 4 },
    ),
  ],
}

export const alerts = {
  title: 'Alerts',
  panels: [
    series('Alerts of the appliances', [of('storwarden_alerts', { by: ['severity', 'state'] })], {
      width: 8,
    }),
    series('Incidents', [of('storwarden_incidents', { by: ['severity', 'status'] })], { width: 8 }),
    table(
      'Alerts of Prometheus',
      [
        raw('ALERTS{job="storwarden", instance=~"$instance"}', '', {
          help: 'Pending and firing alerts of storwarden.rules.yml.',
        }),
      ],
      {
        columns: [
          ...['severity', 'alertname', 'alertstate', 'instance', 'library', 'serial', 'target'],
          ...['device', 'mountpoint', 'array', 'unit', 'collector'],
        ],
        width: 24,
      },
    ),
  ],
  rest: ['storwarden_alerts', 'storwarden_incidents'],
}

export const system = {
  title: 'System',
  collapsed: true,
  panels: [
    series('Processors', [of('storwarden_system_cpu_usage_ratio', { legend: '{{instance}}' })]),
    series(
      'Processor time by mode',
      [
        raw(
          `sum by (mode) (rate(${select('storwarden_system_cpu_seconds_total', 'mode!="idle"')}[$__rate_interval]))`,
          '{{mode}}',
          { help: 'Processors that were busy with it, idle time left out.' },
        ),
      ],
      { stacked: true },
    ),
    series('Load', [
      of('storwarden_system_load1', { legend: '{{instance}} 1 min' }),
      of('storwarden_system_load15', { legend: '{{instance}} 15 min' }),
      of('storwarden_system_cpus', { legend: '{{instance}} processors' }),
    ]),
    series('Memory', [
      of('storwarden_system_memory_available_bytes', { legend: '{{instance}} available' }),
      of('storwarden_system_memory_bytes', { legend: '{{instance}} in all' }),
      of('storwarden_system_swap_used_bytes', { legend: '{{instance}} swap used' }),
    ]),
    series('Waiting for processors, memory and I/O', [
      of('storwarden_system_pressure_waiting_seconds_total', { name: 'some wait for' }),
      of('storwarden_system_pressure_stalled_seconds_total', { name: 'all wait for' }),
    ]),
    series('Network', [
      of('storwarden_network_receive_bytes_total', { name: 'received' }),
      of('storwarden_network_transmit_bytes_total', { name: 'sent' }),
    ]),
    series('Packets that were broken or dropped', [
      of('storwarden_network_receive_errors_total', { name: 'receive errors' }),
      of('storwarden_network_transmit_errors_total', { name: 'transmit errors' }),
      of('storwarden_network_receive_dropped_total', { name: 'receive dropped' }),
      of('storwarden_network_transmit_dropped_total', { name: 'transmit dropped' }),
    ]),
    series('Temperatures', [of('storwarden_sensor_temperature_celsius')]),
    states('Sensor alarms', [of('storwarden_sensor_alarm')], {
      words: ['ok', 'alarm'],
      colours: ['green', 'red'],
    }),
    states('Services', [of('storwarden_service_failed')], {
      words: ['ok', 'failed'],
      colours: ['green', 'red'],
    }),
    states('Links', [of('storwarden_network_up')], { words: ['down', 'up'] }),
    stat('Up for', [of('storwarden_system_uptime_seconds', { legend: '{{instance}}' })], {
      width: 8,
      height: 8,
    }),
  ],
  rest: [
    ...['storwarden_system_', 'storwarden_network_', 'storwarden_sensor_'],
    ...['storwarden_service_', 'storwarden_enclosure_'],
  ],
}
