import { readHwmon } from './hwmon.ts'
import { ABSENT, whole, type Collector } from './collector.ts'
import { readThermalZones } from './thermal.ts'

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

/** Sensors that the kernel has drivers for. */
export const sensors: Collector<readonly Sensor[]> & { name: 'sensors' } = {
  name: 'sensors',
  intervalSeconds: 30,
  timeoutMs: 10_000,

  async collect(host) {
    const [monitored, zones] = await Promise.all([readHwmon(host), readThermalZones(host)])
    // The kernel shows most thermal zones as a hwmon chip too, with underscores for dashes (thermal_hwmon.c).
    const chips = new Set(monitored.map(({ chip }) => chip))
    const all = [...monitored, ...zones.filter(({ chip }) => !chips.has(chip.replaceAll('-', '_')))]
    return all.length === 0 ? ABSENT : whole(all)
  },
}
