/** mhvtl's device.conf (device.conf(5)), with all of its text: what is not changed stays as somebody wrote it. */
export interface DeviceConf {
  /** Without line ends; a carriage return is a part of its line. */
  lines: readonly string[]
  devices: readonly VtlDevice[]
}

/** A library or drive of device.conf. */
export interface VtlDevice {
  kind: 'library' | 'drive'
  /** Names its daemon and its files. */
  number: number
  channel: number
  target: number
  lun: number
  /** The library that a drive is in, and its place there, from 1; null of a library, and where it is not written. */
  place: { library: number; slot: number } | null
  /** Values by name in lower case, e.g. `unit serial number`. */
  fields: ReadonlyMap<string, string>
  /** Index of its first line, and of the one after its last. */
  from: number
  to: number
}

/** Text that is no device.conf, or no library_contents. `code` is ERR_VTL_FILE. */
export class VtlFileError extends Error {
  readonly code = 'ERR_VTL_FILE'

  constructor(file: string, faults: readonly string[]) {
    super(`${file}: ${faults.join('; ')}`)
    this.name = 'VtlFileError'
  }
}

const RECORD = /^(Library|Drive):\s+(\d+)\s+CHANNEL:\s+(\d+)\s+TARGET:\s+(\d+)\s+LUN:\s+(\d+)\s*$/
const PLACE = /^\s*Library ID:\s*(\d+)\s+Slot:\s*(\d+)\s*$/
const FIELD = /^\s*([A-Za-z][\w -]*?):\s*(.*?)\s*$/
const VERSION = /^VERSION:\s*\d+\s*$/

/**
 * Reads device.conf. A record begins at its first column and ends with a blank line, as mhvtl's daemons have it
 * (usr/cmd/vtllibrary.c). Throws VtlFileError for a line that is nothing known.
 */
export function parseDeviceConf(text: string): DeviceConf {
  const lines = text.split('\n')
  const devices: (VtlDevice & { fields: Map<string, string> })[] = []
  let record: (typeof devices)[number] | null = null
  let versioned = false
  for (const [index, line] of lines.entries()) {
    if (line.startsWith('#') || /^\s*#/.test(line)) continue
    if (line.trim() === '') {
      record = null
      continue
    }
    if (VERSION.test(line)) {
      versioned = true
      continue
    }
    const found = RECORD.exec(line)
    if (found !== null) {
      record = deviceOf(found, index)
      devices.push(record)
      continue
    }
    const field = FIELD.exec(line)
    if (record === null || field === null) {
      throw new VtlFileError('device.conf', [`line ${index + 1} is nothing known`])
    }
    record.to = index + 1
    const place = PLACE.exec(line)
    if (place !== null) record.place = { library: Number(place[1]), slot: Number(place[2]) }
    else record.fields.set((field[1] ?? '').toLowerCase(), field[2] ?? '')
  }
  if (!versioned) throw new VtlFileError('device.conf', ['no VERSION line'])
  return { lines, devices }
}

function deviceOf([, kind, ...digits]: RegExpExecArray, index: number) {
  const [number = 0, channel = 0, target = 0, lun = 0] = digits.map(Number)
  return {
    ...{ kind: kind === 'Library' ? ('library' as const) : ('drive' as const) },
    ...{ number, channel, target, lun, place: null, fields: new Map<string, string>() },
    ...{ from: index, to: index + 1 },
  }
}

/** The text again, to the byte. */
export function renderDeviceConf({ lines }: DeviceConf): string {
  return lines.join('\n')
}

/** A device that is to be added. */
export interface NewDevice extends Pick<
  VtlDevice,
  'kind' | 'number' | 'channel' | 'target' | 'lun' | 'place'
> {
  /** Lines below the first one, in their order, by name. */
  fields: readonly (readonly [name: string, value: string])[]
}

/** The file with devices behind all others. Throws VtlFileError where that makes no sense. */
export function withDevices(conf: DeviceConf, devices: readonly NewDevice[]): DeviceConf {
  const kept = renderDeviceConf(conf).replace(/\n*$/, '\n')
  const changed = parseDeviceConf(`${kept}\n${devices.map(record).join('\n')}`)
  const faults = deviceConfFaults(changed)
  if (faults.length > 0) throw new VtlFileError('device.conf', faults)
  return changed
}

function record({ kind, number, channel, target, lun, place, fields }: NewDevice): string {
  const [name, ...address] = [number, channel, target, lun].map((one) =>
    String(one).padStart(2, '0'),
  )
  const [at, on, unit] = address
  const lines = [
    `${kind === 'library' ? 'Library' : 'Drive'}: ${name} CHANNEL: ${at} TARGET: ${on} LUN: ${unit}`,
    ...(place === null
      ? []
      : [
          ` Library ID: ${String(place.library).padStart(2, '0')} Slot: ${String(place.slot).padStart(2, '0')}`,
        ]),
    ...fields.map(([field, value]) => ` ${field}: ${value}`),
  ]
  return `${lines.join('\n')}\n`
}

/** The longest values that mhvtl takes, in characters (usr/cmd/vtllibrary.c, vtltape.c); of longer ones it takes a part. */
const LONGEST: readonly [string, number][] = [
  ['vendor identification', 8],
  ['product identification', 16],
  ['product revision level', 4],
  ['unit serial number', 10],
]
const NAA = /^[0-9a-f]{1,2}(?::[0-9a-f]{1,2}){7}$/i

/** What is wrong with the devices of a file, in words; none when nothing is. */
export function deviceConfFaults({ lines, devices }: DeviceConf): string[] {
  const faults: string[] = []
  if (lines.some((line) => line.includes('\r'))) faults.push('a line ends with a carriage return')
  const twice = (what: string, key: (device: VtlDevice) => string | null) => {
    const seen = new Map<string, number>()
    for (const device of devices) {
      const value = key(device)
      if (value === null) continue
      const first = seen.get(value)
      if (first !== undefined) {
        faults.push(`devices ${first} and ${device.number} have the same ${what}, ${value}`)
      } else seen.set(value, device.number)
    }
  }
  twice('number', ({ number }) => String(number))
  twice('address', ({ channel, target, lun }) => `${channel}:${target}:${lun}`)
  // A library and a drive may have the same one: they are told apart by what they are.
  for (const kind of ['library', 'drive'] as const) {
    twice('serial number', (device) =>
      device.kind === kind ? valueOf(device, 'unit serial number') : null,
    )
  }
  twice('NAA', (device) => valueOf(device, 'naa')?.toLowerCase() ?? null)
  twice('place', ({ place }) => place && `drive ${place.slot} of library ${place.library}`)
  const libraries = new Set(
    devices.filter(({ kind }) => kind === 'library').map(({ number }) => number),
  )
  for (const device of devices) faults.push(...deviceFaults(device, libraries))
  return faults
}

function deviceFaults(
  { kind, number, place, fields }: VtlDevice,
  libraries: ReadonlySet<number>,
): string[] {
  const faults: string[] = []
  // VTLCMD_Q of usr/q.h: numbers from there on are not for devices.
  if (number < 1 || number >= 32_768) faults.push(`device ${number}: its number is none`)
  for (const [name, most] of LONGEST) {
    const value = fields.get(name) ?? ''
    if (value.length > most) faults.push(`device ${number}: ${name} is longer than ${most}`)
  }
  const naa = fields.get('naa')
  if (naa !== undefined && !NAA.test(naa)) faults.push(`device ${number}: its NAA is none`)
  if (kind === 'library') return faults
  if (place === null) faults.push(`drive ${number}: it is in no library`)
  else if (!libraries.has(place.library)) {
    faults.push(`drive ${number}: there is no library ${place.library}`)
  }
  return faults
}

/** A value of a device by its name in lower case; null where it is not written, or empty. */
export function valueOf({ fields }: Pick<VtlDevice, 'fields'>, name: string): string | null {
  const value = fields.get(name) ?? ''
  return value === '' ? null : value
}

/** The serial number of a device, its number where it has none. */
export function serialOf(device: Pick<VtlDevice, 'fields' | 'number'>): string {
  return valueOf(device, 'unit serial number') ?? String(device.number)
}

/** A library of the file by its number or its serial number; null where there is none. */
export function libraryIn({ devices }: DeviceConf, which: number | string): VtlDevice | null {
  const isIt = (device: VtlDevice) =>
    typeof which === 'number' ? device.number === which : serialOf(device) === which
  return devices.find((device) => device.kind === 'library' && isIt(device)) ?? null
}

/** The drives of a library, by their place. */
export function drivesOf({ devices }: DeviceConf, library: number): VtlDevice[] {
  return devices
    .filter(({ place }) => place?.library === library)
    .sort((a, b) => (a.place?.slot ?? 0) - (b.place?.slot ?? 0))
}
