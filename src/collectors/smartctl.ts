import { ParseError } from './collector.ts'
import { listAt, numberAt, parseJsonObject, textAt, valueAt } from './json-fields.ts'
import type { SmartReport } from './smart.ts'

/** A device that `smartctl --scan` found, and how it is reached. */
export interface SmartDevice {
  name: string
  type: string
}

/** What smartctl said of a disk; `error` when it could not ask the disk. */
export interface SmartAnswer {
  report: Omit<SmartReport, 'id'>
  error: string | null
}

/** Parses `smartctl --scan -j`. */
export function parseSmartctlScan(text: string): SmartDevice[] {
  const root = parseSmartctlJson('smartctl --scan', text)
  return listAt(root, 'devices').map((device) => {
    const name = textAt(device, 'name')
    const type = textAt(device, 'type')
    if (name === null || type === null) {
      throw new ParseError('smartctl --scan', 'a device without name or type')
    }
    return { name, type }
  })
}

/** Bits of the exit status that speak of the disk, see smartctl(8), EXIT STATUS. */
const EXIT_REMARKS = [
  { bit: 3, remark: 'the SMART status is "disk failing"' },
  { bit: 4, remark: 'prefail attributes are at or below their thresholds' },
  { bit: 5, remark: 'attributes were at or below their thresholds in the past' },
  { bit: 6, remark: 'the error log holds errors' },
  { bit: 7, remark: 'the self-test log holds errors' },
]

/** Bits of the critical warning of NVMe (NVM Express 1.4, figure 194). */
const NVME_WARNINGS = [
  { bit: 0, remark: 'the spare space is below its threshold' },
  { bit: 1, remark: 'the temperature is outside its thresholds' },
  { bit: 2, remark: 'reliability is degraded by media or internal errors' },
  { bit: 3, remark: 'the media are read-only' },
  { bit: 4, remark: 'the backup of volatile memory failed' },
]

const COMMAND_LINE = 1 << 0
const OPEN_FAILED = 1 << 1
const FAILING = 1 << 3

/** Said by smartctl of devices that it has no way to, such as volumes of a RAID controller and USB bridges. */
const NO_WAY = /-d option|adding '-d|Unknown USB bridge|Unable to detect device type/

/** Parses `smartctl -j -a <device>`; the exit status is a mask of what it found. */
export function parseSmartctl(text: string, exitCode: number, device: SmartDevice): SmartAnswer {
  const root = parseSmartctlJson(`smartctl ${device.name}`, text)
  const messages = listAt(root, 'smartctl', 'messages').map(
    (message) => textAt(message, 'string') ?? '',
  )
  const report = {
    device: device.name,
    type: textAt(root, 'device', 'type') ?? device.type,
    model: modelOf(root),
    serial: textAt(root, 'serial_number'),
    state: 'unknown' as const,
    ...countersOf(root),
    remarks: [
      ...remarksOf(exitCode, EXIT_REMARKS),
      ...remarksOf(
        numberAt(root, 'nvme_smart_health_information_log', 'critical_warning') ?? 0,
        NVME_WARNINGS,
      ),
    ],
  }
  if (messages.some((message) => /^Device is in .+ mode/.test(message))) {
    // The bit says that the device was left alone, so nothing else of the status is about it.
    return { report: { ...report, state: 'asleep', remarks: [] }, error: null }
  }
  const said = messages.find((message) => message !== '')
  if ((exitCode & (COMMAND_LINE | OPEN_FAILED)) !== 0) {
    const problem = said ?? `smartctl ${device.name}: exit ${exitCode}`
    const unsupported = messages.some((message) => NO_WAY.test(message))
    return unsupported
      ? { report: { ...report, state: 'unsupported', remarks: [problem] }, error: null }
      : { report: { ...report, remarks: [problem] }, error: problem }
  }
  return { report: { ...report, state: stateOf(root, exitCode) }, error: null }
}

function stateOf(root: object, exitCode: number): SmartReport['state'] {
  const passed = valueAt(root, 'smart_status', 'passed')
  if (passed === false || (exitCode & FAILING) !== 0) return 'failing'
  if (passed === true) return 'passed'
  return valueAt(root, 'smart_support', 'available') === false ? 'unsupported' : 'unknown'
}

function modelOf(root: object): string | null {
  return textAt(root, 'model_name') ?? textAt(root, 'scsi_model_name')
}

type Counters = Pick<
  SmartReport,
  | 'temperatureCelsius'
  | 'powerOnHours'
  | 'reallocated'
  | 'pending'
  | 'uncorrectable'
  | 'lifeUsedPercent'
>

function countersOf(root: object): Counters {
  const nvme = 'nvme_smart_health_information_log'
  return {
    temperatureCelsius: temperatureOf(root),
    powerOnHours: numberAt(root, 'power_on_time', 'hours'),
    reallocated: ataAttribute(root, 5) ?? numberAt(root, 'scsi_grown_defect_list'),
    pending: ataAttribute(root, 197),
    uncorrectable:
      ataAttribute(root, 198) ??
      uncorrectedScsiErrors(root) ??
      numberAt(root, nvme, 'media_errors'),
    lifeUsedPercent:
      numberAt(root, nvme, 'percentage_used') ??
      numberAt(root, 'endurance_used', 'current_percent') ??
      numberAt(root, 'scsi_percentage_used_endurance_indicator'),
  }
}

/** A SCSI device without a thermometer answers 0 for it, and 0 for the temperature at which it would stop. */
function temperatureOf(root: object): number | null {
  const current = numberAt(root, 'temperature', 'current')
  return current === 0 && numberAt(root, 'scsi_temperature', 'drive_trip') === 0 ? null : current
}

/** The raw value as smartctl reads it: several numbers can be packed into its 48 bits, the first one counts. */
function ataAttribute(root: object, id: number): number | null {
  const table = listAt(root, 'ata_smart_attributes', 'table')
  const row = table.find((each) => numberAt(each, 'id') === id)
  const text = /^\d{1,15}/.exec(textAt(row, 'raw', 'string') ?? '')?.[0]
  return text === undefined ? numberAt(row, 'raw', 'value') : Number(text)
}

function uncorrectedScsiErrors(root: object): number | null {
  const counts = ['read', 'write', 'verify']
    .map((kind) => numberAt(root, 'scsi_error_counter_log', kind, 'total_uncorrected_errors'))
    .filter((count) => count !== null)
  return counts.length === 0 ? null : counts.reduce((sum, count) => sum + count, 0)
}

function remarksOf(mask: number, remarks: readonly { bit: number; remark: string }[]): string[] {
  return remarks.filter(({ bit }) => (mask & (1 << bit)) !== 0).map(({ remark }) => remark)
}

/** Everything that smartctl prints with -j has an object that tells its version and arguments. */
function parseSmartctlJson(source: string, text: string): Record<string, unknown> {
  const root = parseJsonObject(source, text)
  if (typeof valueAt(root, 'smartctl') !== 'object') {
    throw new ParseError(source, 'no "smartctl" object')
  }
  return root
}
