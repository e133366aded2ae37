import type { Host } from '../host/host.ts'
import { attribute, byNumber, linkName, numberAttribute, readEach } from './attributes.ts'
import type { Sensor } from './sensors.ts'

const HWMON = '/sys/class/hwmon'

/** What a kind of input measures, and how many of its units sysfs counts (Documentation/hwmon/sysfs-interface.rst). */
const KINDS = {
  temp: { kind: 'temperature', unit: 'celsius', divisor: 1000 },
  fan: { kind: 'fan', unit: 'rpm', divisor: 1 },
  in: { kind: 'voltage', unit: 'volts', divisor: 1000 },
  curr: { kind: 'current', unit: 'amperes', divisor: 1000 },
  power: { kind: 'power', unit: 'watts', divisor: 1_000_000 },
} as const

/** A file that holds a value; power meters that have no present value have an average. */
const INPUT = /^((temp|fan|in|curr|power)\d{1,5})_(?:input|average)$/

/** Drivers write their largest number where the chip has no limit, e.g. 65261850 (drivers/nvme/host/hwmon.c). */
const LIMITLESS_CELSIUS = 1000

/** The sensors of all chips that have a hwmon driver. */
export async function readHwmon(host: Host): Promise<Sensor[]> {
  const directories = (await host.list(HWMON)).sort(byNumber)
  const chips = await readEach(directories, async (directory) => ({
    path: `${HWMON}/${directory}`,
    directory,
    name: (await host.readText(`${HWMON}/${directory}/name`)).trim(),
    location: await locationOf(host, `${HWMON}/${directory}`),
  }))
  const sensors = await Promise.all(
    chips.map(async ({ path, directory, name, location }) => {
      const id = location === null ? name : `${name}-${location}`
      // Two chips of one name that hang nowhere are told apart by their number, for want of better.
      const twins = chips.filter((other) => other.name === name && other.location === location)
      return readChip(host, path, name, twins.length > 1 ? `${id}-${directory}` : id)
    }),
  )
  return sensors.flat()
}

/**
 * Where the chip is, which unlike the number of its directory stays over a reboot: the address of the
 * device where it tells one (an NVMe disk its slot, a network card its MAC), the name of the device otherwise.
 */
async function locationOf(host: Host, path: string): Promise<string | null> {
  const address = await attribute(host, `${path}/device/address`)
  return address?.includes(':') ? address : await linkName(host, `${path}/device`)
}

async function readChip(host: Host, path: string, chip: string, id: string): Promise<Sensor[]> {
  const files = await host.list(path)
  const inputs = new Map<string, { file: string; prefix: keyof typeof KINDS }>()
  for (const file of files.sort(byNumber)) {
    const [, input, prefix] = INPUT.exec(file) ?? []
    if (input === undefined || (inputs.has(input) && file.endsWith('_average'))) continue
    inputs.set(input, { file, prefix: prefix as keyof typeof KINDS })
  }
  return readEach([...inputs.keys()], async (input) => {
    const { file, prefix } = inputs.get(input) ?? { file: '', prefix: 'in' }
    const { kind, unit, divisor } = KINDS[prefix]
    const read = (suffix: string) => numberAttribute(host, `${path}/${input}_${suffix}`)
    const [raw, label, enable, fault, min, max, critical, alarm] = await Promise.all([
      numberAttribute(host, `${path}/${file}`),
      attribute(host, `${path}/${input}_label`),
      read('enable'),
      read('fault'),
      read('min'),
      read('max'),
      read('crit'),
      hasAlarm(host, path, input, files),
    ])
    if (enable === 0) return null
    const limit = (value: number | null) => {
      if (value === null) return null
      const scaled = value / divisor
      return kind === 'temperature' && scaled >= LIMITLESS_CELSIUS ? null : scaled
    }
    return {
      id: `${id}/${input}`,
      chip,
      label: label ?? input,
      kind,
      unit,
      value: raw === null || fault === 1 ? null : raw / divisor,
      max: limit(max),
      critical: limit(critical),
      alarm: alarm && !hasUnsetLimits(min, max),
    }
  })
}

/** Boards leave the limits of inputs that are not connected at 0, and the chip complains for ever. */
function hasUnsetLimits(min: number | null, max: number | null): boolean {
  return max !== null && (max === 0 || (min !== null && max <= min))
}

/** One alarm of the input as a whole, or one for each of its limits, e.g. temp1_crit_alarm. */
async function hasAlarm(
  host: Host,
  path: string,
  input: string,
  files: readonly string[],
): Promise<boolean> {
  const alarms = files.filter((file) => file.startsWith(`${input}_`) && file.endsWith('_alarm'))
  const values = await Promise.all(alarms.map((file) => numberAttribute(host, `${path}/${file}`)))
  return values.includes(1)
}
