import { PassThroughUnavailableError, type Host } from '../host/host.ts'
import { describeOutcome, interpret, isUnitAttention, type Outcome } from '../scsi/answer.ts'
import { inquiry } from '../scsi/cdb.ts'
import { decodeInquiry, decodeUnitSerialNumber } from '../scsi/inquiry.ts'
import { byNumber } from './attributes.ts'
import { ParseError, type CollectorSettings } from './collector.ts'
import { answered, ifFound, isFailure } from './failures.ts'
import { worldWideNameOf } from './world-wide-name.ts'

/** Peripheral device types (SPC-4 table 139) that are looked for, as sysfs writes them. */
export const TAPE_DRIVE = '1'
export const MEDIUM_CHANGER = '8'

/** One way to a logical unit: a generic node. */
export interface ScsiPath {
  /** Generic node, e.g. /dev/sg3. */
  device: string
  hctl: string
  vendor: string
  product: string
  revision: string
  /** Unit serial number (VPD 80h); null when there is none, and when it could not be had. */
  serial: string | null
  /** Why the serial number could not be had; null when it was told, or told that there is none. */
  serialError: string | null
  /** World wide name of the unit, e.g. 0x5000e111c0ffee01 (NAA) or eui.…; null when there is none, or none was told. */
  wwn: string | null
  virtual: boolean
}

/** A logical unit with all the ways to it. */
export interface ScsiUnit {
  /** Unit serial number, H:C:I:L of the first path where there is none. */
  id: string
  virtual: boolean
  /** At least one; sorted as the nodes are. */
  paths: readonly [ScsiPath, ...ScsiPath[]]
}

const SCSI_GENERIC = '/sys/class/scsi_generic'

/**
 * The logical units of a peripheral device type that the machine has a generic node for. Units with
 * the same serial number are one unit reached by several paths. A device that goes away meanwhile is left out.
 */
export async function findScsiUnits(
  host: Host,
  type: string,
  settings: CollectorSettings,
): Promise<ScsiUnit[]> {
  const nodes = await host.list(SCSI_GENERIC)
  const found = await Promise.all(
    nodes.sort(byNumber).map((node) => ifFound(identify(host, node, type, settings))),
  )
  return mergePaths(found.filter((path) => path !== null))
}

/** The world wide name of a unit: that of the first path that tells it. */
export function wwnOf({ paths }: ScsiUnit): string | null {
  return paths.find(({ wwn }) => wwn !== null)?.wwn ?? null
}

/** Groups paths to the same unit: those with the same serial number. */
function mergePaths(paths: readonly ScsiPath[]): ScsiUnit[] {
  const units = new Map<string, ScsiUnit>()
  for (const path of paths) {
    const id = path.serial ?? path.hctl
    const known = units.get(id)
    units.set(id, {
      id,
      virtual: path.virtual || (known?.virtual ?? false),
      paths: known ? [...known.paths, path] : [path],
    })
  }
  return [...units.values()]
}

/**
 * Sends a command and says what the answer means. Unit attentions only announce something:
 * the command is sent again, three times at most, because a device can have several pending.
 */
export async function ask(
  host: Pick<Host, 'scsi'>,
  device: string,
  cdb: Uint8Array,
  options: { dataInBytes: number; timeoutMs: number },
): Promise<Outcome> {
  let outcome = interpret(await host.scsi(device, cdb, options))
  for (let again = 0; again < 3 && isUnitAttention(outcome); again++) {
    outcome = interpret(await host.scsi(device, cdb, options))
  }
  return outcome
}

async function identify(
  host: Host,
  node: string,
  type: string,
  settings: CollectorSettings,
): Promise<ScsiPath | null> {
  const sysfs = `${SCSI_GENERIC}/${node}/device`
  if ((await host.readText(`${sysfs}/type`)).trim() !== type) return null

  const [vendor, product, revision, directory] = await Promise.all([
    host.readText(`${sysfs}/vendor`),
    host.readText(`${sysfs}/model`),
    host.readText(`${sysfs}/rev`),
    host.realpath(sysfs),
  ])
  const device = `/dev/${node}`
  const hctl = directory.slice(directory.lastIndexOf('/') + 1)
  const [adapter = ''] = hctl.split(':')
  const driver = await ifFound(host.readText(`/sys/class/scsi_host/host${adapter}/proc_name`))
  const serial = await serialNumber(host, device, sysfs)
  return {
    device,
    hctl,
    vendor: vendor.trim(),
    product: product.trim(),
    revision: revision.trim(),
    ...serial,
    // A device that does not tell its serial number is not asked for more.
    wwn: await worldWideNameOf(host, serial.serialError === null ? device : null, sysfs),
    virtual: settings.virtualHosts.includes(driver?.trim() ?? ''),
  }
}

type SerialNumber = Pick<ScsiPath, 'serial' | 'serialError'>

/**
 * From sysfs, where the kernel keeps VPD page 80h of most devices without asking them again, from the standard
 * INQUIRY data that it keeps of all, from the device, and last from the command line tool, which may be permitted
 * what the daemon is not.
 */
async function serialNumber(host: Host, device: string, sysfs: string): Promise<SerialNumber> {
  const kept =
    (await decoded(host, `${sysfs}/vpd_pg80`, decodeUnitSerialNumber)) ??
    (await decoded(host, `${sysfs}/inquiry`, (data) => decodeInquiry(data).serial))
  if (kept !== null) return { serial: kept, serialError: null }
  try {
    return await askSerialNumber(host, device)
  } catch (error) {
    if (isFailure(error)) return { serial: null, serialError: error.message }
    throw error
  }
}

async function askSerialNumber(host: Host, device: string): Promise<SerialNumber> {
  try {
    const outcome = await ask(host, device, inquiry(0x80, 256), {
      dataInBytes: 256,
      timeoutMs: 5_000,
    })
    if (outcome.kind === 'good') {
      return { serial: decodeUnitSerialNumber(outcome.data), serialError: null }
    }
    const refused = outcome.kind === 'check-condition'
    return { serial: null, serialError: refused ? null : describeOutcome(outcome) }
  } catch (error) {
    if (!(error instanceof PassThroughUnavailableError)) throw error
  }
  const argv = ['sg_inq', '-p', 'sn', device]
  const stdout = await answered(argv, host.run(argv, { device, timeoutMs: 10_000 }))
  return { serial: parseSgInqSerial(stdout), serialError: null }
}

/** The serial number in the output of `sg_inq -p sn`; null when the device has an empty one. */
export function parseSgInqSerial(text: string): string | null {
  const match = /^ *Unit serial number:(.*)$/m.exec(text)
  if (!match) throw new ParseError('sg_inq -p sn', 'no "Unit serial number" line')
  const serial = match[1]?.trim() ?? ''
  return serial === '' ? null : serial
}

/** What a file of bytes says; null when it is not there or says nothing that can be decoded. */
async function decoded(
  host: Host,
  path: string,
  decode: (data: Uint8Array) => string | null,
): Promise<string | null> {
  try {
    return decode(await host.readBytes(path))
  } catch (error) {
    if (isFailure(error)) return null
    throw error
  }
}
