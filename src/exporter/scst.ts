import type { ScstLun, ScstTarget } from '../collectors/scst.ts'
import { familiesOf, type Family } from './family.ts'

/** SCST, Fibre Channel and iSCSI. */
export const scstFamilies: Family[] = [
  ...familiesOf(
    { subject: 'scst', prefix: 'storwarden_scst', items: (scst) => [scst], labels: () => ({}) },
    {
      running: ['gauge', 'Whether the SCST modules are loaded.', ({ running }) => running],
      suspended: [
        'gauge',
        'Suspend count; other than 0 the I/O of all devices is frozen.',
        ({ suspendCount }) => suspendCount,
      ],
      configuration_differences: [
        'gauge',
        'Places where the running configuration differs from the file; no sample without a file.',
        ({ config }) => (config.targets === null ? null : config.differences.length),
      ],
    },
  ),
  ...familiesOf(
    {
      subject: 'scst',
      prefix: 'storwarden_scst_target',
      items: ({ targets }) => targets,
      labels: ({ driver, name }) => ({ driver, target: name }),
    },
    {
      enabled: [
        'gauge',
        'Whether initiators may log in; no sample for drivers that cannot be switched.',
        ({ enabled }) => enabled,
      ],
      sessions: ['gauge', 'Sessions of the target.', ({ sessions }) => sessions],
      luns: [
        'gauge',
        'LUN mappings: the default LUNs and those of every initiator group.',
        (target) => lunsOf(target).length,
      ],
      black_hole: [
        'gauge',
        'Other than 0, commands are swallowed on purpose.',
        ({ blackHole }) => blackHole,
      ],
    },
  ),
  ...familiesOf(
    {
      subject: 'scst',
      prefix: 'storwarden_scst_device',
      items: ({ devices }) => devices,
      labels: ({ name, handler, usn }) => ({
        device: name,
        handler: handler ?? '',
        serial: usn ?? '',
      }),
    },
    {
      size_bytes: ['gauge', 'Size of the device.', ({ sizeBytes }) => sizeBytes],
      active: ['gauge', 'Whether the device serves I/O.', ({ active }) => active],
      backing_file_present: [
        'gauge',
        'Whether the file or block device behind it is there.',
        ({ fileExists }) => fileExists,
      ],
      blocked: [
        'gauge',
        'Blocks on the device; I/O is frozen while it is not 0.',
        ({ blockCount }) => blockCount,
      ],
      exports: ['gauge', 'LUNs it is exported as.', ({ exports }) => exports],
    },
  ),
  ...familiesOf(
    {
      subject: 'scst_sessions',
      prefix: 'storwarden_scst_session',
      items: ({ sessions }) => sessions,
      labels: ({ driver, target, initiator, session, group }) => ({
        driver,
        target,
        initiator,
        session,
        group: group ?? '',
      }),
    },
    { active_commands: ['gauge', 'Commands in flight.', ({ activeCommands }) => activeCommands] },
  ),
  ...familiesOf(
    {
      subject: 'scst_sessions',
      prefix: 'storwarden_scst_initiator',
      items: ({ totals }) => totals,
      labels: ({ driver, target, initiator }) => ({ driver, target, initiator }),
    },
    {
      sessions: [
        'gauge',
        'Sessions of the initiator with the target.',
        ({ connected }) => connected,
      ],
      read_commands_total: [
        'counter',
        'Read commands completed, over reconnects.',
        ({ counters }) => counters.readCommands,
      ],
      read_bytes_total: [
        'counter',
        'Bytes read by the initiator, over reconnects.',
        ({ counters }) => counters.readBytes,
      ],
      write_commands_total: [
        'counter',
        'Write commands completed, over reconnects.',
        ({ counters }) => counters.writeCommands,
      ],
      written_bytes_total: [
        'counter',
        'Bytes written by the initiator, over reconnects.',
        ({ counters }) => counters.writtenBytes,
      ],
      bidi_commands_total: [
        'counter',
        'Bidirectional commands completed, over reconnects.',
        ({ counters }) => counters.bidiCommands,
      ],
      none_commands_total: [
        'counter',
        'Commands without data completed, over reconnects.',
        ({ counters }) => counters.noneCommands,
      ],
      unknown_commands_total: [
        'counter',
        'Commands of unknown direction, over reconnects.',
        ({ counters }) => counters.unknownCommands,
      ],
    },
  ),
  ...familiesOf(
    {
      subject: 'fc_hosts',
      prefix: 'storwarden_fc_port',
      items: (hosts) => hosts,
      labels: ({ portName, name }) => ({ wwpn: portName, host: name }),
    },
    {
      online: ['gauge', 'Whether the port is online.', ({ state }) => state === 'Online'],
      speed_bits_per_second: [
        'gauge',
        'Negotiated speed.',
        ({ speedBitsPerSecond }) => speedBitsPerSecond,
      ],
    },
  ),
  ...familiesOf(
    {
      subject: 'fc_hosts',
      prefix: 'storwarden_fc_port',
      items: (hosts) =>
        hosts.flatMap(({ portName, name, statistics }) =>
          Object.entries(statistics).map(([statistic, value]) => ({
            portName,
            name,
            statistic,
            value,
          })),
        ),
      labels: ({ portName, name, statistic }) => ({ wwpn: portName, host: name, statistic }),
    },
    {
      statistic_total: [
        'counter',
        'Counters that the driver implements, by the name of their file in sysfs.',
        ({ value }) => value,
      ],
    },
  ),
  ...familiesOf(
    { subject: 'iscsi', prefix: 'storwarden_iscsi', items: (iscsi) => [iscsi], labels: () => ({}) },
    {
      listeners: [
        'gauge',
        'Addresses on which this machine listens for iSCSI.',
        ({ listening }) => listening.length,
      ],
      initiator_sessions: [
        'gauge',
        'Sessions in which this machine is the initiator.',
        ({ initiatorSessions }) => initiatorSessions.length,
      ],
    },
  ),
]

function lunsOf({ luns, groups }: ScstTarget): readonly ScstLun[] {
  return [...luns, ...groups.flatMap((group) => group.luns)]
}
