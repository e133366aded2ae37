import { withDevices, type DeviceConf, type NewDevice } from './device-conf.ts'
import type { Generation } from './media.ts'

/** A library that is to be made. */
export interface NewLibrary {
  model: LibraryModel
  /** Its number in device.conf; null for the next one that is free. */
  number: number | null
  drives: number
  generation: Generation
  /** Where its media are, absolute. */
  homeDirectory: string
  /** Three characters that tell this machine's serial numbers from those of others. */
  machine: string
}

/** The libraries that mhvtl behaves as, with what their INQUIRY says. */
export const LIBRARY_MODELS = {
  'STK L700': { vendor: 'STK', product: 'L700', revision: '0107' },
  'IBM 03584L32': { vendor: 'IBM', product: '03584L32', revision: '1060' },
  'HP MSL G3': { vendor: 'HP', product: 'MSL G3 Series', revision: 'E.00' },
} as const
/** One of them. */
export type LibraryModel = keyof typeof LIBRARY_MODELS

/** How many channels and targets of mhvtl's SCSI host are used. */
const CHANNELS = 8
const TARGETS = 16
/** The highest number that fits a serial number and is none of mhvtl's own. */
const HIGHEST = 9_999

/** What was chosen for a new library. */
export interface PlannedLibrary {
  conf: DeviceConf
  number: number
  serial: string
  /** Numbers of its drives, by their place. */
  drives: readonly number[]
}

/**
 * Chooses numbers, addresses, serial numbers and NAA that no other device has, and adds the library to the file. Throws
 * RangeError when there is no room for it, VtlFileError when what is there already makes no sense.
 */
export function planLibrary(conf: DeviceConf, wanted: NewLibrary): PlannedLibrary {
  const number = numberFor(conf, wanted)
  const addresses = freeAddresses(conf, wanted.drives + 1)
  const serialOf = (one: number) => `SW${wanted.machine}${String(one).padStart(4, '0')}`
  const drives = Array.from({ length: wanted.drives }, (_, index) => number + index + 1)
  const { vendor, product, revision } = LIBRARY_MODELS[wanted.model]
  const library: NewDevice = {
    ...{ kind: 'library', number, place: null, ...addressAt(addresses, 0) },
    fields: [
      ...inquiry(vendor, product, revision, serialOf(number)),
      ['NAA', naaOf(number, addressAt(addresses, 0))],
      ['Home directory', wanted.homeDirectory],
      ['PERSIST', 'True'],
      ['Backoff', '400'],
    ],
  }
  const added = drives.map((drive, index): NewDevice => {
    const address = addressAt(addresses, index + 1)
    return {
      ...{ kind: 'drive', number: drive, ...address },
      place: { library: number, slot: index + 1 },
      fields: [
        ...inquiry('IBM', `ULT3580-TD${wanted.generation}`, '2160', serialOf(drive)),
        ['NAA', naaOf(number, address)],
        ['Compression', 'factor 1 enabled 1'],
        ['Compression type', 'lzo'],
        ['Backoff', '400'],
      ],
    }
  })
  const changed = withDevices(conf, [library, ...added])
  return { conf: changed, number, serial: serialOf(number), drives }
}

function inquiry(vendor: string, product: string, revision: string, serial: string) {
  return [
    ['Vendor identification', vendor],
    ['Product identification', product],
    ['Product revision level', revision],
    ['Unit serial number', serial],
  ] as const
}

/** A multiple of ten, as mhvtl's own files have it, of which the numbers behind it are free for drives. */
function numberFor({ devices }: DeviceConf, { number, drives }: NewLibrary): number {
  const taken = new Set(devices.map((device) => device.number))
  const isFree = (from: number) =>
    from + drives <= HIGHEST &&
    Array.from({ length: drives + 1 }, (_, index) => from + index).every((one) => !taken.has(one))
  if (number !== null) {
    if (isFree(number)) return number
    throw new RangeError(`the numbers ${number} to ${number + drives} are not all free`)
  }
  for (let from = 10; from < HIGHEST; from += 10) if (isFree(from)) return from
  throw new RangeError('no numbers are free')
}

type Address = Pick<NewDevice, 'channel' | 'target' | 'lun'>

function freeAddresses({ devices }: DeviceConf, count: number): Address[] {
  const taken = new Set(devices.map(({ channel, target }) => `${channel}:${target}`))
  const free: Address[] = []
  for (let channel = 0; channel < CHANNELS; channel++) {
    for (let target = 0; target < TARGETS; target++) {
      if (!taken.has(`${channel}:${target}`)) free.push({ channel, target, lun: 0 })
    }
  }
  if (free.length < count) {
    throw new RangeError(`${free.length} addresses are free on mhvtl's SCSI host, not ${count}`)
  }
  return free.slice(0, count)
}

function addressAt(addresses: readonly Address[], index: number): Address {
  return addresses[index] ?? { channel: 0, target: 0, lun: 0 }
}

/** As mhvtl's generate_device_conf makes it of the number and the address, but of the number in two bytes. */
function naaOf(number: number, { channel, target, lun }: Address): string {
  const digits = String(number).padStart(4, '0')
  const address = [channel, target, lun].map((one) => String(one).padStart(2, '0'))
  return [digits.slice(0, 2), digits.slice(2), '33', '44', 'ab', ...address].join(':')
}
