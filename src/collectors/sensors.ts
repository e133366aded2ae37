/** A sensor of the machine, from /sys/class/hwmon and /sys/class/thermal. */
export interface Sensor {
  /** Chip and input, e.g. coretemp-isa-0000/temp1. */
  id: string
  chip: string
  label: string
  kind: 'temperature' | 'fan' | 'voltage' | 'current' | 'power'
  unit: 'celsius' | 'rpm' | 'volts' | 'amperes' | 'watts'
  /** Null where the chip says the input is faulty. */
  value: number | null
  max: number | null
  critical: number | null
  alarm: boolean
}
