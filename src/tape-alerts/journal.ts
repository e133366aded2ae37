import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isUuid } from '../db/uuid.ts'
import type { PageReading } from './readings.ts'

/**
 * Pages that were read and are not stored yet, a file each, so that nothing is lost that a device
 * has cleared: not when the database fails, nor when the daemon is killed.
 */
export class Journal {
  readonly #directory: string

  /** The directory, which is made when it is needed: owner only, as are the files. */
  constructor(directory: string) {
    this.#directory = directory
  }

  /** Resolves when the reading is on the disk. */
  async add(reading: PageReading): Promise<void> {
    await makeOwn(this.#directory)
    const path = this.#pathOf(reading.id)
    const draft = `${path}.draft`
    const file = await open(draft, 'w', 0o600)
    try {
      await file.writeFile(JSON.stringify(toJson(reading)))
      await file.sync()
    } finally {
      await file.close()
    }
    await rename(draft, path)
    await syncDirectory(this.#directory)
  }

  /** Forgets a reading; one that is not there is forgotten already. */
  async remove(id: string): Promise<void> {
    await rm(this.#pathOf(id), { force: true })
  }

  /**
   * The readings that are there, the oldest first, and the files that do not hold one: a daemon that is killed
   * leaves none of those, a damaged file system may.
   */
  async entries(): Promise<{ readings: PageReading[]; damaged: string[] }> {
    const readings: PageReading[] = []
    const damaged: string[] = []
    for (const name of await namesIn(this.#directory)) {
      if (!name.endsWith('.json')) continue
      const path = join(this.#directory, name)
      const reading = fromJson(await readFile(path, 'utf8'))
      if (reading === null) damaged.push(path)
      else readings.push(reading)
    }
    readings.sort((one, other) => one.readAt.getTime() - other.readAt.getTime())
    return { readings, damaged }
  }

  #pathOf(id: string): string {
    return join(this.#directory, `${id}.json`)
  }
}

function toJson({ page, readAt, ...rest }: PageReading): object {
  return { ...rest, readAt: readAt.toISOString(), page: Buffer.from(page).toString('hex') }
}

/** Null when the text is none that toJson has made. */
function fromJson(text: string): PageReading | null {
  try {
    const { id, device, readAt, page } = JSON.parse(text) as Record<string, unknown>
    const at = new Date(String(readAt))
    if (typeof id !== 'string' || !isUuid(id) || Number.isNaN(at.getTime())) return null
    if (typeof page !== 'string' || !isDevice(device)) return null
    return { id, device, readAt: at, page: new Uint8Array(Buffer.from(page, 'hex')) }
  } catch {
    return null
  }
}

function isDevice(value: unknown): value is PageReading['device'] {
  const { kind, id, place } = (value ?? {}) as Partial<PageReading['device']>
  return (kind === 'drive' || kind === 'library') && typeof id === 'string' && place !== undefined
}

async function makeOwn(directory: string): Promise<void> {
  try {
    await mkdir(directory, { mode: 0o700 })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  }
}

async function namesIn(directory: string): Promise<string[]> {
  try {
    return (await readdir(directory)).sort()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
