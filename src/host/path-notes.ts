import type { FileStat, Host } from './host.ts'
import { NotFoundError } from './host.ts'
import type { RecordingNotes } from './recording-notes.ts'

/** Notes where paths lead: the links on the way, and what is there without having been read. */
export class PathNotes {
  readonly #host: Host
  readonly #notes: RecordingNotes
  /** Path as it was asked to the path without links; a recording is of one moment. */
  readonly #places = new Map<string, Promise<string>>()

  constructor(host: Host, notes: RecordingNotes) {
    this.#host = host
    this.#notes = notes
  }

  /** The path with its links followed; each of them is noted. Rejects as `realpath`. */
  place(path: string): Promise<string> {
    const clean = `/${path.split('/').filter(isName).join('/')}`
    let place = this.#places.get(clean)
    if (place === undefined) this.#places.set(clean, (place = this.#walk(clean)))
    return place
  }

  /** Notes that nothing is at the path: below its last component that is there. */
  async missing(path: string): Promise<void> {
    const names = path.split('/').filter(isName)
    for (let known = names.length - 1; known >= 0; known -= 1) {
      const parent = await this.place(`/${names.slice(0, known).join('/')}`).catch(() => null)
      if (parent === null) continue
      this.#notes.file(join(parent, names[known] ?? ''), 'missing', { error: 'ENOENT' })
      return
    }
  }

  /** Notes that something is at the path. */
  async there(path: string): Promise<void> {
    const at = await this.place(path)
    try {
      this.stat(at, await this.#host.stat(at))
    } catch (error) {
      if (error instanceof NotFoundError) return
      // A recording that is recorded again may know no more than that it was there.
      const names = await this.#host.list(at).catch(() => [])
      if (names.length > 0) this.#notes.file(at, 'dir', { dir: names })
      else this.#notes.file(at, 'there', await this.#contentOf(at))
    }
  }

  /** Notes what stat(2) said. */
  stat(path: string, found: FileStat): void {
    this.#notes.file(path, 'stat', {
      stat: {
        size: found.sizeBytes,
        mtimeMs: Number.isNaN(found.mtimeMs) ? null : found.mtimeMs,
        mode: `0${found.mode.toString(8)}`,
        isDir: found.isDirectory,
        blocks: found.blocks,
        uid: found.uid,
        gid: found.gid,
      },
    })
  }

  async #contentOf(path: string): Promise<Record<string, unknown>> {
    const bytes = await this.#host.readBytes(path).catch(() => null)
    return bytes === null
      ? { error: 'EIO' }
      : { contentBase64: Buffer.from(bytes).toString('base64') }
  }

  async #walk(path: string): Promise<string> {
    if (path === '/') return '/'
    // /proc/self is the recorder itself: another process every time.
    if (path.startsWith('/proc/')) return path
    const end = path.lastIndexOf('/')
    const parent = await this.place(path.slice(0, end))
    const name = path.slice(end + 1)
    // Where `..` leads depends on where the links before it led.
    const next = join(parent, name)
    const found = await this.#host.realpath(next)
    if (name !== '..' && found !== next) this.#notes.file(next, 'link', { link: found })
    return found
  }
}

function isName(name: string): boolean {
  return name !== '' && name !== '.'
}

function join(directory: string, name: string): string {
  return directory === '/' ? `/${name}` : `${directory}/${name}`
}
