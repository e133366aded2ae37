import type { Host } from '../host/host.ts'
import { attribute, byNumber, numberAttribute, readEach } from './attributes.ts'
import type { Sensor } from './sensors.ts'

const THERMAL = '/sys/class/thermal'

/** The thermal zones of the machine (Documentation/driver-api/thermal/sysfs-api.rst); no cooling devices. */
export async function readThermalZones(host: Host): Promise<Sensor[]> {
  const zones = (await host.list(THERMAL)).filter((name) => /^thermal_zone\d+$/.test(name))
  return readEach(zones.sort(byNumber), async (zone): Promise<Sensor> => {
    const path = `${THERMAL}/${zone}`
    const [type, milliCelsius, trips] = await Promise.all([
      host.readText(`${path}/type`),
      numberAttribute(host, `${path}/temp`),
      readTrips(host, path),
    ])
    return {
      id: `${type.trim()}-${zone}/temp`,
      chip: type.trim(),
      label: zone,
      kind: 'temperature',
      unit: 'celsius',
      value: milliCelsius === null ? null : milliCelsius / 1000,
      max: trips.get('hot') ?? null,
      critical: trips.get('critical') ?? null,
      alarm: false,
    }
  })
}

/** Temperatures in Celsius at which the kernel acts, by what it then does; 0 and below is one that is not set. */
async function readTrips(host: Host, path: string): Promise<Map<string, number>> {
  const trips = new Map<string, number>()
  const files = (await host.list(path)).filter((name) => /^trip_point_\d+_type$/.test(name))
  for (const file of files.sort(byNumber)) {
    const type = await attribute(host, `${path}/${file}`)
    const milliCelsius = await numberAttribute(host, `${path}/${file.replace(/type$/, 'temp')}`)
    if (type === null || milliCelsius === null || milliCelsius <= 0) continue
    trips.set(type, milliCelsius / 1000)
  }
  return trips
}
