import { setImmediate as nextTurn } from 'node:timers/promises'
import type { Mhvtl, VirtualLibrary } from '../collectors/mhvtl.ts'
import { parseLibraryContents } from '../collectors/mhvtl-config.ts'
import { isFailure } from '../collectors/failures.ts'
import type { Host } from '../host/host.ts'
import { decodeMediumMemory, MediumMemoryError } from './mam.ts'
import type { Sample } from './outcome.ts'
import { pickRandom } from './random.ts'
import { lackingFiles, type ConfiguredContents } from './vtl.ts'

/** What media are asked for, and how much of it at a time: other users of their disks are waiting. */
export interface MediaLimits {
  /** Directories that are looked into in one check, of all libraries together. */
  directories: number
  /** Media whose memory is read in one check. */
  samples: number
  /** No further directory is looked into after so long. */
  budgetMs: number
}

/** Enough for an appliance of a few hundred media to be looked at as a whole each time; a large one takes turns. */
export const mediaLimits: MediaLimits = { directories: 400, samples: 10, budgetMs: 20_000 }

const AT_ONCE = 4
/** `mam` has 1 KiB; `meta` of old media begins with it and grows with the file marks. */
const MOST_MEMORY_BYTES = 1024 * 1024

/** Files by barcode, by library. */
export type MediaFiles = ReadonlyMap<string, ReadonlyMap<string, readonly string[]>>

/** Looks into the directories of virtual media, some in each check, and remembers what it saw in the others. */
export class MediaReader {
  readonly #host: Pick<Host, 'list' | 'stat' | 'readText' | 'readBytes'>
  readonly #elapsedMs: () => number
  readonly #limits: MediaLimits
  readonly #seen = new Map<string, Map<string, readonly string[]>>()
  readonly #cursors = new Map<string, string>()
  /** Media whose memory did not fit: they are asked each time until it does. */
  #mismatched = new Set<string>()

  constructor(options: {
    host: Pick<Host, 'list' | 'stat' | 'readText' | 'readBytes'>
    elapsedMs: () => number
    limits?: MediaLimits
  }) {
    this.#host = options.host
    this.#elapsedMs = options.elapsedMs
    this.#limits = options.limits ?? mediaLimits
  }

  /** What the media consist of, as far as it was looked at. A directory that cannot be read is left out. */
  async look({ libraries }: Mhvtl): Promise<MediaFiles> {
    const endMs = this.#elapsedMs() + this.#limits.budgetMs
    const each = Math.floor(this.#limits.directories / Math.max(1, libraries.length))
    for (const library of libraries) {
      if (library.mediaOnDisk !== null) await this.#lookInto(library, each, endMs)
    }
    return this.#seen
  }

  async #lookInto(library: VirtualLibrary, most: number, endMs: number): Promise<void> {
    const { id, homeDirectory, mediaOnDisk } = library
    const tags = mediaOnDisk ?? []
    const there = new Set(tags)
    const before = [...(this.#seen.get(id) ?? [])].filter(([tag]) => there.has(tag))
    const seen = new Map(before)
    this.#seen.set(id, seen)
    const lacking = before.filter(([, files]) => lackingFiles(files).length > 0)
    const cursor = this.#cursors.get(id) ?? ''
    const inTurn = [...tags.filter((tag) => tag > cursor), ...tags.filter((tag) => tag <= cursor)]
    const wanted = [...new Set([...lacking.map(([tag]) => tag), ...inTurn])].slice(0, most)
    for (let at = 0; at < wanted.length && this.#elapsedMs() < endMs; at += AT_ONCE) {
      const some = wanted.slice(at, at + AT_ONCE)
      await Promise.all(
        some.map(async (tag) => {
          const files = await this.#attempt(() => this.#host.list(`${homeDirectory}/${tag}`))
          if (files === null) seen.delete(tag)
          else seen.set(tag, files)
        }),
      )
      const last = some.at(-1)
      if (last !== undefined && !lacking.some(([tag]) => tag === last)) this.#cursors.set(id, last)
      await nextTurn()
    }
  }

  /** Compares a few media, chosen by the seed, with what their memory says; and again those that did not fit. */
  async sample({ libraries }: Mhvtl, seed: number): Promise<Sample[]> {
    const media = libraries.flatMap((library) =>
      (library.mediaOnDisk ?? []).map((tag) => ({ library, tag })),
    )
    const isMismatched = ({ library, tag }: (typeof media)[number]) =>
      this.#mismatched.has(`${library.id}/${tag}`)
    const chosen = new Set([
      ...media.filter(isMismatched),
      ...pickRandom(media, this.#limits.samples, seed),
    ])
    const endMs = this.#elapsedMs() + this.#limits.budgetMs
    const samples: Sample[] = []
    for (const { library, tag } of chosen) {
      if (this.#elapsedMs() >= endMs) break
      samples.push(await this.#verify(library, tag))
    }
    const failing = samples.filter(({ result }) => result === 'mismatch')
    const fine = samples.filter(({ result }) => result === 'verified')
    for (const one of fine) this.#mismatched.delete(`${one.library ?? ''}/${one.barcode}`)
    for (const one of failing) this.#mismatched.add(`${one.library ?? ''}/${one.barcode}`)
    const there = new Set(media.map(({ library, tag }) => `${library.id}/${tag}`))
    this.#mismatched = new Set([...this.#mismatched].filter((name) => there.has(name)))
    return samples
  }

  async #verify({ id, homeDirectory }: VirtualLibrary, tag: string): Promise<Sample> {
    const sample = { check: 'vtl' as const, barcode: tag, library: id }
    const directory = `${homeDirectory}/${tag}`
    try {
      const names = await this.#host.list(directory)
      const file = ['mam', 'meta'].find((name) => names.includes(name))
      if (file === undefined) {
        return { ...sample, result: 'not_verified', reason: 'it has no memory of its own' }
      }
      const { sizeBytes } = await this.#host.stat(`${directory}/${file}`)
      if (sizeBytes > MOST_MEMORY_BYTES) {
        return { ...sample, result: 'not_verified', reason: `${file} is larger than 1 MiB` }
      }
      const memory = decodeMediumMemory(await this.#host.readBytes(`${directory}/${file}`))
      const data = names.filter((name) => /^data(\.\d)?$/.test(name))
      const stats = await Promise.all(data.map((name) => this.#host.stat(`${directory}/${name}`)))
      const dataBytes = stats.reduce((sum, one) => sum + one.sizeBytes, 0)
      const reason = mismatch(tag, memory, dataBytes)
      return { ...sample, result: reason === null ? 'verified' : 'mismatch', reason }
    } catch (error) {
      if (!isFailure(error) && !(error instanceof MediumMemoryError)) throw error
      return { ...sample, result: 'not_verified', reason: error.message }
    }
  }

  /**
   * The file that mhvtl starts with: while the module is loaded what it wrote when it was stopped is stale, and after
   * that the newer one counts (usr/cmd/vtllibrary.c).
   */
  async contents(
    library: VirtualLibrary,
    { moduleLoaded, directory }: { moduleLoaded: boolean; directory: string },
  ): Promise<ConfiguredContents> {
    const path = `${directory}/library_contents.${library.number}`
    const { contents } = library
    const error = contents === null ? 'it cannot be read' : null
    const asWritten = { path, contents, error }
    if (moduleLoaded) return asWritten
    const kept = `${path}.persist`
    const times = await this.#attempt(() =>
      Promise.all([this.#host.stat(path), this.#host.stat(kept)]),
    )
    if (times === null || times[1].mtimeMs <= times[0].mtimeMs) return asWritten
    const text = await this.#attempt(() => this.#host.readText(kept))
    const parsed =
      text === null ? null : await this.#attempt(async () => parseLibraryContents(text))
    return parsed === null ? asWritten : { path: kept, contents: parsed, error: null }
  }

  async #attempt<T>(read: () => Promise<T>): Promise<T | null> {
    try {
      return await read()
    } catch (error) {
      if (isFailure(error)) return null
      throw error
    }
  }
}

function mismatch(
  tag: string,
  memory: ReturnType<typeof decodeMediumMemory>,
  dataBytes: number,
): string | null {
  const { barcode, capacityBytes, remainingBytes } = memory
  if (barcode !== tag) return `its memory has the barcode "${barcode}"`
  if (remainingBytes > capacityBytes) {
    return `its memory says that ${remainingBytes} of ${capacityBytes} bytes remain`
  }
  // Compression makes less of it, never more but for a few bytes of a block.
  const most = capacityBytes * 1.01 + 1024 * 1024
  return capacityBytes > 0 && dataBytes > most
    ? `it holds ${dataBytes} bytes, and its memory says that ${capacityBytes} fit on it`
    : null
}
