import type { Numbers } from '../../src/numbers.ts'
import type { Recorded } from './recorded.ts'

interface ScsiDevice {
  kind: 'mediumx' | 'tape'
  hctl: string
  /** /dev/sgN */
  generic: string
  /** /dev/stN of a drive; null where the list does not tell. */
  node: string | null
  virtual: boolean
}

/** What a library holds, by the kind of place. */
interface Contents {
  storage: boolean[]
  importExport: boolean[]
  drives: boolean[]
}

/** Changers and drives in the order of their addresses, as `lsscsi -g` lists them; by sysfs without it. */
function scsiDevices(evidence: Recorded): ScsiDevice[] {
  const text = evidence.succeeded('lsscsi -g')
  const found = text === null ? devicesInSysfs(evidence) : devicesListed(text)
  const adapters = evidence.succeeded('lsscsi -H')
  return found.map((device) => {
    const [adapter = ''] = device.hctl.split(':')
    const driver =
      adapters === null
        ? procName(evidence, adapter)
        : new RegExp(`^\\[${adapter}\\] +(\\S+)`, 'm').exec(adapters)?.[1]
    return { ...device, virtual: driver?.trim() === 'mhvtl' }
  })
}

/** Files are recorded at their place below /sys/devices, to which /sys/class only links. */
function procName({ lines }: Recorded, adapter: string): string | undefined {
  const end = `/scsi_host/host${adapter}/proc_name`
  return lines.find(({ path }) => path.endsWith(end))?.content
}

type Listed = Omit<ScsiDevice, 'virtual'>

function devicesListed(text: string): Listed[] {
  return [...text.matchAll(/^\[([\d:]+)\] +(mediumx|tape) .*?(\/dev\/\S+) +(\/dev\/sg\d+)/gm)].map(
    ([, hctl = '', kind, node = '', generic = '']) => ({
      kind: kind as Listed['kind'],
      hctl,
      generic,
      node,
    }),
  )
}

function devicesInSysfs({ lines, file }: Recorded): Listed[] {
  const found = lines.flatMap(({ path, link }): Listed[] => {
    if (!path.startsWith('/sys/class/scsi_generic/') || link === undefined) return []
    const [, directory = '', hctl = '', name = ''] =
      /^(?:\.\.\/)+(.*\/([\d:]+))\/scsi_generic\/(sg\d+)$/.exec(link) ?? []
    const type = file(`/sys/${directory}/type`)?.trim()
    if (type !== '1' && type !== '8') return []
    return [{ kind: type === '8' ? 'mediumx' : 'tape', hctl, generic: `/dev/${name}`, node: null }]
  })
  return found.sort((one, other) => addressOf(one) - addressOf(other))
}

function addressOf({ hctl }: Listed): number {
  return hctl.split(':').reduce((address, part) => address * 256 + Number(part), 0)
}

/** What mtx printed of a library, what it answered to READ ELEMENT STATUS without it; null when it gave neither. */
function contentsOf(evidence: Recorded, { generic }: ScsiDevice): Contents | null {
  const command = `mtx -f ${generic} status`
  const text = evidence.succeeded(command)
  if (text !== null) return contentsPrinted(text)
  const answer = evidence.scsi(generic, 'b8100000ffff000400000000')
  return evidence.printed(command) !== null || answer === null ? null : contentsAnswered(answer)
}

function contentsPrinted(text: string): Contents {
  const [, drives, slots, importExport] =
    /:(\d+) Drives, (\d+) Slots \( (\d+) Import\/Export \)/.exec(text) ?? []
  const full = (pattern: RegExp) => [...text.matchAll(pattern)].map(([, state]) => state === 'Full')
  const contents = {
    storage: full(/^ *Storage Element \d+:(Full|Empty)/gm),
    importExport: full(/^ *Storage Element \d+ IMPORT\/EXPORT:(Full|Empty)/gm),
    drives: full(/^ *Data Transfer Element \d+:(Full|Empty)/gm),
  }
  const header = [Number(drives), Number(slots) - Number(importExport), Number(importExport)]
  const counted = [contents.drives, contents.storage, contents.importExport]
  if (counted.some(({ length }, index) => length !== header[index])) {
    throw new Error(`the header does not match the list: ${text.slice(0, 80)}`)
  }
  return contents
}

/** Pages of element descriptors, in each of which bit 0 of byte 2 says that the place is full (SMC-3 6.11). */
function contentsAnswered(answer: Buffer): Contents {
  const byType: Record<number, boolean[]> = {}
  const end = 8 + answer.readUIntBE(5, 3)
  for (let page = 8; page < end; page += 8 + answer.readUIntBE(page + 5, 3)) {
    const places = (byType[answer.readUInt8(page)] ??= [])
    const length = answer.readUInt16BE(page + 2)
    const pageEnd = page + 8 + answer.readUIntBE(page + 5, 3)
    for (let element = page + 8; element < pageEnd; element += length) {
      places.push((answer.readUInt8(element + 2) & 1) === 1)
    }
  }
  return { storage: byType[2] ?? [], importExport: byType[3] ?? [], drives: byType[4] ?? [] }
}

/** What lsscsi, mtx and mt say of libraries and drives. */
export function countLibraries(evidence: Recorded): {
  tape: Numbers['tape']
  vtl: Numbers['vtl']
} {
  const devices = scsiDevices(evidence)
  const changers = devices.filter(({ kind }) => kind === 'mediumx')
  const contents = new Map(changers.map((changer) => [changer, contentsOf(evidence, changer)]))
  const unknown = changers.length > 0 && changers.every((changer) => contents.get(changer) === null)
  const count = (virtual: boolean) => {
    const of = (kind: ScsiDevice['kind']) =>
      devices.filter((device) => device.kind === kind && device.virtual === virtual)
    const read = of('mediumx').flatMap((changer) => contents.get(changer) ?? [])
    const known = (value: number) => (unknown ? null : value)
    const places = (kind: keyof Contents) => read.flatMap((each) => each[kind])
    return {
      libraries: known(of('mediumx').length),
      drives: of('tape'),
      slots: known(places('storage').length),
      occupied: known(full(places('storage'))),
      importExport: known(places('importExport').length),
      tapes: known(full([...places('storage'), ...places('importExport'), ...places('drives')])),
      loaded: known(full(places('drives'))),
    }
  }
  const tape = count(false)
  const vtl = count(true)
  const elsewhere = drivesWithoutLibrary(devices, contents).filter((drive) =>
    isOnline(evidence, drive),
  )
  return {
    tape: {
      total_libraries: tape.libraries,
      total_drives: tape.drives.length,
      total_slots: tape.slots,
      occupied_slots: tape.occupied,
      import_export_slots: tape.importExport,
    },
    vtl: {
      total_libraries: vtl.libraries,
      total_drives: vtl.drives.length,
      total_slots: vtl.slots,
      occupied_slots: vtl.occupied,
      total_tapes: vtl.tapes,
      active_drives: countActive(evidence, vtl.drives),
      loaded_tapes: vtl.loaded === null ? null : vtl.loaded + elsewhere.length,
    },
  }
}

/** Drives of libraries that told nothing; on these machines the addresses of drives follow that of their library. */
function drivesWithoutLibrary(
  devices: readonly ScsiDevice[],
  contents: ReadonlyMap<ScsiDevice, Contents | null>,
): ScsiDevice[] {
  let told = true
  return devices.filter((device) => {
    if (device.kind === 'mediumx') told = contents.get(device) !== null
    return device.kind === 'tape' && !told
  })
}

/** Whether mt says that a cartridge is loaded and ready. */
function isOnline({ succeeded }: Recorded, { node }: ScsiDevice): boolean {
  if (node === null) return false
  return (
    succeeded(`mt -f ${node.replace('/dev/st', '/dev/nst')} status`)?.includes(' ONLINE ') === true
  )
}

/**
 * Drives with requests under way, or an activity in log page 11h (byte 10 of the page, SSC-5 8.2.8.2).
 * Who may not ask the drives and sees no requests does not know.
 */
function countActive(evidence: Recorded, drives: readonly ScsiDevice[]): number | null {
  const waiting = new Set(
    evidence.lines.flatMap(({ path, content }) => {
      const hctl = /\/([\d:]+)\/scsi_tape\/st\d+\/stats\/in_flight$/.exec(path)?.[1]
      return hctl === undefined || content?.trim() === '0' ? [] : [hctl]
    }),
  )
  if (drives.length > 0 && !evidence.hasScsi && waiting.size === 0) return null
  return drives.filter(({ hctl, generic }) => {
    const page = evidence.scsi(generic, '4d005100000000ffff00')
    return waiting.has(hctl) || (page !== null && page.length > 10 && page[10] !== 0)
  }).length
}

function full(places: readonly boolean[]): number {
  return places.filter((each) => each).length
}
