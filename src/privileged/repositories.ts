import { lstat, readdir } from 'node:fs/promises'
import { fileErrorOf } from '../host/file-errors.ts'
import { RefusedError, type CommandResult, type Host } from '../host/host.ts'
import {
  faultOfChange,
  faultOfMountPoint,
  mapperNode,
  mountUnitName,
  TAG_MADE,
  TAG_NEW,
  volumeNode,
  type FilesystemFacts,
  type Place,
  type RepositoryChange,
  type RepositoryChanges,
  type VolumeContent,
  type VolumeName,
} from '../host/repository-changes.ts'
import type { StuckCalls } from '../host/stuck-calls.ts'
import {
  parseDumpe2fs,
  parseMountedOn,
  parseShow,
  parseSignature,
  parseXfsInfo,
} from '../repositories/said.ts'
import { confinedArgv, volumeUnit } from './confinement.ts'
import { readMountUnit, writeMountUnit } from './mount-unit.ts'

/** What changing repositories needs. */
export interface RepositoryParts {
  host: Pick<Host, 'run' | 'readText'>
  calls: StuckCalls
  /** Whether commands are run beside this program, by systemd, with rights of their own. */
  confined: boolean
  places: RepositoryPlaces
}

/** Where what is. */
export interface RepositoryPlaces {
  /** The root of the machine as its first process sees it: this one may be kept from some of it. */
  root: string
  mountinfo: string
  /** Of mount units that are written. */
  units: string
  /** Of others: what is there by that name is not overruled. */
  otherUnits: readonly string[]
}

/** As Linux has them, and systemd.unit(5); for a program that is kept from some of the machine. */
export const REPOSITORY_PLACES: RepositoryPlaces = {
  root: '/proc/1/root',
  mountinfo: '/proc/1/mountinfo',
  units: '/etc/systemd/system',
  otherUnits: [
    ...['/run/systemd/system', '/run/systemd/transient', '/run/systemd/generator'],
    ...['/usr/local/lib/systemd/system', '/usr/lib/systemd/system', '/lib/systemd/system'],
  ],
}

/** For a process that sees all of the machine by itself. */
export const OWN_PLACES: RepositoryPlaces = {
  ...REPOSITORY_PLACES,
  ...{ root: '', mountinfo: '/proc/self/mountinfo' },
}

const LOOK_MS = 10_000
const LVM_SECONDS = 120
/** Of a large volume: discarding takes most of it. */
const MAKE_SECONDS = 1_800
const GROW_SECONDS = 3_000
/** systemd tells the end of a command, or ends it itself, within this. */
const MARGIN_MS = 10_000
/** A mount replays the log of its file system; systemd gives it up after 90 s. */
const SYSTEMCTL_MS = 100_000

interface Command {
  seconds: number
  writable?: string
  /** Whether it changes nothing, and may be beside others. */
  asks?: boolean
  exitCodes?: (code: number) => boolean
}

/** Repositories of this machine, by those who may change them. Nothing is trusted that was checked elsewhere. */
export function repositoryChanges(parts: RepositoryParts): RepositoryChanges {
  const { host, confined } = parts
  const run = async (
    group: string,
    argv: readonly string[],
    { seconds, writable, asks, exitCodes }: Command,
  ): Promise<CommandResult> => {
    const unit = asks === true ? null : volumeUnit(group)
    const given = { argv, unit, seconds, writable: writable ?? null }
    const answers = exitCodes === undefined ? {} : { exitCodes }
    return await host.run(confined ? confinedArgv(given) : argv, {
      timeoutMs: seconds * 1000 + (confined ? MARGIN_MS : 0),
      ...answers,
    })
  }
  const around = { ...parts, run }
  return {
    change: (change) => carryOut(change, around),
    place: (mountPoint) => placeOf(mountPoint, around),
    volume: (name) => contentOf(name, around),
    filesystem: (of) => filesystemOf(of, around),
  }
}

interface Around extends RepositoryParts {
  run: (group: string, argv: readonly string[], command: Command) => Promise<CommandResult>
}

async function carryOut(change: RepositoryChange, around: Around): Promise<void> {
  const fault = faultOfChange(change)
  if (fault !== null) throw new RefusedError(subjectOf(change), fault)
  const { run } = around
  switch (change.change) {
    case 'create_volume': {
      const { group, volume, extents } = change
      // What was in these extents before is neither wiped nor overwritten: it is looked for afterwards.
      await run(
        group,
        [
          ...['lvcreate', '--type', 'linear', '--wipesignatures', 'n', '--zero', 'n'],
          ...['--addtag', TAG_NEW, '--extents', String(extents), '--name', volume, group],
        ],
        { seconds: LVM_SECONDS },
      )
      return
    }
    case 'make_filesystem':
      return makeFilesystem(change, around)
    case 'write_mount_unit': {
      const { tags, signature } = await contentOf(change, around)
      assertTag(change, tags, TAG_MADE)
      if (signature !== change.filesystem) {
        throw new RefusedError(volumeNode(change), `there is ${signature ?? 'nothing'} on it`)
      }
      const { state, at } = await placeOf(change.mount_point, around)
      if (state !== 'absent' && state !== 'empty') throw new RefusedError(at, wordsOf(state))
      return writeMountUnit(change, around)
    }
    case 'mount':
      return mount(change.mount_point, around)
    case 'extend_volume': {
      await assertMounted(change, around)
      const { group, extents } = change
      // lvextend(8) makes no volume smaller. Without --resizefs it touches no file system.
      const argv = ['lvextend', '--extents', String(extents), volumeNode(change)]
      await run(group, argv, { seconds: LVM_SECONDS })
      return
    }
    case 'grow_filesystem': {
      await assertMounted(change, around)
      const { group, filesystem, mount_point: writable } = change
      const argv =
        filesystem === 'xfs' ? ['xfs_growfs', '-d', writable] : ['resize2fs', volumeNode(change)]
      await run(group, argv, { seconds: GROW_SECONDS, writable })
      return
    }
  }
}

/** mke2fs asks before it overwrites something, but nobody where there is no terminal: so this looks itself. */
async function makeFilesystem(
  change: Extract<RepositoryChange, { change: 'make_filesystem' }>,
  around: Around,
): Promise<void> {
  const { group, filesystem } = change
  const node = volumeNode(change)
  const { signature, tags } = await contentOf(change, around)
  assertTag(change, tags, TAG_NEW)
  if (signature !== null) throw new RefusedError(node, `there is ${signature} on it`)
  await around.run(group, [`mkfs.${filesystem}`, '-q', node], { seconds: MAKE_SECONDS })
  const argv = ['lvchange', '--deltag', TAG_NEW, '--addtag', TAG_MADE, `${group}/${change.volume}`]
  await around.run(group, argv, { seconds: LVM_SECONDS })
}

function assertTag(of: VolumeName, tags: readonly string[], wanted: string): void {
  if (tags.includes(wanted)) return
  throw new RefusedError(volumeNode(of), `it has not the tag ${wanted}: it was not made for this`)
}

async function assertMounted(
  of: VolumeName & { mount_point: string },
  { host, places }: Around,
): Promise<void> {
  const sources = parseMountedOn(await host.readText(places.mountinfo), of.mount_point)
  const source = sources.at(-1)
  if (source === mapperNode(of) || source === volumeNode(of)) return
  throw new RefusedError(of.mount_point, `${volumeNode(of)} is not mounted there`)
}

async function mount(mountPoint: string, around: Around): Promise<void> {
  const { host, places } = around
  const unit = mountUnitName(mountPoint)
  const { what, type } = await readMountUnit(mountPoint, around)
  const systemctl = (...words: string[]) =>
    host.run(['systemctl', '--no-ask-password', ...words], { timeoutMs: SYSTEMCTL_MS })
  await systemctl('daemon-reload')
  const asked = ['LoadState', 'FragmentPath', 'DropInPaths', 'Where', 'What', 'Type']
  const { stdout } = await systemctl('show', `--property=${asked.join(',')}`, '--', unit)
  const said = parseShow(stdout)
  const wanted = {
    ...{ LoadState: 'loaded', FragmentPath: `${places.units}/${unit}`, DropInPaths: '' },
    ...{ Where: mountPoint, What: what, Type: type },
  }
  for (const [name, value] of Object.entries(wanted)) {
    if (said.get(name) === value) continue
    const found = said.get(name) ?? 'nothing'
    throw new RefusedError(unit, `systemd has ${name}=${found} of it, and it is to be ${value}`)
  }
  await systemctl('enable', '--', unit)
  await systemctl('start', '--', unit)
}

async function contentOf(name: VolumeName, { run }: Around): Promise<VolumeContent> {
  const lvs = ['lvs', '--noheadings', '--options', 'lv_tags', `${name.group}/${name.volume}`]
  const { stdout } = await run(name.group, lvs, { seconds: 30, asks: true })
  const tags = stdout.trim().split(',').filter(Boolean)
  const probe = ['blkid', '-p', '-o', 'export', volumeNode(name)]
  const exitCodes = (code: number) => code === 0 || code === NOTHING || code === AMBIVALENT
  const said = await run(name.group, probe, { seconds: 60, asks: true, exitCodes })
  if (said.exitCode === NOTHING && said.stdout.trim() === '') return { signature: null, tags }
  const signature =
    said.exitCode === AMBIVALENT ? 'more than one signature' : parseSignature(said.stdout)
  return { signature, tags }
}

/** blkid(8), "EXIT STATUS". */
const NOTHING = 2
const AMBIVALENT = 8

async function filesystemOf(
  of: VolumeName & { filesystem: string; mount_point: string },
  around: Around,
): Promise<FilesystemFacts> {
  const fault = faultOfMountPoint(of.mount_point)
  if (fault !== null) throw new RefusedError(of.mount_point, fault)
  await assertMounted(of, around)
  if (of.filesystem === 'xfs') {
    const { stdout } = await around.run(of.group, ['xfs_info', of.mount_point], {
      seconds: 60,
      asks: true,
    })
    return { sizeBytes: parseXfsInfo(stdout), fault: null }
  }
  const { stdout } = await around.run(of.group, ['dumpe2fs', '-h', volumeNode(of)], {
    seconds: 60,
    asks: true,
  })
  return parseDumpe2fs(stdout)
}

/** Looks at each folder on the way: systemd mounts over no link, and what is in a folder would be hidden. */
async function placeOf(mountPoint: string, { places, calls }: Around): Promise<Place> {
  const fault = faultOfMountPoint(mountPoint)
  if (fault !== null) throw new RefusedError(mountPoint, fault)
  return await calls.within(mountPoint, mountPoint, LOOK_MS, async () => {
    const parts = mountPoint.slice(1).split('/')
    for (const [index] of parts.entries()) {
      const at = `/${parts.slice(0, index + 1).join('/')}`
      try {
        const found = await lstat(`${places.root}${at}`)
        if (found.isSymbolicLink()) return { state: 'link', at }
        if (!found.isDirectory()) return { state: 'no_directory', at }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return { state: 'absent', at }
        throw fileErrorOf(at, error)
      }
    }
    try {
      const names = await readdir(`${places.root}${mountPoint}`)
      return { state: names.length === 0 ? 'empty' : 'not_empty', at: mountPoint }
    } catch (error) {
      throw fileErrorOf(mountPoint, error)
    }
  })
}

/** What is wrong with a place, in words. */
function wordsOf(state: Exclude<Place['state'], 'absent' | 'empty'>): string {
  return {
    ...{ link: 'it is a link', no_directory: 'it is no folder', not_empty: 'it is not empty' },
  }[state]
}

function subjectOf(change: RepositoryChange): string {
  return 'group' in change ? volumeNode(change) : change.mount_point
}
