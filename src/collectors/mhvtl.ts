import { NotFoundError, type Host } from '../host/host.ts'
import {
  ABSENT,
  ParseError,
  type Collector,
  type CollectorSettings,
  type Problem,
} from './collector.ts'
import { ifFound, isFailure } from './failures.ts'
import {
  parseDeviceConf,
  parseHomePath,
  parseLibraryContents,
  type ConfiguredLibrary,
} from './mhvtl-config.ts'
import { findMedia } from './mhvtl-media.ts'

/** The virtual tape libraries of mhvtl: as configured, on disk, and whether their daemons run. */
export interface Mhvtl {
  /** Whether the kernel module is there. False with a configuration is an alert. */
  moduleLoaded: boolean
  version: string | null
  libraries: readonly VirtualLibrary[]
  drives: readonly VirtualDrive[]
}

/** A library of device.conf, with what its files say it holds. */
export interface VirtualLibrary {
  /** Unit serial number of device.conf. */
  id: string
  /** Number in device.conf: names its files and its daemon. */
  number: number
  vendor: string
  product: string
  serial: string
  homeDirectory: string
  /** Slots of library_contents; null when the file is missing or broken. */
  contents: LibraryContents | null
  /** Volume tags with a directory below the home directory; null when it could not be read. */
  mediaOnDisk: readonly string[] | null
  /** Bytes that the media take up on disk; null when not known. */
  mediaBytes: number | null
  /** The same of each medium, by volume tag; of one that was not counted there is none. */
  bytesByMedium: Readonly<Record<string, number>>
  /** State of vtllibrary@N; null when systemd could not be asked. */
  daemon: DaemonState | null
}

/** What library_contents.N puts into the library when its daemon starts. */
export interface LibraryContents {
  /** Volume tag by slot number; null for an empty slot. */
  slots: Readonly<Record<number, string | null>>
  importExport: Readonly<Record<number, string | null>>
  drives: Readonly<Record<number, string | null>>
}

/** A drive of device.conf. */
export interface VirtualDrive {
  id: string
  number: number
  library: number
  slot: number
  vendor: string
  product: string
  serial: string
  /** State of vtltape@N; null when systemd could not be asked. */
  daemon: DaemonState | null
}

/** The systemd unit of a library or drive. */
export interface DaemonState {
  unit: string
  running: boolean
  /** ActiveState and SubState, e.g. `failed (failed)`. */
  detail: string
}

const MODULE = '/sys/module/mhvtl'
const DRIVER = '/sys/bus/pseudo/drivers/mhvtl'
/** MHVTL_HOME_PATH where mhvtl.conf does not set another. */
const DEFAULT_HOME_PATH = '/opt/mhvtl'

/** mhvtl: what is configured, what is on disk, and whether its daemons run. */
export const mhvtl: Collector<Mhvtl> = {
  name: 'mhvtl',
  intervalSeconds: 30,
  timeoutMs: 60_000,
  wakes: { paths: (settings, mhvtl) => [settings.mhvtlConfigDir, ...pathsOf(mhvtl)] },

  async collect(host, settings) {
    const moduleLoaded = (await host.exists(MODULE)) || (await host.exists(DRIVER))
    const text = await ifFound(host.readText(`${settings.mhvtlConfigDir}/device.conf`))
    if (text === null && !moduleLoaded) return ABSENT

    const configured = text === null ? { libraries: [], drives: [] } : parseDeviceConf(text)
    const [version, homePath, daemons] = await Promise.all([
      moduleLoaded ? ifFound(host.readText(`${MODULE}/version`)) : null,
      readHomePath(host, settings),
      readDaemons(host, configured.libraries.length + configured.drives.length > 0),
    ])
    const read = await Promise.all(
      configured.libraries.map((library) => readLibrary(host, settings, library, homePath)),
    )
    const value: Mhvtl = {
      moduleLoaded,
      version: version?.trim() ?? null,
      libraries: read.map(({ library }) => ({
        ...library,
        daemon: daemons.of(`vtllibrary@${library.number}.service`),
      })),
      drives: configured.drives.map((drive) => ({
        ...drive,
        id: drive.serial || String(drive.number),
        daemon: daemons.of(`vtltape@${drive.number}.service`),
      })),
    }
    const problems = [...read.flatMap((each) => each.problems), ...daemons.problems]
    return { value, problems, coverage: problems.length === 0 ? 'all' : 'some' }
  },
}

interface LibraryRead {
  library: Omit<VirtualLibrary, 'daemon'>
  problems: readonly Problem[]
}

async function readLibrary(
  host: Host,
  settings: CollectorSettings,
  configured: ConfiguredLibrary,
  homePath: string,
): Promise<LibraryRead> {
  const id = configured.serial || String(configured.number)
  const homeDirectory = configured.homeDirectory ?? `${homePath}/${configured.number}`
  const problems: Problem[] = []
  const attempt = async <T>(read: () => Promise<T>): Promise<T | null> => {
    try {
      return await read()
    } catch (error) {
      if (!isFailure(error)) throw error
      problems.push({ labels: { library: id }, error: `${id}: ${error.message}` })
      return null
    }
  }

  const path = `${settings.mhvtlConfigDir}/library_contents.${configured.number}`
  const contents = await attempt(async () => parseLibraryContents(await host.readText(path)))
  const media = await attempt(async () => {
    const found = await findMedia(host, homeDirectory, volumeTagsOf(contents))
    // More likely a file system that is not mounted than every medium lost.
    if (found === null) throw new NotFoundError(homeDirectory)
    return found
  })
  const library = {
    ...configured,
    id,
    homeDirectory,
    contents,
    mediaOnDisk: media?.volumeTags ?? null,
    mediaBytes: media?.bytes ?? null,
    bytesByMedium: media?.bytesByTag ?? {},
  }
  return { library, problems }
}

function volumeTagsOf(contents: LibraryContents | null): ReadonlySet<string> {
  const places = contents ? [contents.slots, contents.importExport, contents.drives] : []
  return new Set(places.flatMap((place) => Object.values(place)).filter((tag) => tag !== null))
}

interface Daemons {
  of: (unit: string) => DaemonState | null
  problems: readonly Problem[]
}

/** The states of mhvtl's services, from one question to systemd. */
async function readDaemons(host: Host, wanted: boolean): Promise<Daemons> {
  if (!wanted) return { of: () => null, problems: [] }
  const argv = ['systemctl', 'list-units', '--type=service', '--all', '--output=json']
  try {
    const { stdout } = await host.run(argv, { timeoutMs: 10_000 })
    const states = parseUnits(stdout)
    return {
      of: (unit) => states.get(unit) ?? { unit, running: false, detail: 'not loaded' },
      problems: [],
    }
  } catch (error) {
    if (!isFailure(error)) throw error
    return { of: () => null, problems: [{ labels: {}, error: error.message }] }
  }
}

/** Parses the output of `systemctl list-units --output=json`: states by unit. */
export function parseUnits(text: string): ReadonlyMap<string, DaemonState> {
  const states = new Map<string, DaemonState>()
  for (const line of jsonArray(text)) {
    const { unit, active, sub } = (line ?? {}) as Record<string, unknown>
    if (typeof unit !== 'string' || typeof active !== 'string' || typeof sub !== 'string') {
      throw new ParseError('systemctl list-units', 'a unit without name or state')
    }
    const running = active === 'active' && sub === 'running'
    states.set(unit, { unit, running, detail: `${active} (${sub})` })
  }
  return states
}

function jsonArray(text: string): unknown[] {
  try {
    const value: unknown = JSON.parse(text)
    if (Array.isArray(value)) return value
  } catch {
    // Said below, in the words for everything that is not a list of units.
  }
  throw new ParseError('systemctl list-units', 'not a JSON array')
}

async function readHomePath(host: Host, settings: CollectorSettings): Promise<string> {
  const text = await ifFound(host.readText(`${settings.mhvtlConfigDir}/mhvtl.conf`))
  return (text === null ? null : parseHomePath(text)) ?? DEFAULT_HOME_PATH
}

/** Where media come and go, and the memory of each: mhvtl writes that at every load and unload (usr/vtlcart.c). */
function pathsOf(mhvtl: Mhvtl | null): string[] {
  return (mhvtl?.libraries ?? []).flatMap(({ homeDirectory, mediaOnDisk }) => [
    homeDirectory,
    ...(mediaOnDisk ?? []).map((tag) => `${homeDirectory}/${tag}/mam`),
  ])
}
