import { watch, type FSWatcher } from 'node:fs'
import { basename, dirname } from 'node:path'
import type { OnChange } from './uevents.ts'

interface Watched {
  watcher: FSWatcher
  /** What is really watched: the path, or the directory in which it may come to be. */
  at: string
}

/**
 * Watches files and directories by inotify(7). A file that is replaced, as editors do it, or that is not
 * there yet, is watched for in its directory.
 */
export class FileWatch {
  readonly #onChange: OnChange
  readonly #watched = new Map<string, Watched>()
  #paths: readonly string[] = []
  #error: string | null = null
  #restarts = 0

  constructor(onChange: OnChange) {
    this.#onChange = onChange
  }

  /** Watches these from now on, and takes up again what could not be watched, or had gone. */
  watch(paths: readonly string[]): void {
    this.#paths = paths
    this.#error = null
    const wanted = new Set(paths)
    for (const path of this.#watched.keys()) if (!wanted.has(path)) this.#close(path)
    for (const path of wanted) this.#open(path)
  }

  stop(): void {
    this.#paths = []
    for (const path of [...this.#watched.keys()]) this.#close(path)
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
    const known = this.#watched.get(path)
    if (known?.at === path) return
    const watcher = this.#tryWatch(path, path)
    if (watcher !== null) {
      this.#close(path)
      this.#watched.set(path, { watcher, at: path })
      return
    }
    if (known !== undefined) return
    const directory = dirname(path)
    const above = this.#tryWatch(path, directory)
    if (above !== null) this.#watched.set(path, { watcher: above, at: directory })
  }

  #tryWatch(path: string, at: string): FSWatcher | null {
    try {
      const watcher = watch(at, { persistent: false }, (event, name) => {
        if (at !== path && name !== basename(path)) return
        this.#onChange({ kind: 'file', path })
        // Replaced, removed or come to be: another file from now on. In a directory that is about what is in it.
        if (event === 'rename' && name === basename(path)) this.#again(path)
      })
      watcher.on('error', (error) => {
        this.#error = error.message
        this.#restarts += 1
        this.#again(path)
      })
      return watcher
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException
      if (code !== 'ENOENT' && code !== 'ENOTDIR') this.#error = reasons[code] ?? message
      return null
    }
  }

  #again(path: string): void {
    this.#close(path)
    if (this.#paths.includes(path)) this.#open(path)
  }

  #close(path: string): void {
    this.#watched.get(path)?.watcher.close()
    this.#watched.delete(path)
  }
}

const reasons: Readonly<Record<string, string>> = {
  ENOSPC: 'no more can be watched: fs.inotify.max_user_watches is reached',
  EMFILE: 'nothing can be watched: fs.inotify.max_user_instances is reached',
}
