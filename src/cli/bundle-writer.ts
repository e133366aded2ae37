import { createGzip } from 'node:zlib'
import { tarEnd, tarHeader, tarPadding } from '../archive/tar.ts'
import { writeWhole } from '../backups/files.ts'

/** Something that goes into a bundle. */
export interface BundleItem {
  /** Its name in the archive. */
  name: string
  /** After so long it is left out. */
  timeoutMs: number
  /** Where what is too long is cut: of a log the end is of interest. */
  keeps: 'begin' | 'end'
  /** The text or bytes, or several files by names below its own. */
  collect: (signal: AbortSignal) => Promise<BundleContent>
}

/** What an item consists of. */
export type BundleContent = string | Uint8Array | ReadonlyMap<string, Uint8Array>

/** What became of an item, as the manifest tells it. */
export interface BundleEntry {
  name: string
  bytes: number
  /** What was left out because it was too long. */
  cut_bytes: number
  seconds: number
  /** Why there is nothing of it, or not all. */
  error: string | null
}

/** How a bundle is written. */
export interface BundleOptions {
  directory: string
  name: string
  /** Of what is in it, not compressed: an item has at most a quarter of what is left. */
  maxBytes: number
  redact: (name: string, content: Uint8Array) => Uint8Array
  now: () => Date
  elapsedSeconds: () => number
  progress: (name: string) => void
  about: Readonly<Record<string, unknown>>
}

/** The manifest and the end of the archive. */
const RESERVED_BYTES = 256 * 1024

/**
 * Writes what there is into one compressed archive. Items are asked all at once, each with its own deadline: one that
 * fails, hangs or is too long costs what it would have told and nothing else, and the manifest says so.
 */
export async function writeBundle(
  items: readonly BundleItem[],
  options: BundleOptions,
): Promise<{ entries: BundleEntry[]; size: number }> {
  const { directory, name, redact, now, progress } = options
  const asked = items.map((item) => ({ item, outcome: outcomeOf(item, options) }))
  const { size, result } = await writeWhole(directory, name, async (file) => {
    const gzip = createGzip()
    const written = (async () => {
      for await (const chunk of gzip) await file.writeFile(chunk as Buffer)
    })()
    written.catch(() => undefined)
    gzip.on('error', () => undefined)
    const add = (path: string, content: Uint8Array) => {
      gzip.write(tarHeader(path, content.length, now()))
      gzip.write(content)
      gzip.write(tarPadding(content.length))
    }
    let left = options.maxBytes - RESERVED_BYTES
    const entries: BundleEntry[] = []
    for (const { item, outcome } of asked) {
      progress(item.name)
      const { content, seconds, error } = await outcome
      if (content.size === 0)
        entries.push({ name: item.name, bytes: 0, cut_bytes: 0, seconds, error })
      for (const [path, whole] of content) {
        const clean = redact(path, whole)
        const part = cut(clean, Math.max(0, Math.floor(left / 4)), item.keeps)
        add(path, part)
        left -= part.length + 1024
        const cutBytes = clean.length - part.length
        entries.push({ name: path, bytes: part.length, cut_bytes: cutBytes, seconds, error })
      }
    }
    const manifest = { ...options.about, created_at: now().toISOString(), items: entries }
    add('manifest.json', Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`))
    gzip.write(tarEnd)
    gzip.end()
    await written
    return entries
  })
  return { entries: result, size }
}

function cut(content: Uint8Array, bytes: number, keeps: BundleItem['keeps']): Uint8Array {
  if (content.length <= bytes) return content
  return keeps === 'begin' ? content.subarray(0, bytes) : content.subarray(content.length - bytes)
}

/** Never rejects, and never takes longer than the item may. */
async function outcomeOf(
  item: BundleItem,
  { elapsedSeconds }: BundleOptions,
): Promise<{ content: ReadonlyMap<string, Uint8Array>; seconds: number; error: string | null }> {
  const begunAt = elapsedSeconds()
  const over = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      over.abort()
      reject(new Error(`no answer within ${item.timeoutMs / 1000} s`))
    }, item.timeoutMs)
  })
  const ended = (content: ReadonlyMap<string, Uint8Array>, error: string | null) => {
    return { content, seconds: Math.round((elapsedSeconds() - begunAt) * 1000) / 1000, error }
  }
  try {
    const content = await Promise.race([item.collect(over.signal), late])
    return ended(filesOf(item.name, content), null)
  } catch (error) {
    return ended(new Map(), (error as Error).message)
  } finally {
    clearTimeout(timer)
  }
}

function filesOf(name: string, content: BundleContent): ReadonlyMap<string, Uint8Array> {
  if (typeof content === 'string') return new Map([[name, Buffer.from(content)]])
  if (content instanceof Uint8Array) return new Map([[name, content]])
  const entries = [...content].map(([path, bytes]) => [`${name}/${path}`, bytes] as const)
  // Names that a tar file has no room for.
  return new Map(entries.filter(([path]) => Buffer.byteLength(path) <= 100))
}
