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
    'A sensor of the machine is outside its limits. Check fans, air flow and power supplies.',

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
          `${value === null ? '' : ` at ${value} ${UNITS[unit]}`}.`,
        evidence: { unit, value, max, critical },
      }))
  },
}
