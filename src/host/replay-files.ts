import { fileError } from './file-errors.ts'
import {
  NotFoundError,
  ReadError,
  RecordingHoleError,
  TimeoutError,
  type FileStat,
} from './host.ts'
import type { RecordedFile, Recording } from './recording.ts'

/** As many links as Linux follows in one path before it says ELOOP (`fs/namei.c`, MAXSYMLINKS). */
const MAX_LINKS = 40

/** Where a path led, links followed; `file` is undefined for what is known by its name only. */
export interface Place {
  path: string
  file: RecordedFile | undefined
  /** Whether the recording says anything of it but its name. */
  kind: 'recorded' | 'implied' | 'named'
}

/**
 * Finds the place that a path means, as path_resolution(7) does: links are followed
 * at every component, and what a listed directory does not list is not there.
 *
 * Throws NotFoundError or ReadError (ELOOP).
 */
export function findPlace(recording: Recording, path: string): Place {
  const end = path.lastIndexOf('/')
  const name = path.slice(end + 1)
  if (name === '' || name === '.' || name === '..')
    return place(recording, walk(recording, path, '', path))

  // Most questions are about the files of few directories.
  const directory = path.slice(0, end)
  let real = recording.directories.get(directory)
  if (real === undefined) {
    real = walk(recording, directory, '', path)
    if (recording.directories.size >= MAX_DIRECTORIES) recording.directories.clear()
    recording.directories.set(directory, real)
  }
  return place(recording, walk(recording, name, real, path))
}

/** Directories whose places are remembered. */
const MAX_DIRECTORIES = 20_000

/** The path without links that `path` leads to from the directory `from`; the root is ''. */
function walk(recording: Recording, path: string, from: string, asked: string): string {
  const rest = components(path).reverse()
  let here = from
  let links = 0
  for (;;) {
    const name = rest.pop()
    if (name === undefined) return here
    if (name === '..') {
      here = here.slice(0, Math.max(here.lastIndexOf('/'), 0))
      continue
    }
    const next = `${here}/${name}`
    const file = recording.files.get(next)
    if (!isThere(recording, here, name, next, file)) throw new NotFoundError(asked)
    if (file?.link === undefined) {
      here = next
      continue
    }
    links += 1
    if (links > MAX_LINKS) throw new ReadError(asked, 'ELOOP')
    if (file.link.startsWith('/')) here = ''
    rest.push(...components(file.link).reverse())
  }
}

/**
 * What is known of a file of sysfs that was read and not looked at: its mode was noted with it. All are of a page, of
 * root and in no blocks (fs/sysfs/file.c), and their times say nothing. Null where it is not known.
 */
export function sysfsStat({ path, file, kind }: Place): FileStat | null {
  if (!path.startsWith('/sys/')) return null
  // Of a file that was read somebody may have asked for names, too, and was told of none.
  const isRead = (file?.content ?? file?.contentBase64 ?? file?.error) !== undefined
  const isDirectory = !isRead && (file?.names !== undefined || kind === 'implied')
  const mode = isDirectory ? 0o755 : file?.mode
  if (mode === undefined) return null
  const none = { blocks: 0, mtimeMs: Number.NaN, uid: 0, gid: 0 }
  return { ...none, mode, isDirectory, sizeBytes: isDirectory ? 0 : 4096 }
}

/** Names in the directory at the place: as it was listed, or what is known to lie in it. */
export function namesIn(recording: Recording, place: Place): string[] {
  if (place.file?.names !== undefined) return [...place.file.names].sort()
  const prefix = place.path === '/' ? '/' : `${place.path}/`
  const names = new Set<string>()
  for (const known of [recording.files.keys(), recording.implied]) {
    for (const path of known) {
      if (!path.startsWith(prefix) || path === prefix) continue
      if (recording.files.get(path)?.error === 'ENOENT') continue
      const end = path.indexOf('/', prefix.length)
      names.add(path.slice(prefix.length, end === -1 ? undefined : end))
    }
  }
  return [...names].sort()
}

/** The error that was recorded; a call that never came back is one at once, without waiting for it. */
export function recordedError(what: string, errno: string, timeoutMs = 5_000): Error {
  return errno === 'ETIMEDOUT' ? new TimeoutError(what, timeoutMs) : fileError(what, errno)
}

/** The recording says that there is something at the path, but not what was asked. */
export function hole(recording: Recording, what: string): RecordingHoleError {
  return new RecordingHoleError(recording.name, what)
}

function place(recording: Recording, real: string): Place {
  const path = real === '' ? '/' : real
  const file = recording.files.get(path)
  if (file !== undefined) return { path, file, kind: 'recorded' }
  return { path, file, kind: recording.implied.has(path) ? 'implied' : 'named' }
}

function isThere(
  recording: Recording,
  directory: string,
  name: string,
  path: string,
  file: RecordedFile | undefined,
): boolean {
  if (file?.error === 'ENOENT') return false
  const listed = recording.files.get(directory === '' ? '/' : directory)?.names
  // A listing is authoritative both ways; the files of an unlisted directory are those with a line.
  if (listed !== undefined) return listed.includes(name)
  return file !== undefined || recording.implied.has(path)
}

function components(path: string): string[] {
  return path.split('/').filter((name) => name !== '' && name !== '.')
}
