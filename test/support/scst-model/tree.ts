import { posix } from 'node:path'
import { NotFoundError, PermissionError, type FileStat, type Host } from '../../../src/host/host.ts'

/** What there is at a path of sysfs. */
export type Entry =
  | { kind: 'directory'; entries: Map<string, Entry> }
  | { kind: 'file'; text: string; mode: number }
  /** `to` is an absolute path. */
  | { kind: 'link'; to: string }

type Directory = Extract<Entry, { kind: 'directory' }>

/** A tree of files in memory, as a machine shows it below /sys, and a Host that reads it. */
export class SysfsTree {
  readonly #root: Directory = directory()

  /** Null where there is nothing. Links are followed, that at the end too unless told not to. */
  at(path: string, { follow = true } = {}): Entry | null {
    let entry: Entry = this.#root
    const parts = path.split('/').filter((part) => part !== '')
    for (const [index, part] of parts.entries()) {
      if (entry.kind !== 'directory') return null
      const found = entry.entries.get(part)
      if (found === undefined) return null
      const isLast = index === parts.length - 1
      if (found.kind !== 'link' || (isLast && !follow)) entry = found
      else {
        const target = this.at(found.to)
        if (target === null) return null
        entry = target
      }
    }
    return entry
  }

  directory(path: string): Map<string, Entry> | null {
    const entry = this.at(path)
    return entry?.kind === 'directory' ? entry.entries : null
  }

  names(path: string): string[] {
    return [...(this.directory(path)?.keys() ?? [])].sort()
  }

  has(path: string): boolean {
    return this.at(path, { follow: false }) !== null
  }

  /** The first line of a file. */
  value(path: string): string | null {
    const entry = this.at(path)
    return entry?.kind === 'file' ? (entry.text.split('\n', 1)[0] ?? '') : null
  }

  mkdir(path: string): void {
    this.#put(path, directory())
  }

  file(path: string, text: string, mode = 0o644): void {
    this.#put(path, { kind: 'file', text, mode })
  }

  link(path: string, to: string): void {
    this.#put(path, { kind: 'link', to })
  }

  remove(path: string): void {
    this.directory(posix.dirname(path))?.delete(posix.basename(path))
  }

  #put(path: string, entry: Entry): void {
    let entries = this.#root.entries
    for (const part of posix
      .dirname(path)
      .split('/')
      .filter((one) => one !== '')) {
      let next = entries.get(part)
      if (next === undefined) {
        next = directory()
        entries.set(part, next)
      }
      if (next.kind !== 'directory') throw new Error(`${path}: ${part} is no directory`)
      entries = next.entries
    }
    entries.set(posix.basename(path), entry)
  }

  /** Where a path leads when all links are followed; null where there is nothing. */
  realpath(path: string): string | null {
    let real = ''
    for (const part of path.split('/').filter((one) => one !== '')) {
      const entry = this.at(`${real}/${part}`, { follow: false })
      if (entry === null) return null
      real = entry.kind === 'link' ? (this.realpath(entry.to) ?? '') : `${real}/${part}`
      if (real === '') return null
    }
    return real
  }

  /** Asks the tree as a machine is asked; commands and SCSI there are none. */
  host(): Host {
    const found = (path: string): Entry => {
      const entry = this.at(path)
      if (entry === null) throw new NotFoundError(path)
      return entry
    }
    const text = (path: string): string => {
      const entry = found(path)
      if (entry.kind !== 'file') throw new NotFoundError(path)
      if ((entry.mode & 0o444) === 0) throw new PermissionError(path)
      return entry.text
    }
    const none = (what: string) => Promise.reject(new NotFoundError(what))
    return {
      run: (argv) => none(argv[0] ?? ''),
      readText: async (path) => Promise.resolve(path).then(text),
      readBytes: async (path) => Promise.resolve(path).then((at) => Buffer.from(text(at))),
      list: (path) => Promise.resolve(this.names(path)),
      exists: (path) => Promise.resolve(this.at(path) !== null),
      realpath: (path) => Promise.resolve(this.realpath(path) ?? none(path)),
      stat: async (path) => Promise.resolve(path).then((at) => statOf(found(at))),
      statfs: none,
      scsi: none,
    }
  }
}

function directory(): Directory {
  return { kind: 'directory', entries: new Map() }
}

function statOf(entry: Entry): FileStat {
  const isDirectory = entry.kind === 'directory'
  const mode = entry.kind === 'file' ? entry.mode : 0o755
  const sizeBytes = entry.kind === 'file' ? 4096 : 0
  return { sizeBytes, blocks: 0, mtimeMs: 0, mode, isDirectory, uid: 0, gid: 0 }
}
