import { existsSync, statSync, watch, type FSWatcher } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import type { OnChange } from './uevents.ts'

interface Watched {
  watcher: FSWatcher
  /** What is really watched: the path, or the nearest directory above it that is there. */
  at: string
  /** Of the path; null while it is not there. */
  inode: number | null
}

/**
 * Watches files and directories by inotify(7). What is not there yet is watched for in the nearest directory
 * above that is, and what is replaced, as editors do it, is taken up again.
 */
export class FileWatch {
  readonly #onChange: OnChange
  readonly #watched = new Map<string, Watched>()
  #paths: ReadonlySet<string> = new Set()
  #error: string | null = null
  #restarts = 0

  constructor(onChange: OnChange) {
    this.#onChange = onChange
  }

  /** Watches these from now on, and takes up again what could not be watched, or had gone. */
  watch(paths: readonly string[]): void {
    this.#paths = new Set(paths)
    this.#error = null
    for (const path of this.#watched.keys()) if (!this.#paths.has(path)) this.#close(path)
    for (const path of this.#paths) this.#open(path)
  }

  stop(): void {
    this.#paths = new Set()
    for (const path of [...this.#watched.keys()]) this.#close(path)
  }

  /** Gives up every watch, and takes it up again: they say nothing where there should be something to say. */
  restart(): void {
    this.#restarts += 1
    for (const path of [...this.#watched.keys()]) this.#again(path)
  }

  /** Why some of it is not watched, e.g. the limit of inotify(7); null when all that is there is. */
  get error(): string | null {
    return this.#error
  }

  /** How often a watch had died and was taken up again. */
  get restarts(): number {
    return this.#restarts
  }

  #open(path: string): void {
    let at = path
    for (;;) {
      if (this.#watched.get(path)?.at === at) return
      const watcher = this.#tryWatch(path, at)
      if (watcher === 'refused') return
      if (watcher !== 'not there') {
        this.#close(path)
        this.#watched.set(path, { watcher, at, inode: at === path ? inodeOf(path) : null })
        // What came to be before it was watched for is told by nobody.
        if (at === path || !existsSync(towards(path, at))) return
        at = towards(path, at)
        continue
      }
      if (at === dirname(at)) return
      at = dirname(at)
    }
  }

  #tryWatch(path: string, at: string): FSWatcher | 'not there' | 'refused' {
    try {
      const watcher = watch(at, { persistent: false }, (event, name) => {
        if (at === path) this.#changed(path, watcher, event, name)
        // The next step came to be, or the directory itself went.
        else if (name === basename(towards(path, at)) || name === basename(at)) this.#follow(path)
      })
      watcher.on('error', (error) => {
        this.#error = error.message
        this.#restarts += 1
        this.#again(path)
      })
      return watcher
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException
      if (code === 'ENOENT' || code === 'ENOTDIR') return 'not there'
      this.#error = reasons[code] ?? message
      return 'refused'
    }
  }

  #changed(path: string, watcher: FSWatcher, event: string, name: string | null): void {
    this.#onChange({ kind: 'file', path })
    if (name !== basename(path)) return
    // Removed or moved away; or, while somebody has the old one open, only replaced.
    if (event === 'rename') this.#again(path)
    else this.#takeUpReplaced(path, watcher)
  }

  #follow(path: string): void {
    this.#again(path)
    if (this.#watched.get(path)?.at === path) this.#onChange({ kind: 'file', path })
  }

  /** The old one lives on, and is watched, while somebody has it open or it has another name. */
  #takeUpReplaced(path: string, watcher: FSWatcher): void {
    const watched = this.#watched.get(path)
    if (watched?.watcher === watcher && watched.inode !== inodeOf(path)) this.#again(path)
  }

  #again(path: string): void {
    this.#close(path)
    if (this.#paths.has(path)) this.#open(path)
  }

  #close(path: string): void {
    this.#watched.get(path)?.watcher.close()
    this.#watched.delete(path)
  }
}

/** The first step from a directory to a path below it: from `/etc` to `/etc/mhvtl/device.conf` it is `/etc/mhvtl`. */
function towards(path: string, directory: string): string {
  const [next = ''] = path.slice(join(directory, '/').length).split('/')
  return join(directory, next)
}

function inodeOf(path: string): number | null {
  try {
    return statSync(path).ino
  } catch {
    return null
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'no more can be watched: fs.inotify.max_user_watches is reached',
  EMFILE: 'nothing can be watched: fs.inotify.max_user_instances is reached',
}
