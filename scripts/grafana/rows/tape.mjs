import { bars, series, states } from '../panels.mjs'
import { of, raw, select } from '../queries.mjs'

export const libraries = {
  title: 'Libraries',
  panels: [
    states('Libraries', [of('storwarden_library_online')], { words: ['offline', 'online'] }),
    bars(
      'Slots that are full',
      [
        raw(
          `${select('storwarden_library_occupied_slots')} / ${select('storwarden_library_slots')}`,
          '{{library}}',
          { unit: 'percentunit', help: 'Storage elements that hold a cartridge.' },
        ),
      ],
      {
        steps: [
          [0, 'green'],
          [0.95, 'orange'],
          [1, 'red'],
        ],
      },
    ),
    series('Cartridges', [
      of('storwarden_library_occupied_slots', { name: 'in slots' }),
      of('storwarden_library_loaded_drives', { name: 'in drives' }),
      of('storwarden_library_occupied_import_export_slots', { name: 'in import/export' }),
    ]),
    states('Daemons of virtual libraries', [of('storwarden_vtl_library_daemon_running')], {
      words: ['down', 'running'],
    }),
    series('Space that virtual cartridges take up', [of('storwarden_vtl_library_media_bytes')]),
    series('Elements that are abnormal', [of('storwarden_library_abnormal_elements')]),
  ],
  rest: ['storwarden_library_', 'storwarden_vtl_'],
}

const perGigabyte = (retries, bytes) =>
  `increase(${select(retries)}[1h]) / (increase(${select(bytes)}[1h]) > 1e9) * 1e9`

export const drives = {
  title: 'Drives',
  panels: [
    states('Drives that answer', [of('storwarden_tape_drive_reachable')], {
      words: ['silent', 'answers'],
    }),
    states('Drives at work', [of('storwarden_tape_drive_active')], {
      words: ['idle', 'at work'],
      colours: ['text', 'blue'],
    }),
    states(
      'Cleaning',
      [
        of('storwarden_tape_drive_cleaning_required', { name: 'required' }),
        of('storwarden_tape_drive_cleaning_requested', { name: 'requested' }),
      ],
      { words: ['no', 'yes'], colours: ['green', 'red'] },
    ),
    states('TapeAlert flags', [of('storwarden_tape_alert_active')], {
      words: ['no', 'raised'],
      colours: ['green', 'red'],
    }),
    states('Drives that expect to fail', [of('storwarden_tape_drive_failure_predicted')], {
      words: ['no', 'yes'],
      colours: ['green', 'red'],
    }),
    series('Written through the st driver', [of('storwarden_tape_drive_written_bytes_total')]),
    series('Read through the st driver', [of('storwarden_tape_drive_read_bytes_total')]),
    series('To and from the medium', [
      of('storwarden_tape_drive_medium_written_bytes_total', { name: 'written' }),
      of('storwarden_tape_drive_medium_read_bytes_total', { name: 'read' }),
    ]),
    series('Blocks that were written or read again, a gigabyte', [
      raw(
        perGigabyte(
          'storwarden_tape_drive_rewrites_total',
          'storwarden_tape_drive_medium_written_bytes_total',
        ),
        '{{serial}} written',
        { help: 'In the last hour, where more than a gigabyte was written or read.' },
      ),
      raw(
        perGigabyte(
          'storwarden_tape_drive_rereads_total',
          'storwarden_tape_drive_medium_read_bytes_total',
        ),
        '{{serial}} read',
      ),
    ]),
    series('Errors that were not corrected, in a day', [
      raw(
        `increase(${select('storwarden_tape_drive_uncorrected_write_errors_total')}[1d])`,
        '{{serial}} writing',
        { help: 'By the counters of the drive.' },
      ),
      raw(
        `increase(${select('storwarden_tape_drive_uncorrected_read_errors_total')}[1d])`,
        '{{serial}} reading',
      ),
    ]),
    series('Temperature', [
      of('storwarden_tape_drive_temperature_celsius'),
      of('storwarden_tape_drive_temperature_limit_celsius', { name: 'limit of' }),
    ]),
    series(
      'Compression',
      [
        of('storwarden_tape_drive_write_compression_ratio', { name: 'written' }),
        of('storwarden_tape_drive_read_compression_ratio', { name: 'read' }),
      ],
      { unit: 'short' },
    ),
    series('Time in motion since the last cleaning', [
      of('storwarden_tape_drive_motion_since_cleaning_seconds'),
    ]),
    bars('Health last told', [of('storwarden_tape_drive_health_read_timestamp_seconds')]),
  ],
  rest: ['storwarden_tape_drive_', 'storwarden_tape_alert_'],
}

const worn = [
  [0, 'red'],
  [0.03, 'orange'],
  [0.1, 'green'],
]

export const cartridges = {
  title: 'Cartridges',
  collapsed: true,
  panels: [
    bars(
      'Those with the least life left',
      [
        raw(
          `bottomk(20, ${select('storwarden_cartridge_life_remaining_ratio')})`,
          '{{volume_tag}}',
          { unit: 'percentunit', help: 'Share of its life that is left.' },
        ),
      ],
      { steps: worn },
    ),
    bars('Those with the most loads', [
      raw(`topk(20, ${select('storwarden_cartridge_loads_total')})`, '{{volume_tag}}', {
        help: 'Loads in the life of the cartridge.',
      }),
    ]),
    bars('Those with errors that were not recovered', [
      raw(
        `topk(20, ${select('storwarden_cartridge_unrecovered_write_errors_total')} > 0)`,
        '{{volume_tag}} writing',
        { help: 'In the life of the cartridge.' },
      ),
      raw(
        `topk(20, ${select('storwarden_cartridge_unrecovered_read_errors_total')} > 0)`,
        '{{volume_tag}} reading',
      ),
    ]),
  ],
  rest: ['storwarden_cartridge_'],
}
