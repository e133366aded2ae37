import { HostError, TimeoutError } from '../../src/host/host.ts'
import {
  argvOfMove,
  assertMediumMove,
  assertMoved,
  type MediaMover,
  type MediumMove,
} from '../../src/host/medium-moves.ts'
import type { Holder, HoldersTold } from '../../src/host/device-holders.ts'

/** A cartridge, which wears. */
export interface Medium {
  /** Empty without a barcode. */
  volumeTag: string
  cleaning: boolean
  loads: number
  /** What its memory says; it cannot be read when this is not there. */
  memory?: { loads: number; type: number; most: number }
}

/** A place of the model. */
export interface Slot {
  kind: 'drive' | 'storage' | 'import-export'
  address: number
  medium: Medium | null
  /** The place that the medium was moved from, as mtx counts; null when that is not known. */
  source: number | null
}

/** A drive of the model, by the number of its element. */
export interface ModelDrive {
  serial: string
  node: string
  hctl: string
  tapeNode: string
  /** Code of its DT device activity (ADC-3 table 21); 0 is none. */
  activity: number
  /** Commands of others that it has not answered, and those of the st driver among them. */
  busy: number
  stBusy: number
  inTransition: boolean
  initialized: boolean
  /** PAMR. */
  locked: boolean
  reserved: 'no' | 'persistent' | 'conflict'
  holders: Holder[]
  /** So many questions it answers that it is becoming ready. */
  becomesReadyAfter: number
  /** The medium is threaded: it has to be ejected before the robot can take it. */
  threaded: boolean
}

/** What goes wrong at the next move. */
export type Fault =
  | 'busy'
  | 'door-open'
  | 'jammed'
  | 'hung'
  | 'not-permitted'
  /** The daemon dies before the robot has moved, or after it has. */
  | 'dies-before'
  | 'dies-after'
  /** The robot moves, and what asked for it hears of a failure. */
  | 'fails-after'

/** The daemon died: nobody hears of anything any more. */
export class DaemonDied extends Error {
  override readonly name = 'DaemonDied'
}

/** What the model is made of. */
export interface ModelParts {
  drives?: number
  storage?: number
  importExport?: number
  /** Barcodes in the storage elements, from the first on; null leaves one empty. */
  media?: readonly (string | null)[]
}

/** A changer with its drives, which moves media and says so in the words of mtx(1) 1.3.12. */
export class ChangerModel implements MediaMover {
  readonly serial = 'LIB0001'
  readonly node = '/dev/sg9'
  readonly drives: ModelDrive[] = []
  readonly slots: Slot[] = []
  /** Every move that the robot has made, or the drive, in order. */
  readonly moved: string[] = []
  /** Moves that a careful daemon would never ask for. */
  readonly violations: string[] = []
  fault: Fault | null = null
  /** It answers nothing but INQUIRY (02/04/12, as mhvtl's offline library does). */
  offline = false
  /** It sets ACCESS of no element, as tgt. */
  hidesAccess = false
  /** It says that it has EXCHANGE MEDIUM. */
  exchanges = false
  /** It has it not, whatever it says, as tgt. */
  lacksExchange = false
  /** The library does not tell which drive sits where. */
  hidesSerials = false
  holdersUnknown: string | null = null
  /** What looking for holders ends with. */
  holdersFail: Error | null = null

  constructor({ drives = 2, storage = 8, importExport = 2, media = [] }: ModelParts = {}) {
    const slot = (kind: Slot['kind'], address: number): Slot => {
      return { kind, address, medium: null, source: null }
    }
    for (let number = 0; number < drives; number++) {
      this.slots.push(slot('drive', 256 + number))
      this.drives.push({
        ...{ serial: `DRV${number}`, node: `/dev/sg${number + 1}`, hctl: `5:0:${number}:0` },
        ...{ tapeNode: `st${number}`, activity: 0, busy: 0, locked: false, reserved: 'no' },
        ...{ stBusy: 0, inTransition: false, initialized: true },
        ...{ holders: [], becomesReadyAfter: 0, threaded: false },
      })
    }
    for (let n = 0; n < storage; n++) this.slots.push(slot('storage', 1000 + n))
    for (let n = 0; n < importExport; n++) this.slots.push(slot('import-export', 16 + n))
    for (const [index, volumeTag] of media.entries()) {
      if (volumeTag !== null) this.put(index + 1, volumeTag)
    }
  }

  /** Puts a cartridge into a storage or import/export element, as mtx counts. */
  put(number: number, volumeTag: string): void {
    const cleaning = volumeTag.startsWith('CLN')
    this.at(number).medium = { volumeTag, cleaning, loads: 0 }
  }

  /** A storage or import/export element, as mtx counts. */
  at(number: number): Slot {
    const slot = this.slots[this.drives.length + number - 1]
    if (slot === undefined) throw new Error(`no storage element ${number}`)
    return slot
  }

  /** The element of a drive. */
  inDrive(number: number): Slot {
    const slot = this.slots[number]
    if (slot?.kind !== 'drive') throw new Error(`no data transfer element ${number}`)
    return slot
  }

  /** Where every cartridge is, by its barcode: `drive 0`, `slot 3`. */
  whereabouts(): Record<string, string> {
    const found = this.slots.flatMap(({ medium }, index) => {
      const number = index - this.drives.length + 1
      const place = number < 1 ? `drive ${index}` : `slot ${number}`
      return medium === null ? [] : [[medium.volumeTag, place] as const]
    })
    return Object.fromEntries(found.sort(([one], [other]) => one.localeCompare(other)))
  }

  move(move: MediumMove): Promise<void> {
    return Promise.resolve().then(() => {
      assertMediumMove(move)
      if (this.fault === 'dies-before') throw new DaemonDied()
      if (this.fault === 'hung') throw new TimeoutError(argvOfMove(move).join(' '), 600_000)
      const dies = this.fault === 'dies-after'
      const result = this.run(argvOfMove(move))
      if (dies) throw new DaemonDied()
      assertMoved(move, result)
    })
  }

  holders(nodes: readonly string[]): Promise<HoldersTold> {
    if (this.holdersFail !== null) return Promise.reject(this.holdersFail)
    const holders = this.drives.flatMap((drive) => drive.holders)
    return Promise.resolve({
      holders: holders.filter(({ node }) => nodes.includes(node)),
      unknown: this.holdersUnknown,
    })
  }

  /** What mtx and sg_raw print and exit with. */
  run(argv: readonly string[]): { exitCode: number; stdout: string; stderr: string } {
    const [tool, ...words] = argv
    if (tool === 'sg_raw' && words[1] === this.node) return this.#exchange(words.slice(2))
    if (tool === 'sg_raw') return this.#eject(words[1] ?? '')
    if (tool !== 'mtx' || words[1] !== this.node) throw new HostError('ERR_NOT_FOUND', 'no such')
    const [verb, one, other] = words.slice(2)
    if (this.offline)
      return failed(`${sense('Not Ready', 0x04, 0x12)}READ ELEMENT STATUS Command Failed\n`)
    if (this.fault === 'not-permitted') {
      return failed(`cannot open SCSI device '${this.node}' - Permission denied\n`)
    }
    if (verb === 'status') return said(this.statusText())
    if (verb === 'inventory') {
      this.moved.push('inventory')
      return said('')
    }
    const [first, second] = [Number(one), Number(other)]
    if (verb === 'load') return this.#load(first, second)
    if (verb === 'unload') return this.#unload(first, second)
    return this.#robot(this.at(first), this.at(second), `transfer ${first} ${second}`)
  }

  /** What `mtx status` prints. */
  statusText(node = this.node): string {
    const count = (kind: Slot['kind']) => this.slots.filter((slot) => slot.kind === kind).length
    const io = count('import-export')
    const header = `  Storage Changer ${node}:${count('drive')} Drives, ${count('storage') + io} Slots ( ${io} Import/Export )\n`
    let drive = 0
    let storage = 1
    const lines = this.slots.map(({ kind, medium, source }) => {
      const tag = medium?.volumeTag.padEnd(36) ?? ''
      if (kind === 'drive') {
        const name = `Data Transfer Element ${drive++}:`
        const from = source === null ? 'Unknown Storage Element' : `Storage Element ${source}`
        return medium === null ? `${name}Empty` : `${name}Full (${from} Loaded):VolumeTag = ${tag}`
      }
      const suffix = kind === 'import-export' ? ' IMPORT/EXPORT' : ''
      const name = `      Storage Element ${storage++}${suffix}:`
      if (medium === null) return `${name}Empty`
      return medium.volumeTag === '' ? `${name}Full ` : `${name}Full :VolumeTag=${tag}`
    })
    return `${header}${lines.join('\n')}\n`
  }

  #load(number: number, drive: number) {
    const to = this.inDrive(drive)
    if (to.medium !== null) {
      return failed(`Drive ${drive} Full (Storage Element ${to.source ?? 0} loaded)\n`)
    }
    const begin = `Loading media from Storage Element ${number} into drive ${drive}...`
    return this.#robot(this.at(number), to, `load ${number} ${drive}`, begin)
  }

  #unload(number: number, drive: number) {
    const from = this.inDrive(drive)
    if (from.medium === null) return failed(`Data Transfer Element ${drive} is Empty\n`)
    if (this.at(number).medium !== null) {
      return failed(`Storage Element ${number} is Already Full\n`)
    }
    const begin = `Unloading drive ${drive} into Storage Element ${number}...`
    return this.#robot(from, this.at(number), `unload ${number} ${drive}`, begin)
  }

  #robot(from: Slot, to: Slot, words: string, begin = '') {
    const fault = this.fault
    const elements = `from Element Address ${from.address} to ${to.address}`
    const refuse = (key: string, asc: number, ascq: number) =>
      failed(`${sense(key, asc, ascq)}MOVE MEDIUM ${elements} Failed\n`, begin)
    if (fault === 'busy') return refuse('Not Ready', 0x04, 0x01)
    if (fault === 'door-open') return refuse('Not Ready', 0x04, 0x18)
    if (fault === 'jammed') return refuse('Hardware Error', 0x15, 0x01)
    if (from.medium === null)
      return failed(`source Element Address ${from.address} is Empty\n`, begin)
    if (to.medium !== null) {
      return failed(`destination Element Address ${to.address} is Already Full\n`, begin)
    }
    for (const slot of [from, to]) this.#judge(slot, words)
    const [unloaded, loaded] = [this.#driveOf(from), this.#driveOf(to)]
    // SPC-5 annex F: 53h/02h, MEDIUM REMOVAL PREVENTED, of a drive that still has the tape threaded.
    if (unloaded?.threaded === true) return refuse('Illegal Request', 0x53, 0x02)
    to.medium = from.medium
    to.source = from.kind === 'drive' ? null : this.slots.indexOf(from) - this.drives.length + 1
    from.medium = null
    from.source = null
    if (loaded !== null) {
      to.medium.loads += 1
      loaded.threaded = !to.medium.cleaning
      loaded.becomesReadyAfter = 2
    }
    this.moved.push(words)
    return fault === 'fails-after' ? refuse('Aborted Command', 0x4b, 0x00) : said(`${begin}done\n`)
  }

  /** EXCHANGE MEDIUM (A6h, SMC-3), as sg_raw tells how it went. */
  #exchange(bytes: readonly string[]) {
    const [operation, , , , ...rest] = bytes.map((byte) => Number.parseInt(byte, 16))
    const places = [0, 2, 4].map((at) => (rest[at] ?? 0) * 256 + (rest[at + 1] ?? 0))
    const [from, drive, back] = places.map((address) =>
      this.slots.find((slot) => slot.address === address),
    )
    const refuse = (text: string) => ({
      exitCode: 3,
      stdout: '',
      stderr: `${SG_RAW_SENSE}${text}\n`,
    })
    if (operation !== 0xa6 || !this.exchanges || this.lacksExchange)
      return refuse('Invalid command operation code')
    if (this.fault === 'door-open') return refuse('Logical unit not ready, door open')
    if (this.fault === 'jammed') return refuse('Mechanical positioning error')
    const isRoom = back === from || back?.medium === null
    if (from?.medium == null || drive?.medium == null || back === undefined || !isRoom) {
      return refuse('Medium source element empty')
    }
    this.#judge(drive, 'exchange')
    const unit = this.#driveOf(drive)
    if (unit?.threaded === true) return refuse('Medium removal prevented')
    const [wanted, old] = [from.medium, drive.medium]
    from.medium = null
    Object.assign(back, { medium: old, source: null })
    const source = this.slots.indexOf(from) - this.drives.length + 1
    Object.assign(drive, { medium: wanted, source })
    wanted.loads += 1
    if (unit !== null) Object.assign(unit, { threaded: !wanted.cleaning, becomesReadyAfter: 2 })
    this.moved.push(`exchange ${places.join(' ')}`)
    return this.fault === 'fails-after'
      ? refuse('Overlapped commands')
      : said('SCSI Status: Good \n')
  }

  #eject(node: string) {
    const drive = this.drives.find((one) => one.node === node)
    if (drive === undefined)
      return { exitCode: 15, stdout: '', stderr: `${node}: No such device\n` }
    const number = this.drives.indexOf(drive)
    if (this.fault === 'jammed') {
      const stderr =
        'SCSI Status: Check Condition \n\nSense Information:\nFixed format, current; Sense key: Hardware Error\nAdditional sense: Unload tape failure\n'
      return { exitCode: 3, stdout: '', stderr }
    }
    this.#judge(this.inDrive(number), `eject ${number}`)
    drive.threaded = false
    this.moved.push(`eject ${number}`)
    return said('SCSI Status: Good \n')
  }

  #driveOf(slot: Slot): ModelDrive | null {
    return slot.kind === 'drive' ? (this.drives[this.slots.indexOf(slot)] ?? null) : null
  }

  /** Whoever moves something in or out of a drive that is in use harms a backup. */
  #judge(slot: Slot, words: string): void {
    const drive = this.#driveOf(slot)
    if (drive === null) return
    const { activity, busy, locked, reserved, holders } = drive
    const inUse = activity > 0 || busy > 0 || locked || reserved !== 'no' || holders.length > 0
    if (inUse) this.violations.push(words)
  }
}

function said(stdout: string) {
  return { exitCode: 0, stdout, stderr: '' }
}

function failed(stderr: string, stdout = '') {
  return { exitCode: 1, stdout, stderr }
}

const SG_RAW_SENSE = `SCSI Status: Check Condition \n\nSense Information:\nFixed format, current; Sense key: Illegal Request\nAdditional sense: `

const hex = (byte: number) => byte.toString(16).padStart(2, '0').toUpperCase()

/** Sense data, as mtx prints them. */
function sense(key: string, asc: number, ascq: number): string {
  const lines = [
    ...['Long Report=yes', 'Valid Residual=yes', 'Error Code=70 (Current)', `Sense Key=${key}`],
    ...['FileMark=no', 'EOM=no', 'ILI=no', 'Residual = 00 00 00 00'],
    ...[`Additional Sense Code = ${hex(asc)}`, `Additional Sense Qualifier = ${hex(ascq)}`],
    ...['BPV=no', 'Error in CDB=no', 'SKSV=no'],
  ]
  return lines.map((line) => `mtx: Request Sense: ${line}\n`).join('')
}
