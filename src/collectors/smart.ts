import { HostError, NotFoundError, RecordingHoleError, type Host } from '../host/host.ts'
import { ABSENT, ParseError, type Collector } from './collector.ts'
import { modelOf, serialNumberOf, worldWideNameOf } from './disk-identity.ts'
import { attribute } from './attributes.ts'
import { parseSmartctl, parseSmartctlScan, type SmartDevice } from './smartctl.ts'

/** What a disk says of its own health, asked through smartctl without waking it up. */
export interface SmartReport {
  /** Serial number, the device's name where there is none. */
  id: string
  device: string
  /** How smartctl reaches it: scsi, sat, nvme, megaraid,0 … */
  type: string
  model: string | null
  serial: string | null
  /** `unsupported` when the device has no SMART, `asleep` when it was left in standby. */
  state: 'passed' | 'failing' | 'unsupported' | 'asleep' | 'unknown'
  temperatureCelsius: number | null
  powerOnHours: number | null
  /** Sectors or blocks: reallocated (ATA 5), grown defects (SCSI). */
  reallocated: number | null
  pending: number | null
  uncorrectable: number | null
  /** NVMe: share of the rated life used; can exceed 100. */
  lifeUsedPercent: number | null
  /** Bits of smartctl's exit status that speak of the disk, in words. */
  remarks: readonly string[]
}

// Vendors of disks that are made of files and volumes: whoever holds those knows their health.
const VIRTUAL_VENDORS = /^(?:SCST_.*|LIO-ORG|IET|QEMU|VBOX|VMware,?|Msft|Nutanix|Google)$/

// So many disks are asked at a time: the processes that may run at once are shared with the other collectors.
const AT_A_TIME = 4

/** SMART. A machine without smartmontools, or without a disk of its own to ask, has none. */
export const smart: Collector<readonly SmartReport[]> & { name: 'smart' } = {
  name: 'smart',
  intervalSeconds: 300,
  timeoutMs: 60_000,

  async collect(host) {
    const scan = await scanDevices(host)
    const candidates = withIds(await ownDisks(host, scan))
    if (candidates.length === 0) return ABSENT

    const answers: Answer[] = []
    const queue = candidates.entries()
    const askInTurn = async () => {
      for (const [index, candidate] of queue) answers[index] = await askDisk(host, candidate)
    }
    await Promise.all(Array.from({ length: AT_A_TIME }, askInTurn))

    const problems = answers.flatMap(({ report, error }) =>
      error === null ? [] : [{ labels: { serial: report.id }, error }],
    )
    const coverage =
      problems.length === 0 ? 'all' : problems.length < answers.length ? 'some' : 'none'
    return { value: answers.map(({ report }) => report), problems, coverage }
  },

  accumulate: accumulateSmart,
}

/**
 * A disk that was left asleep, or that did not answer, keeps the counters it had; and one that called
 * itself failing is failing until it says otherwise.
 */
export function accumulateSmart(
  previous: readonly SmartReport[] | undefined,
  current: readonly SmartReport[],
): readonly SmartReport[] {
  const before = new Map(previous?.map((report) => [report.id, report]))
  return current.map((report) => {
    const last = before.get(report.id)
    if (last === undefined || (report.state !== 'asleep' && report.state !== 'unknown')) {
      return report
    }
    const { id, device, type } = report
    const kept = { ...last, id, device, type }
    return last.state === 'failing'
      ? kept
      : { ...kept, state: report.state, remarks: report.remarks }
  })
}

interface Candidate {
  device: SmartDevice
  serial: string | null
  wwn: string | null
  model: string | null
}

interface Answer {
  report: SmartReport
  error: string | null
}

async function scanDevices(host: Host): Promise<SmartDevice[]> {
  try {
    const { stdout } = await host.run(['smartctl', '--scan', '-j'], { timeoutMs: 15_000 })
    return parseSmartctlScan(stdout)
  } catch (error) {
    if (error instanceof NotFoundError) return []
    throw error
  }
}

/** Leaves out virtual disks, and disks of other machines, which are reached through an iSCSI session. */
async function ownDisks(host: Host, scan: readonly SmartDevice[]): Promise<Candidate[]> {
  const kept = await Promise.all(
    scan.map(async (scanned): Promise<Candidate | null> => {
      const device = scanned.type === 'nvme' ? await namespaceOf(host, scanned) : scanned
      const name = device.name.replace(/^\/dev\//, '')
      const vendor = await attribute(host, `/sys/block/${name}/device/vendor`)
      if (vendor !== null && VIRTUAL_VENDORS.test(vendor)) return null
      if (await isRemote(host, name)) return null
      const [serial, wwn, model] = await Promise.all([
        serialNumberOf(host, name),
        worldWideNameOf(host, name),
        modelOf(host, name),
      ])
      return { device, serial, wwn, model }
    }),
  )
  return kept.filter((candidate) => candidate !== null)
}

async function isRemote(host: Host, name: string): Promise<boolean> {
  try {
    return /\/session\d+\//.test(await host.realpath(`/sys/block/${name}`))
  } catch (error) {
    // Disks behind a RAID controller are told by names that are no block devices.
    if (error instanceof HostError) return false
    throw error
  }
}

/**
 * The scan names the controller, /dev/nvme0. Asked through its first namespace it says the same and its
 * size besides, and the node is the one that people know from lsblk.
 */
async function namespaceOf(host: Host, device: SmartDevice): Promise<SmartDevice> {
  const names = await host.list(`/sys/class/nvme/${device.name.replace(/^\/dev\//, '')}`)
  const namespace = names.find((name) => /^nvme\d+n\d+$/.test(name))
  return namespace === undefined ? device : { ...device, name: `/dev/${namespace}` }
}

/** One path to each disk is enough. Different disks with one serial number are told apart by WWN. */
function withIds(disks: readonly Candidate[]): (Candidate & { id: string | null })[] {
  const key = ({ device, serial, wwn }: Candidate) =>
    serial === null || wwn === null ? `${device.name} ${device.type}` : `${serial} ${wwn}`
  const chosen = disks.filter((disk, index) => {
    return disks.findIndex((other) => key(other) === key(disk)) === index
  })
  return chosen.map((disk) => {
    const { serial, wwn, device } = disk
    const twins = chosen.filter((other) => other.serial === serial)
    const id = twins.length > 1 ? `${serial ?? ''}-${wwn ?? device.name}` : serial
    return { ...disk, id: serial === null ? null : id }
  })
}

/**
 * The command for a device; a disk in standby is left asleep. Types that smartctl finds out by itself are
 * not named, so that it looks for ATA behind SCSI. NVMe has no standby that a question would end.
 */
export function smartctlCommand({ name, type }: SmartDevice): string[] {
  const standby = type === 'nvme' ? [] : ['-n', 'standby']
  const explicit = isFoundOut({ name, type }) ? [] : ['-d', type]
  return ['smartctl', '-j', '-a', ...standby, ...explicit, name]
}

function isFoundOut({ type }: SmartDevice): boolean {
  return ['scsi', 'ata', 'sat', 'nvme'].includes(type)
}

async function askDisk(host: Host, candidate: Candidate & { id: string | null }): Promise<Answer> {
  const { device, serial, model, id } = candidate
  // Disks behind one RAID controller share the name of its node.
  const place = isFoundOut(device) ? device.name : `${device.name} ${device.type}`
  try {
    const { stdout, exitCode } = await host.run(smartctlCommand(device), {
      device: device.name,
      timeoutMs: 20_000,
      // A mask of what smartctl found, see smartctl(8), EXIT STATUS.
      exitCodes: () => true,
    })
    const { report, error } = parseSmartctl(stdout, exitCode, device)
    const told = report.serial ?? serial
    return {
      report: {
        id: id ?? told ?? place,
        ...report,
        serial: told,
        model: report.model ?? model,
      },
      error,
    }
  } catch (error) {
    if (!(error instanceof HostError || error instanceof ParseError)) throw error
    const remarks = [error.message]
    return {
      report: { id: id ?? place, ...unknownReport(device), serial, model, remarks },
      // A recording that does not hold the answer says nothing against the appliance.
      error: error instanceof RecordingHoleError ? null : error.message,
    }
  }
}

function unknownReport({ name, type }: SmartDevice): Omit<SmartReport, 'id'> {
  return {
    device: name,
    type,
    model: null,
    serial: null,
    state: 'unknown',
    temperatureCelsius: null,
    powerOnHours: null,
    reallocated: null,
    pending: null,
    uncorrectable: null,
    lifeUsedPercent: null,
    remarks: [],
  }
}
