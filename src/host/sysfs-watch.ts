import type { OnChange } from './uevents.ts'
import type { FileRead } from './native.ts'

/** What is read at a look: everything or nothing is told, in the order of the paths. */
export type Look = (paths: readonly string[]) => Promise<readonly FileRead[]>

/**
 * Looks at directories and small files of sysfs again and again, for inotify(7) says nothing of what the
 * kernel does there. The first look at a path is compared with nothing, and while a look has not come back
 * there is no other.
 */
export class SysfsWatch {
  readonly #look: Look
  readonly #onChange: OnChange
  readonly #now: () => Date
  #paths: readonly string[] = []
  #known = new Map<string, string>()
  #timer: NodeJS.Timeout | null = null
  #looking = false
  #lookedAt: Date | null = null

  constructor({ look, onChange, now }: { look: Look; onChange: OnChange; now: () => Date }) {
    this.#look = look
    this.#onChange = onChange
    this.#now = now
  }

  start(intervalMs: number): void {
    this.#lookedAt = this.#now()
    this.#timer ??= setInterval(() => void this.look(), intervalMs).unref()
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }

  /** Watches these from now on; what is known of those that were watched before stands. */
  watch(paths: readonly string[]): void {
    this.#paths = paths
    this.#known = new Map([...this.#known].filter(([path]) => paths.includes(path)))
  }

  /** When a look last came back, or when it was started. */
  get lookedAt(): Date | null {
    return this.#lookedAt
  }

  /** Looks now, unless a look is under way. Never rejects: what cannot be read has not changed. */
  async look(): Promise<void> {
    if (this.#looking) return
    this.#looking = true
    try {
      const paths = this.#paths
      const found = paths.length === 0 ? [] : await this.#look(paths)
      this.#lookedAt = this.#now()
      for (const [index, path] of paths.entries()) this.#compare(path, found[index])
    } catch {
      // The next look tells; one that never comes back is noticed by its age.
    } finally {
      this.#looking = false
    }
  }

  #compare(path: string, file: FileRead | undefined): void {
    const said = file === undefined ? null : textOf(file)
    if (said === null) return
    const before = this.#known.get(path)
    this.#known.set(path, said)
    if (before !== undefined && before !== said) this.#onChange({ kind: 'file', path })
  }
}

/** Null where it cannot be told: SCST that is busy, a device that hangs. */
function textOf(file: FileRead): string | null {
  if ('bytes' in file) return file.bytes.toString('latin1')
  if ('names' in file) return [...file.names].sort().join('/')
  return file.errno === 'ENOENT' || file.errno === 'ENODEV' ? '' : null
}
