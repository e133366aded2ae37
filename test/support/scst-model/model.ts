import type { Host } from '../../../src/host/host.ts'
import type { ScstFiles } from '../../../src/host/scst-management.ts'
import { PARAMETERS, TYPES, USAGE } from './attributes.ts'
import { addDevice, deleteDevice } from './devices.ts'
import { deviceGroupCommand } from './device-groups.ts'
import { initiatorCommand, lunCommand, groupCommand } from './groups.ts'
import { ROOT, SysfsState, type Answer } from './state.ts'
import { driverCommand, setAttribute } from './targets.ts'

/** errno(3) of Linux. */
const ERRNO: Readonly<Record<string, number>> = {
  ...{ ENOENT: 2, EIO: 5, ENOMEM: 12, EACCES: 13, EBUSY: 16, EEXIST: 17, EINVAL: 22 },
  ...{ EBADSLT: 57 },
}

/** What there is on the machine besides SCST. */
export interface ModelMachine {
  /** SCSI devices by H:C:I:L, with their peripheral device type. */
  scsi?: Readonly<Record<string, number>>
  /** Sizes in bytes of files and block devices that can be exported. */
  files?: Readonly<Record<string, number>>
}

/** What becomes of a write instead of what SCST would do. */
export type Mishap =
  /** It is refused. */
  | { kind: 'fails'; errno: string }
  /** It is done, and said to have failed. */
  | { kind: 'lies'; errno: string }
  /** Whoever writes is gone before it is done: what is written after it is not done either. */
  | { kind: 'crashes'; done: boolean }

/** The process that wrote is no more. */
export class CrashedError extends Error {}

/**
 * SCST's sysfs in memory. Commands are carried out as the kernel does (scst/README; scst_sysfs.c, scst_tg.c), the
 * surprising parts too: deleting a device takes its LUNs with it, deleting what is not there is EINVAL.
 */
export class ScstModel implements ScstFiles {
  readonly state: SysfsState
  readonly host: Host
  /** What was written, `path < text` below the root of SCST, in order. */
  readonly written: string[] = []
  /** Is told after each write, whatever became of it. */
  onWritten: () => void = () => undefined
  /** What becomes of the next writes; null for those that are done. */
  mishap: (line: string, count: number) => Mishap | null = () => null
  /** How often the result of each write is asked for in vain; it is known at once when null. */
  late: number | null = null
  #result = 0
  #waits = 0
  #crashed = false

  constructor({ scsi = {}, files = {} }: ModelMachine = {}) {
    this.state = new SysfsState(files)
    this.host = this.state.tree.host()
    this.#lay(scsi)
  }

  /** Whether whoever writes is gone. */
  get isCrashed(): boolean {
    return this.#crashed
  }

  /** Another process of ours, after a crash. */
  restart(): void {
    this.#crashed = false
    this.mishap = () => null
  }

  async write(path: string, text: string): Promise<void> {
    if (this.#crashed) throw new CrashedError('it has crashed')
    const line = `${path.slice(ROOT.length)} < ${text}`
    this.written.push(line)
    const mishap = this.mishap(line, this.written.length)
    const isDone = mishap === null || mishap.kind === 'lies' || ('done' in mishap && mishap.done)
    const answer = isDone ? this.#carryOut(path, text.trimEnd()) : null
    this.onWritten()
    if (mishap?.kind === 'crashes') {
      this.#crashed = true
      throw new CrashedError(line)
    }
    const errno = mishap === null ? answer : mishap.errno
    this.#result = errno === null ? 0 : -(ERRNO[errno] ?? 5)
    this.#waits = this.late ?? 0
    const told = this.late === null ? errno : 'EAGAIN'
    if (told !== null) await Promise.reject(failure(told))
  }

  async read(path: string): Promise<string> {
    if (path === `${ROOT}/last_sysfs_mgmt_res`) {
      if (this.#waits-- > 0) throw failure('EAGAIN')
      return `${this.#result}\n`
    }
    return this.host.readText(path)
  }

  #carryOut(path: string, text: string): Answer {
    const { state } = this
    if (state.tree.at(path) === null) return 'ENOENT'
    const parts = path.slice(ROOT.length + 1).split('/')
    const [place, ...rest] = parts
    if (parts.at(-1) !== 'mgmt') return setAttribute(state, path, text)
    const words = text.split(/\s+/)
    if (place === 'handlers') {
      const [handler = ''] = rest
      const [verb, name = '', ...parameters] = words
      if (verb === 'add_device') return addDevice(state, handler, name, parameters.join(' '))
      return verb === 'del_device' ? deleteDevice(state, handler, name) : 'EINVAL'
    }
    if (place === 'device_groups') return deviceGroupCommand(state, rest.slice(0, -1), words)
    const [driver = '', target, what, group, inGroup] = rest
    const at = `${ROOT}/targets/${driver}/${target ?? ''}`
    if (what === undefined) return driverCommand(state, driver, text)
    if (what === 'luns') return lunCommand(state, { target: at, group: null }, words)
    if (inGroup === undefined) return groupCommand(state, at, words)
    const acg = { target: at, group: group ?? '' }
    return inGroup === 'luns' ? lunCommand(state, acg, words) : initiatorCommand(state, acg, words)
  }

  #lay(scsi: Readonly<Record<string, number>>): void {
    const { tree } = this.state
    for (const [name, text, mode] of ROOT_FILES) tree.file(`${ROOT}/${name}`, text, mode)
    for (const [handler, parameters] of Object.entries(PARAMETERS)) {
      const usage = parameters === null ? USAGE.passThrough : USAGE.virtual(parameters)
      tree.file(`${ROOT}/handlers/${handler}/mgmt`, usage)
      tree.file(`${ROOT}/handlers/${handler}/type`, `${TYPES[handler] ?? ''}\n`, 0o444)
    }
    tree.mkdir(`${ROOT}/devices`)
    tree.file(`${ROOT}/device_groups/mgmt`, USAGE.deviceGroups)
    for (const [name, text, mode] of ISCSI_FILES) {
      tree.file(`${ROOT}/targets/iscsi/${name}`, text, mode)
    }
    for (const [hcil, type] of Object.entries(scsi)) {
      this.state.scsi.set(hcil, type)
      this.state.plainScsiDevice(hcil)
    }
  }
}

const ROOT_FILES: readonly (readonly [string, string, number])[] = [
  ['setup_id', '0x0\n', 0o644],
  ['threads', '2\n', 0o644],
  ['suspend', '0\n', 0o644],
  ['last_sysfs_mgmt_res', '0\n', 0o444],
  ['measure_latency', '0\n', 0o644],
  ['poll_us', '0\n', 0o644],
  ['max_tasklet_cmd', '10\n', 0o644],
  ['version', 'SCST version: 3.10.0\n', 0o444],
]
const ISCSI_FILES: readonly (readonly [string, string, number])[] = [
  ['enabled', '0\n\n', 0o644],
  ['link_local', '1\n\n', 0o644],
  ['isns_entity_name', '\n', 0o644],
  ['internal_portal', '\n\n', 0o644],
  ['iSNSServer', '\n\n', 0o644],
  ['open_state', 'open\n', 0o444],
  ['version', '3.10.0\nTRACING\n', 0o444],
  ['mgmt', USAGE.driver, 0o644],
]

function failure(errno: string): Error {
  return Object.assign(new Error(`${errno}: of the model`), { code: errno })
}
