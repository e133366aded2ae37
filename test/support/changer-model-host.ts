import {
  NotFoundError,
  type CommandResult,
  type FileStat,
  type FileSystemStat,
  type Host,
  type ScsiAnswer,
} from '../../src/host/host.ts'
import type { ChangerModel, Medium, ModelDrive, Slot } from './changer-model.ts'
import { logPage } from './log-page.ts'

/** The machine that a changer of the model is attached to: its sysfs, and what its devices answer to SCSI commands. */
export class ChangerModelHost implements Host {
  readonly model: ChangerModel
  /** Operation codes of the commands that were sent, by node. */
  readonly asked: string[] = []
  /** Nodes that answer nothing any more. */
  readonly silent = new Set<string>()
  /** What asking ends with, by the operation code in hexadecimal, or by how the path of a file ends. */
  readonly failing = new Map<string, Error>()

  constructor(model: ChangerModel) {
    this.model = model
  }

  run(argv: readonly string[]): Promise<CommandResult> {
    if (argv.at(-1) !== 'status') return Promise.reject(new NotFoundError(argv.join(' ')))
    return Promise.resolve(this.model.run(argv))
  }

  readText(path: string): Promise<string> {
    for (const [end, failure] of this.failing) {
      if (path.endsWith(end)) return Promise.reject(failure)
    }
    const text = this.#files().get(path)
    return text === undefined ? Promise.reject(new NotFoundError(path)) : Promise.resolve(text)
  }

  async readBytes(path: string): Promise<Uint8Array> {
    return Buffer.from(await this.readText(path), 'latin1')
  }

  list(path: string): Promise<string[]> {
    const names = [...this.#files().keys()]
      .filter((name) => name.startsWith(`${path}/`))
      .map((name) => name.slice(path.length + 1).split('/')[0] ?? '')
    return Promise.resolve([...new Set(names)].sort())
  }

  exists(path: string): Promise<boolean> {
    return Promise.resolve(this.#files().has(path))
  }

  realpath(path: string): Promise<string> {
    const hctl = this.#units().find(({ links }) => links.includes(path))?.hctl
    if (hctl === undefined) return Promise.reject(new NotFoundError(path))
    return Promise.resolve(`/sys/devices/host5/${hctl}`)
  }

  stat(path: string): Promise<FileStat> {
    return Promise.reject(new NotFoundError(path))
  }

  statfs(path: string): Promise<FileSystemStat> {
    return Promise.reject(new NotFoundError(path))
  }

  scsi(device: string, cdb: Uint8Array): Promise<ScsiAnswer> {
    const operation = (cdb[0] ?? 0).toString(16)
    this.asked.push(`${device} ${operation}`)
    const failure = this.failing.get(operation)
    if (failure !== undefined) return Promise.reject(failure)
    if (this.silent.has(device)) return Promise.resolve({ ...GOOD, hostStatus: 3 })
    const drive = this.model.drives.find(({ node }) => node === device)
    if (drive !== undefined) return Promise.resolve(this.#drive(drive, cdb))
    if (device !== this.model.node) return Promise.reject(new NotFoundError(device))
    return Promise.resolve(this.#changer(cdb))
  }

  #changer(cdb: Uint8Array): ScsiAnswer {
    if (this.model.offline) return check(0x02, 0x04, 0x12)
    if (cdb[0] === 0x1a && (cdb[2] ?? 0) % 0x40 === 0x1f) {
      // Storage and import/export elements with drives, each where it moves as where it exchanges.
      const exchanges = this.model.exchanges ? [0, 0x0e, 0x0e, 0x0e] : [0, 0, 0, 0]
      return good(
        Uint8Array.from([
          23,
          0,
          0,
          0,
          0x1f,
          18,
          0x0e,
          0,
          0,
          14,
          14,
          14,
          0,
          0,
          0,
          0,
          ...exchanges,
          0,
          0,
          0,
          0,
        ]),
      )
    }
    return cdb[0] === 0xb8 ? good(elementStatus(this.model)) : check(0x05, 0x20, 0x00)
  }

  #drive(drive: ModelDrive, cdb: Uint8Array): ScsiAnswer {
    if (drive.reserved === 'conflict') return { ...GOOD, status: 0x18 }
    const number = this.model.drives.indexOf(drive)
    const { medium } = this.model.inDrive(number)
    if (cdb[0] === 0x00) {
      if (medium === null) return check(0x02, 0x3a, 0x00)
      if (medium.cleaning) {
        if (drive.becomesReadyAfter-- > 0) return check(0x02, 0x30, 0x03)
        return check(0x02, 0x3a, 0x00)
      }
      if (drive.becomesReadyAfter-- > 0) return check(0x02, 0x04, 0x01)
      return drive.threaded ? GOOD : check(0x02, 0x04, 0x02)
    }
    if (cdb[0] === 0x8c && medium?.memory !== undefined) return good(memoryOf(medium.memory))
    if (cdb[0] === 0x5e) {
      const held = drive.reserved === 'persistent'
      const body = held ? [...Buffer.from('00000000deadbeef', 'hex'), 0, 0, 0, 0, 0, 3, 0, 0] : []
      return good(Uint8Array.from([0, 0, 0, 1, 0, 0, 0, body.length, ...body]))
    }
    if (cdb[0] !== 0x4d) return check(0x05, 0x20, 0x00)
    if ((cdb[2] ?? 0) % 0x40 === 0) return good(Uint8Array.from([0, 0, 0, 2, 0x00, 0x11]))
    const first = (drive.locked ? 0x80 : 0) | (drive.initialized ? 0x01 : 0)
    const second = (medium === null ? 0 : 0x11) | (drive.inTransition ? 0x80 : 0)
    const bytes = [first, second, drive.activity, 0].map((b) => b.toString(16).padStart(2, '0'))
    return good(logPage(0x11, [[0, bytes.join(' ')]]))
  }

  #units() {
    const { model } = this
    const of = (node: string, hctl: string, tapeNode: string | null) => ({
      hctl,
      node: node.slice('/dev/'.length),
      tapeNode,
      links: [
        `/sys/class/scsi_generic/${node.slice('/dev/'.length)}/device`,
        ...(tapeNode === null ? [] : [`/sys/class/scsi_tape/${tapeNode}/device`]),
      ],
    })
    return [
      { ...of(model.node, '5:0:99:0', null), type: '8', serial: model.serial, busy: 0, stBusy: 0 },
      ...model.drives.map(({ node, hctl, tapeNode, serial, busy, stBusy }) => {
        return { ...of(node, hctl, tapeNode), type: '1', serial, busy, stBusy }
      }),
    ]
  }

  #files(): ReadonlyMap<string, string> {
    const files = new Map<string, string>()
    for (const { node, hctl, tapeNode, type, serial, busy, stBusy } of this.#units()) {
      const at = `/sys/class/scsi_generic/${node}/device`
      files.set(`${at}/type`, `${type}\n`)
      for (const name of ['vendor', 'model', 'rev']) files.set(`${at}/${name}`, 'MODEL\n')
      const page = [0, 0x80, 0, serial.length].map((byte) => String.fromCharCode(byte)).join('')
      files.set(`${at}/vpd_pg80`, `${page}${serial}`)
      files.set(`/sys/bus/scsi/devices/${hctl}/device_busy`, `${busy}\n`)
      if (tapeNode !== null) {
        files.set(`/sys/class/scsi_tape/${tapeNode}/stats/in_flight`, `${stBusy}\n`)
      }
    }
    return files
  }
}

const GOOD: ScsiAnswer = {
  ...{ status: 0, hostStatus: 0, driverStatus: 0 },
  ...{ sense: new Uint8Array(), data: new Uint8Array() },
}

function good(data: Uint8Array): ScsiAnswer {
  return { ...GOOD, data }
}

/** Check condition with fixed sense data (SPC-5 4.4.3). */
function check(key: number, asc: number, ascq: number): ScsiAnswer {
  const sense = new Uint8Array(18)
  sense.set([0x70, 0, key, 0, 0, 0, 0, 10])
  sense.set([asc, ascq], 12)
  return { ...GOOD, status: 2, sense }
}

const TYPES: Readonly<Record<Slot['kind'], number>> = { storage: 2, 'import-export': 3, drive: 4 }
const DESCRIPTOR_BYTES = 12 + 36 + 4 + 32

/** READ ELEMENT STATUS data with volume tags and device identifiers (SMC-3 6.11). */
function elementStatus(model: ChangerModel): Uint8Array {
  const pages = (['storage', 'import-export', 'drive'] as const).map((kind) => {
    const slots = model.slots.filter((slot) => slot.kind === kind)
    if (slots.length === 0) return Buffer.alloc(0)
    const header = Buffer.alloc(8)
    header[0] = TYPES[kind]
    header[1] = 0x80
    header.writeUInt16BE(DESCRIPTOR_BYTES, 2)
    header.writeUIntBE(slots.length * DESCRIPTOR_BYTES, 5, 3)
    return Buffer.concat([header, ...slots.map((slot) => descriptor(model, slot))])
  })
  const body = Buffer.concat(pages)
  const header = Buffer.alloc(8)
  header.writeUInt16BE(model.slots.length, 2)
  header.writeUIntBE(body.length, 5, 3)
  return Buffer.concat([header, body])
}

function descriptor(model: ChangerModel, slot: Slot): Buffer {
  const bytes = Buffer.alloc(DESCRIPTOR_BYTES)
  const { kind, medium, source, address } = slot
  const drive = kind === 'drive' ? model.drives[model.slots.indexOf(slot)] : undefined
  bytes.writeUInt16BE(address, 0)
  // ACCESS: the robot cannot get at what a drive holds fast.
  bytes[2] =
    (medium === null ? 0 : 0x01) | (drive?.threaded === true || model.hidesAccess ? 0 : 0x08)
  if (medium !== null) {
    bytes[9] = medium.cleaning ? 2 : 1
    if (source !== null) {
      bytes[9] |= 0x80
      bytes.writeUInt16BE(model.at(source).address, 10)
    }
    bytes.write(medium.volumeTag.padEnd(32), 12, 'ascii')
  }
  if (drive !== undefined && !model.hidesSerials) {
    bytes.set([0x02, 0x00, 0, drive.serial.length], 48)
    bytes.write(drive.serial, 52, 'ascii')
  }
  return bytes
}

/** READ ATTRIBUTE data (SPC-5 7.4.1) of a cleaning cartridge: LOAD COUNT, MEDIUM TYPE, MEDIUM TYPE INFORMATION. */
function memoryOf({ loads, type, most }: NonNullable<Medium['memory']>): Uint8Array {
  const attribute = (id: number, bytes: number, value: number) => {
    const all = Buffer.alloc(5 + bytes)
    all.writeUInt16BE(id, 0)
    all.writeUInt16BE(bytes, 3)
    all.writeUIntBE(value, 5, bytes)
    return all
  }
  const body = Buffer.concat([
    ...[attribute(0x0003, 6, loads), attribute(0x0408, 1, type), attribute(0x0409, 2, most)],
  ])
  const header = Buffer.alloc(4)
  header.writeUInt32BE(body.length, 0)
  return Buffer.concat([header, body])
}
