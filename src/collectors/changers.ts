import {
  CommandError,
  NotFoundError,
  PassThroughUnavailableError,
  type Host,
} from '../host/host.ts'
import { describeOutcome } from '../scsi/answer.ts'
import type { ElementMediumType } from '../scsi/element-status.ts'
import { ABSENT, type Collector, type Problem } from './collector.ts'
import { readElements } from './element-inventory.ts'
import type { ExportedLun } from './exported-luns.ts'
import { answered, isFailure, wasAsked } from './failures.ts'
import { parseMtxSense, parseMtxStatus } from './mtx-status.ts'
import { findScsiUnits, MEDIUM_CHANGER, wwnOf, type ScsiUnit } from './scsi-devices.ts'

/** A SCSI medium changer: the robot of a tape library, real or virtual. */
export interface Changer {
  /** Unit serial number (VPD 80h), H:C:I:L where it has none. */
  id: string
  serial: string | null
  /** World wide name (VPD 83h); null where there is none. */
  wwn: string | null
  vendor: string
  product: string
  revision: string
  /** Nodes, which change at reboot. A changer that is reached by several paths has several. */
  device: string
  paths: readonly string[]
  hctl: string
  /** H:C:I:L of each path. */
  hctls: readonly string[]
  virtual: boolean
  /**
   * `offline`: it answers, and says that it is not ready; `unreachable`: it was asked and does not
   * answer; `unknown`: it could not be asked, e.g. for lack of permission.
   */
  state: 'online' | 'offline' | 'unreachable' | 'unknown'
  /** In words when the state is not online. */
  error: string | null
  /** Last known when the state is not online; null when it was never read. */
  inventory: Inventory | null
  /** LUNs as which SCST exports it; null when that is not known. */
  exportedAs: readonly ExportedLun[] | null
}

/** What a library holds, and when it said so. */
export interface Inventory {
  /** Null in what `collect` returns, which has no clock; `accumulate` puts the time in. */
  takenAt: Date | null
  /** READ ELEMENT STATUS knows exceptions and drive serials, the text of mtx does not. */
  source: 'scsi' | 'mtx'
  elements: readonly Element[]
}

/** A place a cartridge can be, named as in SMC-3. */
export interface Element {
  type: 'data-transfer' | 'storage' | 'import-export'
  /** As mtx counts them: data transfer elements from 0, the others from 1, import/export after storage. */
  number: number
  /** SMC element address; null from mtx. */
  address: number | null
  full: boolean
  /** The barcode; null when empty, unlabelled or not read since power-on. */
  volumeTag: string | null
  /** Storage element a loaded cartridge came from; null when not known. */
  sourceElement: number | null
  /** Additional sense code and qualifier of an abnormal element, e.g. 0x8300; null when normal or not known. */
  exception: number | null
  /** The same in words; null where it has none of the standard. */
  exceptionText: string | null
  /** ACCESS: whether the robot can reach it, or what a drive holds fast; null when not told. */
  accessible: boolean | null
  /** The kind of cartridge it holds; null when empty or not told. */
  mediumType: ElementMediumType | null
  /** Data transfer elements: serial number of the drive (DVCID); null when not told. */
  driveSerial: string | null
}

/** Tape libraries, through SCSI pass-through or, where that is not permitted, through mtx. */
export const changers: Collector<readonly Changer[]> = {
  name: 'changers',
  intervalSeconds: 30,
  timeoutMs: 120_000,
  wakes: {
    devices: ['scsi', 'scsi_changer', 'scsi_generic'],
    with: ['mhvtl'],
    // Of a move nobody tells, but whoever made it has just then had an answer of the changer.
    paths: (_settings, changers) =>
      (changers ?? []).flatMap(({ hctls }) =>
        hctls.map((hctl) => `/sys/bus/scsi/devices/${hctl}/iodone_cnt`),
      ),
  },

  async collect(host, settings, previous = []) {
    const units = await findScsiUnits(host, MEDIUM_CHANGER, settings)
    if (units.length === 0) return ABSENT

    const value = await Promise.all(units.map((unit) => readChanger(host, unit, previous)))
    const problems = value.flatMap((changer, index) => problemsOf(changer, units[index]))
    const online = value.filter(({ state }) => state === 'online').length
    const coverage = online === 0 ? 'none' : problems.length > 0 ? 'some' : 'all'
    return { value, problems, coverage }
  },

  accumulate(previous = [], current, _seconds, at) {
    const ids = new Set(current.map(({ id }) => id))
    return current.map((changer) => {
      const known = previous.find(({ id }) => id === changer.id) ?? namesake(changer, previous, ids)
      const named = known ? { ...changer, id: known.id, serial: known.serial } : changer
      const { inventory } = changer
      if (inventory) return { ...named, inventory: { ...inventory, takenAt: at } }
      return { ...named, inventory: known?.inventory ?? null }
    })
  },
}

/**
 * A changer that could not be asked for its serial number is taken for the one that was known in its
 * place, unless that is there under its own name.
 */
function namesake(
  changer: Changer,
  previous: readonly Changer[],
  ids: ReadonlySet<string>,
): Changer | undefined {
  if (changer.serial !== null) return undefined
  return previous.find(
    ({ id, hctl, vendor, product }) =>
      !ids.has(id) &&
      hctl === changer.hctl &&
      vendor === changer.vendor &&
      product === changer.product,
  )
}

/** What a changer said through one of its paths. */
type Told = { state: 'online'; inventory: Inventory } | Refused

interface Refused {
  state: 'offline' | 'unreachable' | 'unknown'
  error: string
}

/**
 * What one changer is and holds, asked through one path after the other until something comes back. What it held
 * before is taken out of `previous` as it is, when it says the same.
 */
export async function readChanger(
  host: Host,
  unit: ScsiUnit,
  previous: readonly Changer[] = [],
): Promise<Changer> {
  const before = previous.find(({ id }) => id === unit.id)?.inventory?.elements
  let [answering] = unit.paths
  let told = await askPath(host, answering.device, before)
  for (const path of unit.paths.slice(1)) {
    if (told.state === 'online' || told.state === 'offline') break
    const next = await askPath(host, path.device, before)
    if (next.state === 'unreachable' || next.state === 'unknown') continue
    answering = path
    told = next
  }
  const { device, hctl, vendor, product, revision, serial } = answering
  return {
    id: unit.id,
    serial,
    wwn: wwnOf(unit),
    vendor,
    product,
    revision,
    device,
    paths: unit.paths.map((path) => path.device),
    hctl,
    hctls: unit.paths.map((path) => path.hctl),
    virtual: unit.virtual,
    state: told.state,
    error: told.state === 'online' ? null : told.error,
    inventory: told.state === 'online' ? told.inventory : null,
    exportedAs: null,
  }
}

async function askPath(
  host: Host,
  device: string,
  before: readonly Element[] | undefined,
): Promise<Told> {
  try {
    return await askByScsi(host, device, before)
  } catch (error) {
    if (error instanceof PassThroughUnavailableError) return askByMtx(host, device)
    return refused(error)
  }
}

async function askByScsi(
  host: Host,
  device: string,
  before: readonly Element[] | undefined,
): Promise<Told> {
  const told = await readElements(host, device, before)
  if ('elements' in told) {
    return online('scsi', told.elements)
  }
  const { refused } = told
  const state = refused.kind === 'transport-failure' ? 'unreachable' : 'offline'
  return { state, error: describeOutcome(refused) }
}

async function askByMtx(host: Host, device: string): Promise<Told> {
  try {
    const argv = ['mtx', '-f', device, 'status']
    const stdout = await answered(argv, host.run(argv, { device, timeoutMs: 30_000 }))
    return online('mtx', parseMtxStatus(stdout))
  } catch (error) {
    const sense = error instanceof CommandError ? parseMtxSense(error.stderr) : null
    if (sense !== null) return { state: 'offline', error: sense }
    if (error instanceof NotFoundError) return { state: 'unknown', error: error.message }
    return refused(error)
  }
}

/** What a failure says of the changer. Throws what is a mistake in the program. */
function refused(error: unknown): Refused {
  if (!isFailure(error)) throw error
  return { state: wasAsked(error) ? 'unreachable' : 'unknown', error: error.message }
}

function online(source: Inventory['source'], elements: readonly Element[]): Told {
  return { state: 'online', inventory: { takenAt: null, source, elements } }
}

/**
 * A changer whose serial number could not be had may be any of those that are known, so its problem
 * names none, and is one even when it answers everything else.
 */
function problemsOf({ id, error }: Changer, unit: ScsiUnit | undefined): Problem[] {
  const serialError = unit?.paths[0].serialError ?? null
  const reason = error ?? serialError
  if (reason === null) return []
  const labels = serialError === null ? { library: id } : {}
  return [{ labels, error: `${id}: ${reason}` }]
}
