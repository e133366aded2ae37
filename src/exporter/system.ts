import type { Enclosure } from '../collectors/enclosures.ts'
import type { Service } from '../collectors/services.ts'
import { familiesOf, NONE, type Family } from './family.ts'

const sensorUnits = {
  temperature: 'celsius',
  fan: 'rpm',
  voltage: 'volts',
  current: 'amperes',
  power: 'watts',
} as const

/** The machine itself: processor, memory, network, sensors, services. */
export const systemFamilies: Family[] = [
  ...familiesOf(
    {
      subject: 'system',
      prefix: 'storwarden_system',
      items: (system) => [system],
      labels: () => ({}),
    },
    {
      cpus: ['gauge', 'Processors that are online.', ({ cpus }) => cpus],
      cpu_usage_ratio: [
        'gauge',
        'Share of processor time in use since the reading before, 0 to 1.',
        ({ cpuUsagePercent }) => ratio(cpuUsagePercent),
      ],
      load1: ['gauge', 'Load average of one minute.', ({ load1 }) => load1],
      load5: ['gauge', 'Load average of five minutes.', ({ load5 }) => load5],
      load15: ['gauge', 'Load average of fifteen minutes.', ({ load15 }) => load15],
      memory_bytes: ['gauge', 'Memory of the machine.', ({ memoryTotalBytes }) => memoryTotalBytes],
      memory_available_bytes: [
        'gauge',
        'Memory that a new program could have without swapping.',
        ({ memoryAvailableBytes }) => memoryAvailableBytes,
      ],
      swap_bytes: ['gauge', 'Swap space.', ({ swapTotalBytes }) => swapTotalBytes],
      swap_used_bytes: ['gauge', 'Swap space in use.', ({ swapUsedBytes }) => swapUsedBytes],
      uptime_seconds: [
        'gauge',
        'Time since the machine was started.',
        ({ uptimeSeconds }) => uptimeSeconds,
      ],
    },
  ),
  ...familiesOf(
    {
      subject: 'system',
      prefix: 'storwarden_system',
      items: ({ cpuSeconds }) => Object.entries(cpuSeconds),
      labels: ([mode]) => ({ mode }),
    },
    {
      cpu_seconds_total: [
        'counter',
        'Processor time by mode, all processors together.',
        ([, seconds]) => seconds,
      ],
    },
  ),
  ...familiesOf(
    {
      subject: 'system',
      prefix: 'storwarden_system_pressure',
      items: ({ pressure }) => Object.entries(pressure),
      labels: ([resource]) => ({ resource }),
    },
    {
      waiting_seconds_total: [
        'counter',
        'Time in which some task waited for the resource.',
        ([, pressure]) => pressure?.someSeconds,
      ],
      stalled_seconds_total: [
        'counter',
        'Time in which all tasks waited for the resource.',
        ([, pressure]) => pressure?.fullSeconds,
      ],
    },
  ),
  ...familiesOf(
    {
      subject: 'network',
      prefix: 'storwarden_network',
      items: (interfaces) => interfaces,
      labels: ({ name }) => ({ interface: name }),
    },
    {
      up: ['gauge', 'Whether the interface is up.', ({ state }) => state === 'up'],
      speed_bits_per_second: [
        'gauge',
        'Negotiated speed.',
        ({ speedBitsPerSecond }) => speedBitsPerSecond,
      ],
      receive_bytes_total: ['counter', 'Bytes received.', ({ receivedBytes }) => receivedBytes],
      receive_packets_total: [
        'counter',
        'Packets received.',
        ({ receivedPackets }) => receivedPackets,
      ],
      receive_errors_total: [
        'counter',
        'Packets received with errors.',
        ({ receiveErrors }) => receiveErrors,
      ],
      receive_dropped_total: [
        'counter',
        'Packets received and dropped.',
        ({ receiveDropped }) => receiveDropped,
      ],
      transmit_bytes_total: ['counter', 'Bytes sent.', ({ transmittedBytes }) => transmittedBytes],
      transmit_packets_total: [
        'counter',
        'Packets sent.',
        ({ transmittedPackets }) => transmittedPackets,
      ],
      transmit_errors_total: [
        'counter',
        'Packets that could not be sent.',
        ({ transmitErrors }) => transmitErrors,
      ],
      transmit_dropped_total: [
        'counter',
        'Packets dropped before they were sent.',
        ({ transmitDropped }) => transmitDropped,
      ],
      carrier_changes_total: [
        'counter',
        'Times the link went up or down.',
        ({ carrierChanges }) => carrierChanges,
      ],
    },
  ),
  ...(['temperature', 'fan', 'voltage', 'current', 'power'] as const).flatMap((kind) =>
    familiesOf(
      {
        subject: 'sensors',
        prefix: `storwarden_sensor_${kind}`,
        items: (sensors) => sensors.filter((sensor) => sensor.kind === kind),
        labels: ({ chip, label, id }) => ({ sensor: id, chip, label }),
      },
      { [sensorUnits[kind]]: ['gauge', `What the ${kind} sensor reads.`, ({ value }) => value] },
    ),
  ),
  ...familiesOf(
    {
      subject: 'sensors',
      prefix: 'storwarden_sensor',
      items: (sensors) => sensors,
      labels: ({ chip, label, id }) => ({ sensor: id, chip, label }),
    },
    {
      alarm: [
        'gauge',
        'Whether the chip says the value is out of its limits.',
        ({ alarm }) => alarm,
      ],
    },
  ),
  ...familiesOf(
    {
      subject: 'services',
      prefix: 'storwarden_service',
      items: (services) => services,
      labels: ({ unit }) => ({ unit }),
    },
    {
      active: [
        'gauge',
        'Whether the systemd unit is active.',
        ({ active }: Service) => active === 'active',
      ],
      failed: [
        'gauge',
        'Whether the systemd unit has failed.',
        ({ active }: Service) => active === 'failed',
      ],
    },
  ),
  ...familiesOf(
    {
      subject: 'enclosures',
      prefix: 'storwarden_enclosure_slot',
      items: (enclosures) => enclosures.flatMap(slotsOf),
      labels: ({ enclosure, slot: { name } }) => ({ enclosure, slot: name }),
    },
    {
      fault: ['gauge', 'Whether the fault indicator of the slot is on.', ({ slot }) => slot.fault],
      ok: [
        'gauge',
        'Whether the element in the slot says OK; no sample where it says nothing.',
        ({ slot: { status } }) => {
          if (EMPTY.includes(status)) return NONE
          return UNTOLD.includes(status) ? null : status === 'OK'
        },
      ],
    },
  ),
]

// Status words that say nothing about the health of what is in the slot, and those of a slot that
// holds nothing (drivers/misc/enclosure.c).
const UNTOLD = ['unknown', 'unavailable']
const EMPTY = ['unsupported', 'not installed']

function slotsOf({ id, slots }: Enclosure) {
  return slots.map((slot) => ({ enclosure: id, slot }))
}

function ratio(percent: number | null): number | null {
  return percent === null ? null : percent / 100
}
