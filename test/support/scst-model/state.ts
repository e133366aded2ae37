import { attributesOf, TYPES } from './attributes.ts'
import { SysfsTree } from './tree.ts'

/** Root of SCST's sysfs. */
export const ROOT = '/sys/kernel/scst_tgt'

/** How a command ended: null when it was done, else the errno. */
export type Answer = string | null

/** An initiator group; `group` is null for the LUNs of the target itself. */
export interface Acg {
  /** Path of the target. */
  target: string
  group: string | null
}

/** The tree, and what the kernel remembers beside it. */
export class SysfsState {
  readonly tree = new SysfsTree()
  /** SCSI devices of the machine and their types. */
  readonly scsi = new Map<string, number>()
  readonly files: Readonly<Record<string, number>>
  /** Names of devices, oldest first. */
  readonly devices = new Map<string, { handler: string }>()
  #made = 0
  #exports = 0

  constructor(files: Readonly<Record<string, number>>) {
    this.files = files
  }

  /** Makes the files of a device, target or group. */
  lay(path: string, of: string, given: Readonly<Record<string, string>> = {}): void {
    const name = path.slice(path.lastIndexOf('/') + 1)
    const number = String(++this.#made)
    const fill = (value: string) =>
      value.replace('NAME', name).replace('USN', number.padStart(8, '0')).replace('TID', number)
    for (const attribute of attributesOf(of)) {
      const value = fill(attribute.value)
      this.tree.file(`${path}/${attribute.name}`, `${value}${attribute.end}`, attribute.mode)
      const set = given[attribute.name]
      if (set !== undefined) this.set(`${path}/${attribute.name}`, set, value)
    }
  }

  /** Sets an attribute. What is not as it was made ends with a key mark (scst/README). */
  set(path: string, value: string, initial: string): void {
    const entry = this.tree.at(path)
    if (entry?.kind !== 'file') return
    const end = path.endsWith('/filename') ? '\n' : ''
    entry.text = `${value}\n${value === initial ? '' : `[key]\n${end}`}`
  }

  plainScsiDevice(hcil: string): void {
    const path = `${ROOT}/devices/${hcil}`
    this.tree.mkdir(path)
    this.lay(path, 'scsiDevice')
    const type = Object.values(TYPES).find((one) => one.startsWith(`${this.scsi.get(hcil) ?? -1} `))
    this.tree.file(`${path}/type`, `${type ?? '0 - '}\n`, 0o444)
    this.tree.mkdir(`${path}/exported`)
    this.tree.link(`${path}/scsi_device`, `/sys/devices/platform/scsi_device/${hcil}`)
    this.tree.mkdir(`/sys/devices/platform/scsi_device/${hcil}`)
  }

  /** Below the target itself, or its group. */
  acgPath({ target, group }: Acg): string {
    return group === null ? target : `${target}/ini_groups/${group}`
  }

  acgsOf(target: string): Acg[] {
    return [null, ...this.tree.names(`${target}/ini_groups`).filter((name) => name !== 'mgmt')].map(
      (group) => ({ target, group }),
    )
  }

  targets(): string[] {
    const root = `${ROOT}/targets`
    return this.tree
      .names(root)
      .flatMap((driver) =>
        this.tree.names(`${root}/${driver}`).map((name) => `${root}/${driver}/${name}`),
      )
      .filter((path) => this.tree.has(`${path}/luns`))
  }

  lunsOf(acg: Acg): { lun: string; device: string }[] {
    const path = `${this.acgPath(acg)}/luns`
    return this.tree
      .names(path)
      .filter((name) => name !== 'mgmt')
      .map((lun) => {
        const device = this.tree.realpath(`${path}/${lun}/device`) ?? ''
        return { lun, device: device.slice(device.lastIndexOf('/') + 1) }
      })
  }

  addLun(acg: Acg, lun: string, device: string, readOnly: boolean): void {
    const path = `${this.acgPath(acg)}/luns/${lun}`
    this.tree.mkdir(path)
    this.tree.file(`${path}/read_only`, readOnly ? '1\n[key]\n' : '0\n', 0o444)
    this.tree.link(`${path}/device`, `${ROOT}/devices/${device}`)
    this.tree.link(`${ROOT}/devices/${device}/exported/export${this.#exports++}`, path)
  }

  deleteLun(acg: Acg, lun: string): void {
    const path = `${this.acgPath(acg)}/luns/${lun}`
    const exported = `${this.tree.realpath(`${path}/device`) ?? ''}/exported`
    for (const name of this.tree.names(exported)) {
      const entry = this.tree.at(`${exported}/${name}`, { follow: false })
      if (entry?.kind === 'link' && entry.to === path) this.tree.remove(`${exported}/${name}`)
    }
    this.tree.remove(path)
  }

  /** Sessions of a target by their directory, with their initiators. */
  sessionsOf(target: string): { path: string; initiator: string }[] {
    return this.tree.names(`${target}/sessions`).map((name) => {
      const path = `${target}/sessions/${name}`
      return { path, initiator: this.tree.value(`${path}/initiator_name`) ?? '' }
    })
  }

  /** Sessions see what the group says that their initiator is in (scst_find_acg). */
  reassign(target: string): void {
    for (const { path, initiator } of this.sessionsOf(target)) {
      const acg = this.acgOf(target, initiator)
      this.tree.link(`${path}/luns`, `${this.acgPath(acg)}/luns`)
    }
  }

  acgOf(target: string, initiator: string): Acg {
    const isIn = ({ group }: Acg) =>
      group !== null &&
      this.tree
        .names(`${target}/ini_groups/${group}/initiators`)
        .some((name) => name !== 'mgmt' && matches(name, initiator))
    return this.acgsOf(target).find(isIn) ?? { target, group: null }
  }

  login(target: string, initiator: string): void {
    const path = `${target}/sessions/${initiator}`
    this.tree.mkdir(path)
    this.tree.file(`${path}/initiator_name`, `${initiator}\n`, 0o444)
    this.tree.file(`${path}/sid`, '10100003d0200\n', 0o444)
    for (const name of COUNTERS) this.tree.file(`${path}/${name}`, '0\n')
    this.reassign(target)
  }
}

const COUNTERS = ['read', 'write', 'bidi', 'none', 'unknown']
  .map((kind) => `${kind}_cmd_count`)
  .concat(['read_io_count_kb', 'write_io_count_kb', 'bidi_io_count_kb'])

/** `*` and `?` as in scst/README, "Access and devices visibility management". */
function matches(pattern: string, name: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
  return new RegExp(`^${source}$`).test(name)
}
