import { SKIPPED_NAMES } from './appliance-questions.ts'
import type { Tree } from './appliance-questions.ts'
import type { Host } from './host.ts'

/** A tree that has more is cut: something in it is not what it is taken for. */
const MAX_ENTRIES = 20_000
/** As many as are asked at once. */
const BATCH = 256

interface Directory {
  path: string
  depth: number
  linksLeft: number
}

/**
 * Reads a tree, level by level, what is in a level at once. Looks around on `host`, and asks `recording`
 * what is to be kept.
 */
export async function readTree(host: Host, recording: Host, tree: Tree): Promise<void> {
  const seen = new Set<string>()
  let level: Directory[] = [{ path: tree.path, depth: tree.depth, linksLeft: tree.links }]
  while (level.length > 0) {
    const found = await inBatches(level, (directory) => entriesOf(host, recording, directory))
    const next: Directory[] = []
    const reads: (() => Promise<unknown>)[] = []
    for (const entry of found.flat()) {
      if (seen.has(entry.at) || seen.size >= MAX_ENTRIES || entry.linksLeft < 0) continue
      seen.add(entry.at)
      const { path, depth, linksLeft } = entry
      if (!entry.isDirectory) reads.push(() => recording.readBytes(path))
      else if (depth > 0) next.push({ path, depth, linksLeft })
      else reads.push(() => recording.list(path))
    }
    await inBatches(reads, (read) => attempt(read()))
    level = next
  }
}

interface Entry extends Directory {
  /** The path without links. */
  at: string
  isDirectory: boolean
}

async function entriesOf(host: Host, recording: Host, directory: Directory): Promise<Entry[]> {
  const { path, depth, linksLeft } = directory
  const names = (await attempt(recording.list(path))) ?? []
  const parent = await attempt(host.realpath(path))
  const kept = names.filter((name) => !SKIPPED_NAMES.has(name))
  const entries = await inBatches(kept, async (name) => {
    const at = await attempt(host.realpath(`${path}/${name}`))
    if (at === null) return null
    const found = await attempt(host.stat(at))
    return {
      path: `${path}/${name}`,
      at,
      isDirectory: found?.isDirectory === true,
      depth: depth - 1,
      linksLeft: at === `${parent}/${name}` ? linksLeft : linksLeft - 1,
    }
  })
  return entries.filter((entry) => entry !== null)
}

async function inBatches<T, U>(items: readonly T[], ask: (item: T) => Promise<U>): Promise<U[]> {
  const answers: U[] = []
  for (let start = 0; start < items.length; start += BATCH) {
    answers.push(...(await Promise.all(items.slice(start, start + BATCH).map(ask))))
  }
  return answers
}

/** What fails is in the notes as far as the format has words for it. */
export async function attempt<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer
  } catch {
    return null
  }
}
