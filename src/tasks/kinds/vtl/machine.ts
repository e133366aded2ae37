import type { ChangerLock } from '../../../host/changer-lock.ts'
import type { Host } from '../../../host/host.ts'
import type { VtlCommand } from '../../../host/vtl-commands.ts'
import type { VtlFiles } from '../../../host/vtl-files.ts'
import {
  drivesOf,
  libraryIn,
  parseDeviceConf,
  serialOf,
  type DeviceConf,
  type VtlDevice,
} from '../../../vtl/device-conf.ts'
import type { TouchedDevice, VtlReadings } from '../../../vtl/in-use.ts'
import { parseLibraryContents, type LibraryContents } from '../../../vtl/library-contents.ts'
import { TaskNotPossibleError } from '../../kind.ts'

/** What tasks about virtual libraries work with. */
export interface VtlMachine {
  host: Pick<Host, 'readText' | 'exists' | 'list' | 'stat' | 'run'>
  files: VtlFiles
  /** Keeps a library from those who move its media: tasks of ours, and scripts that honour its lock. */
  lock: ChangerLock
  /** Runs a command of mhvtl. Rejects as Host.run. */
  run(command: VtlCommand): Promise<void>
  /** Where device.conf is. */
  configDir: () => string
  /** Directly below it are the folders of media. */
  homePath: () => string
  /** Reads the virtual devices anew, and who uses them. */
  readings(): Promise<VtlReadings>
  /** Waits until a daemon has had the time to end again. */
  pause(): Promise<void>
  digest: (text: string) => string
}

/** The machine that is changed. Throws TaskNotPossibleError where a recording is played. */
export function changeable(machine: VtlMachine | null): VtlMachine {
  if (machine !== null) return machine
  throw new TaskNotPossibleError('this daemon plays a recording: there is nothing to change')
}

/** A file that was read. */
export interface ReadFile {
  path: string
  text: string
}

/** device.conf as it is. Rejects with TaskNotPossibleError where there is none, or one that makes no sense. */
export async function readDeviceConf(
  machine: VtlMachine,
): Promise<ReadFile & { conf: DeviceConf }> {
  const path = `${machine.configDir()}/device.conf`
  const text = await textOf(machine, path)
  if (text === null) throw new TaskNotPossibleError(`${path} is not there: is mhvtl installed?`)
  try {
    return { path, text, conf: parseDeviceConf(text) }
  } catch (error) {
    throw new TaskNotPossibleError((error as Error).message)
  }
}

/** A library of device.conf by its serial number. */
export interface FoundLibrary {
  conf: DeviceConf
  library: VtlDevice
  serial: string
  home: string
}

/** Rejects with TaskNotPossibleError where there is no such library. */
export async function findLibrary(machine: VtlMachine, which: string): Promise<FoundLibrary> {
  const { conf } = await readDeviceConf(machine)
  const library = libraryIn(conf, which)
  if (library === null) {
    throw new TaskNotPossibleError(`device.conf has no library ${which}`)
  }
  const home = library.fields.get('home directory')
  if (home === undefined || home === '') {
    throw new TaskNotPossibleError(`device.conf says of library ${which} not where its media are`)
  }
  return { conf, library, serial: which, home }
}

/** A device by what tells it from others. */
export function touched(device: VtlDevice): TouchedDevice {
  return { kind: device.kind, number: device.number, serial: serialOf(device) }
}

/** What matters when the daemon of a library ends for a while: it empties its drives, as far as it knows of them. */
export function libraryTouched({ conf, library }: FoundLibrary): TouchedDevice[] {
  const drives = drivesOf(conf, library.number).map((drive) => ({ ...touched(drive), stays: true }))
  return [touched(library), ...drives]
}

/** The path of a library's contents. */
export function contentsPath(machine: VtlMachine, library: number): string {
  return `${machine.configDir()}/library_contents.${library}`
}

/** What library_contents says. Rejects with TaskNotPossibleError where it says nothing that makes sense. */
export async function readContents(
  machine: VtlMachine,
  library: number,
): Promise<ReadFile & { contents: LibraryContents }> {
  const path = contentsPath(machine, library)
  const text = await textOf(machine, path)
  if (text === null) throw new TaskNotPossibleError(`${path} is not there`)
  try {
    return { path, text, contents: parseLibraryContents(text) }
  } catch (error) {
    throw new TaskNotPossibleError(`${path}: ${(error as Error).message}`)
  }
}

/** What the daemon of a library wrote when it ended, where that is younger than its contents; null else. */
export async function readState(
  machine: VtlMachine,
  library: number,
): Promise<LibraryContents | null> {
  const path = contentsPath(machine, library)
  const text = await textOf(machine, `${path}.persist`)
  if (text === null) return null
  const [contents, state] = await Promise.all([
    machine.host.stat(path),
    machine.host.stat(`${path}.persist`),
  ])
  // By whole seconds, as mhvtl compares them.
  const isNewer = Math.floor(contents.mtimeMs / 1000) > Math.floor(state.mtimeMs / 1000)
  return isNewer ? null : parseLibraryContents(text)
}

async function textOf({ host }: VtlMachine, path: string): Promise<string | null> {
  try {
    return await host.readText(path)
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_NOT_FOUND') return null
    throw error
  }
}

/** Whether the daemon of a device runs, as systemd says; null when that is not known. */
export async function isRunning({ host }: VtlMachine, unit: string): Promise<boolean | null> {
  const { stdout } = await host.run(['systemctl', 'is-active', unit], { exitCodes: () => true })
  const said = stdout.trim()
  if (said === 'active') return true
  return /^(?:inactive|failed|deactivating)$/.test(said) ? false : null
}

/** What somebody uses is not taken away without a plan that was looked at. */
export const FORCED_IS_DESTRUCTIVE = {
  isDestructive: ({ force }: { readonly force?: boolean }) => force === true,
}
