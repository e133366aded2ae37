import type { Rule } from './rule.ts'

const UNITS = { celsius: '°C', rpm: 'rpm', volts: 'V', amperes: 'A', watts: 'W' }

/** The chip's own alarm, or a temperature at the value that the chip calls critical. */
export const sensorAlarm: Rule<'sensors'> = {
  alert: 'SensorAlarm',
  name: 'Sensor alarm',
  subject: 'sensors',
  severity: 'warning',
  source: 'system',
  forSeconds: 60,
  description:
    'A sensor of the machine is outside its limits: parts may fail or switch themselves off.',
  action:
    'Check fans, air flow, the temperature of the room and power supplies. If it gets worse end the jobs that run and ' +
    'shut the machine down, before it switches itself off.',

  check(sensors) {
    return sensors
      .filter(
        ({ kind, alarm, value, critical }) =>
          alarm ||
          (kind === 'temperature' && value !== null && critical !== null && value >= critical),
      )
      .map(({ id, chip, label, kind, unit, value, max, critical }) => ({
        labels: { sensor: id },
        message:
          `The ${kind} sensor ${label} of ${chip} raises an alarm` +
          (value === null ? '' : ` at ${value} ${UNITS[unit]}`) +
          (critical === null ? '.' : `; critical is ${critical} ${UNITS[unit]}.`),
        evidence: {
          [`value_${unit}`]: value,
          [`maximum_${unit}`]: max,
          [`critical_${unit}`]: critical,
          source: `${/^thermal_zone\d+$/.test(label) ? '/sys/class/thermal' : '/sys/class/hwmon'}: ${id}`,
        },
      }))
  },
}
