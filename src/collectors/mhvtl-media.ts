import type { Host } from '../host/host.ts'
import { isFailure } from './failures.ts'

/** Virtual media below the home directory of a library. */
export interface MediaOnDisk {
  /** Volume tags, sorted. */
  volumeTags: string[]
  /** Bytes allocated on disk; null when they were not counted. */
  bytes: number | null
  /** The same of each medium, by volume tag; of one that is not there its size is not known. */
  bytesByTag: Readonly<Record<string, number>>
}

/** Above this many, media are not looked into: a dozen system calls each, every half minute. */
const LOOKED_INTO = 200

/** Files of a medium: data, indx and meta of each partition, since mhvtl 1.4 with its number, and the cartridge memory. */
const MEDIUM_FILE = /^(?:(?:data|indx|meta)(?:\.\d)?|mam|mhvtl_data)$/

/**
 * Finds the media of a library: directories that hold files of a medium. In a large library a directory that
 * is named like a medium the library knows is taken for one, unseen, and only the others are looked into.
 * Null when there is no home directory. Rejects like Host.list.
 */
export async function findMedia(
  host: Host,
  homeDirectory: string,
  known: ReadonlySet<string>,
): Promise<MediaOnDisk | null> {
  const names = await host.list(homeDirectory)
  if (names.length === 0 && !(await host.exists(homeDirectory))) return null

  const large = names.length > LOOKED_INTO
  const media = await Promise.all(
    names.map(async (name): Promise<Medium | null> => {
      if (large && known.has(name)) return { volumeTag: name, files: [] }
      const files = await filesOf(host, `${homeDirectory}/${name}`)
      return files.length > 0 ? { volumeTag: name, files } : null
    }),
  )
  const found = media.filter((medium) => medium !== null)
  const sizes = await Promise.all(
    large
      ? []
      : found.map(
          async ({ volumeTag, files }) => [volumeTag, await allocatedBytes(host, files)] as const,
        ),
  )
  const counted = sizes.flatMap(([tag, bytes]) => (bytes === null ? [] : [[tag, bytes] as const]))
  return {
    volumeTags: found.map(({ volumeTag }) => volumeTag).sort(),
    bytes:
      large || counted.length < found.length
        ? null
        : counted.reduce((sum, [, bytes]) => sum + bytes, 0),
    bytesByTag: Object.fromEntries(counted),
  }
}

interface Medium {
  volumeTag: string
  /** Paths of its files. */
  files: readonly string[]
}

async function filesOf(host: Host, directory: string): Promise<string[]> {
  try {
    const names = await host.list(directory)
    return names.filter((name) => MEDIUM_FILE.test(name)).map((name) => `${directory}/${name}`)
  } catch (error) {
    // A plain file beside the media, or one that is not ours to look into.
    if (isFailure(error)) return []
    throw error
  }
}

async function allocatedBytes(host: Host, files: readonly string[]): Promise<number | null> {
  try {
    const sizes = await Promise.all(files.map(async (path) => (await host.stat(path)).blocks * 512))
    return sizes.reduce((total, size) => total + size, 0)
  } catch (error) {
    // A medium that is deleted meanwhile leaves the sum unknown until the next reading.
    if (isFailure(error)) return null
    throw error
  }
}
