import { bars, series, stat, states } from '../panels.mjs'
import { all, of, raw, select } from '../queries.mjs'

const byTarget = { by: ['target'] }
const most = (metric, options) => of(metric, { by: ['initiator'], top: 10, ...options })

export const scst = {
  title: 'SCST',
  panels: [
    series('Read by initiators', [of('storwarden_scst_initiator_read_bytes_total', byTarget)]),
    series('Written by initiators', [
      of('storwarden_scst_initiator_written_bytes_total', byTarget),
    ]),
    series('Commands', [
      of('storwarden_scst_initiator_read_commands_total', { ...byTarget, name: 'read' }),
      of('storwarden_scst_initiator_write_commands_total', { ...byTarget, name: 'write' }),
    ]),
    series('Sessions', [of('storwarden_scst_target_sessions')]),
    series('Oldest command under way', [of('storwarden_scst_oldest_command_seconds', { top: 10 })]),
    series('Commands in flight', [of('storwarden_scst_session_active_commands', byTarget)]),
    series('The busiest initiators', [
      most('storwarden_scst_initiator_read_bytes_total', { name: 'read' }),
      most('storwarden_scst_initiator_written_bytes_total', { name: 'written' }),
    ]),
    states('Targets', [of('storwarden_scst_target_enabled')], { words: ['disabled', 'enabled'] }),
    states('Devices', [of('storwarden_scst_device_active')], { words: ['inactive', 'active'] }),
    states('Backing files', [of('storwarden_scst_device_backing_file_present')], {
      words: ['missing', 'there'],
    }),
    stat('Differences from scst.conf', [all('sum', 'storwarden_scst_configuration_differences')], {
      steps: [
        [0, 'green'],
        [1, 'orange'],
      ],
      width: 4,
    }),
    stat('Suspended', [all('max', 'storwarden_scst_suspended')], {
      steps: [
        [0, 'green'],
        [1, 'red'],
      ],
      width: 4,
    }),
    states('Fibre Channel ports', [of('storwarden_fc_port_online')], {
      words: ['off line', 'on line'],
      width: 16,
      height: 4,
    }),
  ],
  rest: ['storwarden_scst_', 'storwarden_fc_port_', 'storwarden_iscsi_'],
}

const full = [
  [0, 'green'],
  [0.8, 'orange'],
  [0.95, 'red'],
]
const available = select('storwarden_filesystem_available_bytes')

export const storage = {
  title: 'Storage',
  panels: [
    bars('File systems', [of('storwarden_filesystem_used_ratio')], { steps: full }),
    series('File systems over time', [of('storwarden_filesystem_used_ratio')]),
    series('Available, and in a week', [
      of('storwarden_filesystem_available_bytes'),
      raw(`clamp_min(predict_linear(${available}[1d], 7 * 86400), 0)`, '{{mountpoint}} in a week', {
        unit: 'bytes',
        help: 'In a week: when it goes on as in the last day.',
      }),
    ]),
    bars('Full in', [
      raw(`(${available} / -deriv(${available}[6h]) > 0) < 90 * 86400`, '{{mountpoint}}', {
        unit: 's',
        help: 'When it goes on as in the last six hours; what takes over 90 days is left out.',
      }),
    ]),
    bars('Used up in', [
      raw(
        `${select('storwarden_forecast_used_up_timestamp_seconds')} - time()`,
        '{{kind}} {{object}}',
        {
          unit: 's',
          help: 'By the trend of the last weeks, as the daemon reckons it.',
        },
      ),
    ]),
    series('Members that arrays lack', [of('storwarden_array_degraded')]),
    series('Resync, recovery and check', [of('storwarden_array_sync_progress_ratio')]),
    series('Thin pools', [
      of('storwarden_logical_volume_data_used_ratio', { where: 'type="thin-pool"', name: 'data' }),
      of('storwarden_logical_volume_metadata_used_ratio', {
        where: 'type="thin-pool"',
        name: 'metadata',
      }),
    ]),
    series('Disks', [
      of('storwarden_disk_read_bytes_total', { name: 'read' }),
      of('storwarden_disk_written_bytes_total', { name: 'written' }),
    ]),
    series('Time in which disks are busy', [of('storwarden_disk_io_seconds_total')]),
    states('SMART', [of('storwarden_disk_smart_passed')], { words: ['failing', 'passed'] }),
    series('Temperature of disks', [of('storwarden_disk_smart_temperature_celsius')]),
    bars('Life of disks that is used', [of('storwarden_disk_smart_life_used_ratio')], {
      steps: [
        [0, 'green'],
        [0.9, 'orange'],
        [1, 'red'],
      ],
    }),
  ],
  rest: [
    ...['storwarden_disk_', 'storwarden_array_', 'storwarden_volume_group_'],
    ...['storwarden_logical_volume_', 'storwarden_filesystem_', 'storwarden_forecast_'],
  ],
}
