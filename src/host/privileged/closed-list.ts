import { vtlArgv, vtlCommandOf, type VtlCommand } from '../vtl-commands.ts'
import type { MediumMove } from '../medium-moves.ts'
import type { RepositoryChange, RepositoryQuestion } from '../repository-changes.ts'

/** What the privileged program does, and nothing else: operations with their parameters. */
export interface PrivilegedOperations {
  /** dmesg(1). */
  kernel_log: Record<string, never>
  /** A report of LVM. */
  lvm_report: { report: LvmReport }
  /** The disks that smartctl finds. */
  smart_scan: Record<string, never>
  /** What smartctl says of one disk. */
  smart_report: SmartQuestion
  /** The configuration file of SCST, without its passwords. */
  read_scst_config: { path: string }
  /** A command to SCST: src/host/scst-commands.ts says which. */
  write_scst: { path: string; text: string }
  /** A command of mhvtl or for its units: src/host/vtl-commands.ts says which. */
  vtl_command: VtlCommand
  /** device.conf or a library_contents of mhvtl; `replaces` is the SHA-256 of what is there, null of nothing. */
  write_vtl_file: { path: string; text: string; replaces: string | null }
  /** Makes the folder in which device.conf has the media of a library. */
  make_vtl_home: { library: number }
  /** Deletes a virtual medium that is in no library, with all that is on it. */
  remove_vtl_medium: { library: number; barcode: string }
  /** Removes the lock of a daemon of mhvtl that is dead. */
  remove_vtl_lock: { device: number }
  /** Moves a medium of a changer, or has it look at its elements. */
  move_medium: MoveQuestion
  /** Has a changer exchange two media, by the addresses of elements. */
  exchange_medium: { changer: string; source: number; destination: number; second: number }
  /** Has a tape drive unload its medium. */
  eject_medium: { drive: string }
  /** Which processes have nodes of tape drives and changers open. */
  device_holders: { nodes: readonly string[] }
  /** A step towards a disk repository: src/host/repository-changes.ts says which. */
  change_repository: RepositoryChange
  /** What is asked before one; changes nothing. */
  ask_repository: RepositoryQuestion
  /** Another configuration file of SCST in the place of the one of that hash. */
  write_scst_config: { path: string; text: string; expected_sha256: string }
}

/** A name on the closed list. */
export type PrivilegedOperation = keyof PrivilegedOperations

/** An operation on the closed list, with its parameters. */
export type PrivilegedRequest = {
  [Name in PrivilegedOperation]: { operation: Name; params: PrivilegedOperations[Name] }
}[PrivilegedOperation]

/** A command of the closed list. */
export type PrivilegedCommand = Extract<PrivilegedRequest, { operation: CommandOperation }>
/** The operations that run a command. */
export type CommandOperation =
  'kernel_log' | 'lvm_report' | 'smart_scan' | 'smart_report' | 'vtl_command'

/** A move: elements as mtx numbers them, null of an inventory. */
export interface MoveQuestion {
  changer: string
  command: (typeof MOVE_COMMANDS)[number]
  source: number | null
  destination: number | null
}
/** What is asked of a changer. */
export const MOVE_COMMANDS = ['load', 'unload', 'transfer', 'inventory'] as const

/** How a move is asked for. */
export function requestOfMove(move: MediumMove): PrivilegedRequest {
  if (move.command === 'eject') {
    return { operation: 'eject_medium', params: { drive: move.drive } }
  }
  if (move.command === 'exchange') {
    const { changer, source, destination, second } = move
    return { operation: 'exchange_medium', params: { changer, source, destination, second } }
  }
  const elements =
    move.command === 'inventory'
      ? { source: null, destination: null }
      : { source: move.source, destination: move.destination }
  const { changer, command } = move
  return { operation: 'move_medium', params: { changer, command, ...elements } }
}

/** The move that is asked for; null where its elements do not go with it. */
export function moveOfRequest(params: MoveQuestion): MediumMove | null {
  const { changer, command, source, destination } = params
  if (command === 'inventory') {
    return source === null && destination === null ? { changer, command } : null
  }
  return source === null || destination === null ? null : { changer, command, source, destination }
}

/** The reports of LVM that are asked for. */
export const LVM_REPORTS = ['vgs', 'lvs', 'pvs'] as const
/** One of them. */
export type LvmReport = (typeof LVM_REPORTS)[number]

/** Which disk smartctl is asked about, and how. */
export interface SmartQuestion {
  device: string
  /** As `-d` of smartctl takes it; null where smartctl finds it out. */
  type: string | null
  /** Whether a disk in standby may be woken. */
  wake: boolean
}

/** Nodes of disks and of adapters behind which there are disks. /dev/bus/N is none, but smartctl's name of an adapter. */
export const SMART_DEVICE =
  /^\/dev\/(?:sd[a-z]{1,4}|sg\d{1,5}|nvme\d{1,4}(?:n\d{1,4})?|bus\/\d{1,4})$/
/** `megaraid,0`, `cciss,3`, `3ware,12`, `sat+megaraid,4`, `areca,3/1`: smartctl(8), `-d`. */
export const SMART_TYPE =
  /^[a-z0-9]{1,16}(?:\+[a-z0-9]{1,16})?(?:,(?:auto|[0-9]{1,4}(?:\/[0-9]{1,4}){0,2})){0,3}$/

const JSON_BYTES = ['--reportformat', 'json', '--units', 'b']
const HEALTH = '+lv_health_status,data_percent,metadata_percent,segtype,devices'

/** The commands as collectors ask for them, written out once more: what a collector asks is not permitted by asking. */
const LVM: Readonly<Record<LvmReport, readonly string[]>> = {
  vgs: ['vgs', '-o', '+vg_missing_pv_count,vg_extent_size,vg_free_count', ...JSON_BYTES],
  lvs: ['lvs', '-a', '-o', HEALTH, ...JSON_BYTES],
  pvs: ['pvs', ...JSON_BYTES],
}
const DMESG = ['dmesg']
const SCAN = ['smartctl', '--scan', '-j']

/** The command line of a command of the list. */
export function argvOf({ operation, params }: PrivilegedCommand): readonly string[] {
  switch (operation) {
    case 'kernel_log':
      return DMESG
    case 'lvm_report':
      return LVM[params.report]
    case 'smart_scan':
      return SCAN
    case 'smart_report': {
      const { device, type, wake } = params
      const standby = wake ? [] : ['-n', 'standby']
      return ['smartctl', '-j', '-a', ...standby, ...(type === null ? [] : ['-d', type]), device]
    }
    case 'vtl_command':
      return vtlArgv(params)
  }
}

/** Which command of the list this command line is; null where it is none. */
export function commandOf(argv: readonly string[]): PrivilegedCommand | null {
  const candidates: PrivilegedCommand[] = [
    { operation: 'kernel_log', params: {} },
    ...LVM_REPORTS.map((report) => ({ operation: 'lvm_report' as const, params: { report } })),
    { operation: 'smart_scan', params: {} },
    ...smartCandidates(argv),
    ...vtlCandidates(argv),
  ]
  const line = JSON.stringify(argv)
  return candidates.find((one) => JSON.stringify(argvOf(one)) === line) ?? null
}

function smartCandidates(argv: readonly string[]): PrivilegedCommand[] {
  const device = argv.at(-1) ?? ''
  const at = argv.indexOf('-d')
  const type = at === -1 ? null : (argv[at + 1] ?? '')
  if (!SMART_DEVICE.test(device) || (type !== null && !SMART_TYPE.test(type))) return []
  const wake = !argv.includes('-n')
  return [{ operation: 'smart_report', params: { device, type, wake } }]
}

function vtlCandidates(argv: readonly string[]): PrivilegedCommand[] {
  const params = vtlCommandOf(argv)
  return params === null ? [] : [{ operation: 'vtl_command', params }]
}
