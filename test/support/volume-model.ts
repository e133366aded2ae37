import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseMountinfo } from '../../src/collectors/mountinfo.ts'
import { configuredMounts } from '../../src/collectors/repositories.ts'
import { readGroups, readVolumes } from '../../src/collectors/volume-groups.ts'
import { CommandError, NotFoundError, type CommandResult, type Host } from '../../src/host/host.ts'
import { mapperNode, UNIT_DIRECTORY } from '../../src/host/repository-changes.ts'
import { StuckCalls } from '../../src/host/stuck-calls.ts'
import { repositoryChanges } from '../../src/privileged/repositories.ts'
import { parseMountUnit } from '../../src/repositories/mount-units.ts'
import type { RepositoryMachine } from '../../src/tasks/kinds/repositories/machine.ts'
import type { Teardown } from './database.ts'

const MIB = 1024 * 1024
/** Of the groups of the model. */
export const EXTENT = 4 * MIB

interface Group {
  attributes: string
  extents: number
  missing: number
}

interface Volume {
  group: string
  name: string
  extents: number
  attributes: string
  segmentType: string
  pool: string
  percent: [string, string]
  tags: Set<string>
  /** What blkid finds, and how many bytes a file system knows of. */
  signature: string | null
  filesystemBytes: number
  errors: number
}

/**
 * LVM, mkfs, blkid and systemctl on a machine of their own: they print what those of Debian 12 print, and refuse what
 * those refuse. Folders are real, below `root`; mkfs.ext4 overwrites what is there, as it does without a terminal.
 */
export class VolumeModel {
  readonly root = mkdtempSync(join(tmpdir(), 'volumes-'))
  readonly units = join(this.root, 'units')
  readonly groups = new Map<string, Group>()
  readonly volumes: Volume[] = []
  /** What is in free extents: the next volume has it. */
  leftovers: string | null = null
  /** Device by mount point. */
  readonly mounted = new Map<string, string>()
  readonly #loaded = new Map<string, string>()
  readonly enabled = new Set<string>()
  fstab = ''
  mountOptions = 'rw'
  /** Command lines that were run, of those that change something. */
  readonly ran: string[] = []
  /** Command lines that fail, by how they begin; `after`: when they have done their work. */
  readonly failing = new Map<string, { says: string; after?: boolean }>()
  /** Told before a command; a promise that never resolves is a daemon that dies in it. */
  before: (line: string) => Promise<void> = () => Promise.resolve()
  after: (line: string) => Promise<void> = () => Promise.resolve()

  constructor(t: Teardown) {
    t.teardown(async () => {
      rmSync(this.root, { recursive: true })
    })
    mkdirSync(this.units)
    mkdirSync(join(this.root, 'srv'))
    this.groups.set('vg-data', { attributes: 'wz--n-', extents: 1000, missing: 0 })
  }

  /** A volume that is there, with a file system, mounted. */
  add(name: string, extents: number, changes: Partial<Volume> = {}, at?: string): Volume {
    const volume: Volume = {
      ...{ group: 'vg-data', name, extents, attributes: '-wi-ao----', segmentType: 'linear' },
      ...{ pool: '', percent: ['', ''], tags: new Set<string>(), signature: 'xfs', errors: 0 },
      ...{ filesystemBytes: extents * EXTENT, ...changes },
    }
    this.volumes.push(volume)
    if (at !== undefined) this.mounted.set(at, mapperNode({ group: volume.group, volume: name }))
    return volume
  }

  volume(name: string): Volume {
    const found = this.volumes.find((one) => one.name === name)
    if (found === undefined) throw new Error(`no volume ${name}`)
    return found
  }

  free(group: string): number {
    const used = this.volumes.filter((one) => one.group === group && one.segmentType !== 'thin')
    return (
      (this.groups.get(group)?.extents ?? 0) - used.reduce((sum, { extents }) => sum + extents, 0)
    )
  }

  /** The machine, as tasks have it. */
  machine(changes: Partial<RepositoryMachine> = {}): RepositoryMachine {
    const host = this.host()
    return {
      changes: this.changes(),
      facts: async () => ({
        groups: await readGroups(host, []),
        volumes: await readVolumes(host, []),
        mounts: parseMountinfo(await host.readText('/proc/1/mountinfo')),
        configured: (await configuredMounts(host, [])).map(({ mountPoint, by, unit }) => ({
          ...{ mountPoint, by: by === 'unit' ? unit : '/etc/fstab' },
        })),
      }),
      touched: () => Promise.resolve(),
      groupOf: () => 'vg-data',
      named: () => [],
      ...changes,
    }
  }

  changes() {
    return repositoryChanges({
      ...{ host: this.host(), calls: new StuckCalls(() => new Date(0)), confined: false },
      places: {
        ...{ root: this.root, mountinfo: '/proc/1/mountinfo', units: this.units, otherUnits: [] },
      },
    })
  }

  host(): Pick<Host, 'run' | 'readText' | 'list'> {
    return {
      run: async (argv, options = {}) => {
        const result = await this.#run(argv)
        const expected = options.exitCodes ?? ((code: number) => code === 0)
        if (expected(result.exitCode)) return result
        throw new CommandError(argv, result.exitCode, result.stderr)
      },
      readText: async (path) => {
        if (path === '/etc/fstab') return this.fstab
        if (path === '/proc/1/mountinfo') return this.#mountinfo()
        if (!path.startsWith(UNIT_DIRECTORY)) throw new NotFoundError(path)
        return readFileSync(join(this.units, path.slice(UNIT_DIRECTORY.length)), 'utf8')
      },
      list: async (path) => (path === UNIT_DIRECTORY ? readdirSync(this.units) : []),
    }
  }

  #mountinfo(): string {
    const lines = [...this.mounted].map(([at, device], index) => {
      const type = this.#at(device).signature ?? 'xfs'
      return `${40 + index} 1 253:${index} / ${at} ${this.mountOptions} - ${type} ${device} rw`
    })
    return ['1 0 8:1 / / rw - ext4 /dev/sda1 rw', ...lines, ''].join('\n')
  }

  async #run(argv: readonly string[]): Promise<CommandResult> {
    const line = argv.join(' ')
    await this.before(line)
    const failing = [...this.failing].find(([begin]) => line.startsWith(begin))?.[1]
    if (failing !== undefined && failing.after !== true) return failed(failing.says)
    if (!/^(?:vgs|lvs|blkid|xfs_info|dumpe2fs|systemctl --no-ask-password show)/.test(line)) {
      this.ran.push(line)
    }
    const result = this.#carryOut(argv, line)
    await this.after(line)
    return failing === undefined ? result : failed(failing.says)
  }

  #carryOut([tool = '', ...words]: readonly string[], line: string): CommandResult {
    const after = (option: string) => words[words.indexOf(option) + 1] ?? ''
    const last = words.at(-1) ?? ''
    switch (tool) {
      case 'vgs':
        return said(report('vg', this.#vgs()))
      case 'lvs':
        if (!words.includes('lv_tags')) return said(report('lv', this.#lvs()))
        return said(`  ${[...this.#at(last).tags].join(',')}\n`)
      case 'lvcreate': {
        const extents = Number(after('--extents'))
        if (extents > this.free(last)) return failed('  insufficient free space', 5)
        const fresh = this.add(after('--name'), extents, {
          ...{ group: last, attributes: '-wi-a-----', tags: new Set([after('--addtag')]) },
          ...{ signature: this.leftovers, filesystemBytes: 0 },
        })
        return said(`  Logical volume "${fresh.name}" created.\n`)
      }
      case 'lvchange': {
        const { tags } = this.#at(last)
        tags.delete(after('--deltag'))
        tags.add(after('--addtag'))
        return said('')
      }
      case 'lvextend': {
        const volume = this.#at(last)
        const extents = Number(after('--extents'))
        if (extents <= volume.extents) return failed('  New size not larger than existing size', 5)
        volume.extents = extents
        return said('')
      }
      case 'blkid': {
        const { signature } = this.#at(last)
        if (signature === null) return { exitCode: 2, stdout: '', stderr: '' }
        return said(`DEVNAME=${last}\nTYPE=${signature}\n`)
      }
      case 'mkfs.xfs':
      case 'mkfs.ext4': {
        const volume = this.#at(last)
        if (tool === 'mkfs.xfs' && volume.signature !== null) {
          return failed(`mkfs.xfs: ${last} appears to contain an existing filesystem`)
        }
        volume.signature = tool.slice('mkfs.'.length)
        volume.filesystemBytes = volume.extents * EXTENT
        return said('')
      }
      case 'xfs_growfs':
      case 'resize2fs': {
        const volume = this.#at(tool === 'resize2fs' ? last : (this.mounted.get(last) ?? ''))
        volume.filesystemBytes = volume.extents * EXTENT
        return said('')
      }
      case 'xfs_info': {
        const { filesystemBytes } = this.#at(this.mounted.get(last) ?? '')
        return said(`data     =    bsize=4096   blocks=${filesystemBytes / 4096}, imaxpct=25\n`)
      }
      case 'dumpe2fs': {
        const { filesystemBytes, errors } = this.#at(last)
        const state = errors > 0 ? `clean with errors\nFS Error count: ${errors}` : 'clean'
        return said(
          `Filesystem state: ${state}\nBlock count: ${filesystemBytes / 4096}\nBlock size: 4096\n`,
        )
      }
      case 'systemctl':
        return this.#systemctl(words.slice(1))
      default:
        throw new Error(`the model does not know ${line}`)
    }
  }

  #systemctl(words: readonly string[]): CommandResult {
    const verb = words[0] ?? ''
    const unit = words.at(-1) ?? ''
    if (verb === 'daemon-reload') {
      for (const name of readdirSync(this.units)) {
        this.#loaded.set(name, readFileSync(join(this.units, name), 'utf8'))
      }
      return said('')
    }
    const found = parseMountUnit(this.#loaded.get(unit) ?? '')
    if (verb === 'show') {
      if (found === null) return said('LoadState=not-found\n')
      const { device, mountPoint, type } = found
      return said(
        `Where=${mountPoint}\nWhat=${device}\nType=${type ?? ''}\nLoadState=loaded\nFragmentPath=${this.units}/${unit}\nDropInPaths=\n`,
      )
    }
    if (found === null) return failed(`Unit ${unit} not found.`, 5)
    if (verb === 'enable') this.enabled.add(unit)
    if (verb === 'start') {
      mkdirSync(join(this.root, found.mountPoint), { recursive: true })
      const { group, name } = this.#at(found.device)
      this.mounted.set(found.mountPoint, mapperNode({ group, volume: name }))
    }
    return said('')
  }

  /** By `group/name`, or by either of its nodes. */
  #at(which: string): Volume {
    const found = this.volumes.find(
      ({ group, name }) =>
        which === `${group}/${name}` ||
        which === `/dev/${group}/${name}` ||
        which === mapperNode({ group, volume: name }),
    )
    if (found === undefined) throw new CommandError(['lvs', which], 5, 'failed to find it')
    return found
  }

  #vgs() {
    return [...this.groups].map(([name, { attributes, extents, missing }]) => ({
      ...{ vg_name: name, pv_count: '1', lv_count: '0', vg_attr: attributes },
      ...{ vg_size: `${extents * EXTENT}B`, vg_free: `${this.free(name) * EXTENT}B` },
      ...{ vg_missing_pv_count: String(missing), vg_extent_size: `${EXTENT}B` },
      vg_free_count: String(this.free(name)),
    }))
  }

  #lvs() {
    return this.volumes.map(({ name, group, attributes, extents, segmentType, pool, percent }) => ({
      ...{ lv_name: name, vg_name: group, lv_attr: attributes, lv_size: `${extents * EXTENT}B` },
      ...{ pool_lv: pool, data_percent: percent[0], metadata_percent: percent[1] },
      ...{ lv_health_status: '', segtype: segmentType },
    }))
  }
}

const report = (kind: string, rows: object[]) => JSON.stringify({ report: [{ [kind]: rows }] })
const said = (stdout: string): CommandResult => ({ exitCode: 0, stdout, stderr: '' })
const failed = (stderr: string, exitCode = 1): CommandResult => ({ exitCode, stdout: '', stderr })
