import { lstatSync, readdirSync, readFileSync, readlinkSync, writeSync } from 'node:fs'
import { join } from 'node:path'

const DIRECTORY = 0o40755
const LINK = 0o120777

/**
 * Writes a cpio archive in the format that the kernel unpacks into its first file system ("newc",
 * Documentation/driver-api/early-userspace/buffer-format.rst). Everything in it belongs to root, whoever
 * writes it, so that making it takes none.
 */
export class Archive {
  #file
  #inode = 0
  #directories = new Set()

  /** A file that is open for writing. */
  constructor(file) {
    this.#file = file
  }

  /** An entry; the directories above it are made. `device` are the numbers of a node. */
  add(name, mode, data = Buffer.alloc(0), device = [0, 0]) {
    const above = name.split('/').slice(0, -1)
    above.forEach((_, index) => this.directory(above.slice(0, index + 1).join('/')))
    this.#write(name, mode, data, device)
  }

  directory(name) {
    if (this.#directories.has(name)) return
    this.#directories.add(name)
    this.add(name, DIRECTORY)
  }

  /** All that is in a directory, or what of it the filter takes by its path below that. */
  tree(directory, name, filter = () => true, below = '') {
    for (const entry of readdirSync(join(directory, below)).sort()) {
      const path = join(below, entry)
      const stat = lstatSync(join(directory, path))
      if (stat.isDirectory()) {
        if (filter(`${path}/`)) this.tree(directory, name, filter, path)
      } else if (filter(path)) this.#copy(join(directory, path), join(name, path), stat)
    }
  }

  /** A file or a symbolic link. */
  copy(path, name) {
    this.#copy(path, name, lstatSync(path))
  }

  /** Archives may follow one another. */
  end() {
    this.#write('TRAILER!!!', 0, Buffer.alloc(0), [0, 0])
  }

  #copy(path, name, stat) {
    if (stat.isSymbolicLink()) this.add(name, LINK, Buffer.from(readlinkSync(path)))
    else if (stat.isFile()) this.add(name, stat.mode & 0o177777, readFileSync(path))
  }

  #write(name, mode, data, [major, minor]) {
    const path = Buffer.from(`${name}\0`)
    const fields = [
      ++this.#inode,
      mode,
      0,
      0,
      1,
      0,
      data.length,
      0,
      0,
      major,
      minor,
      path.length,
      0,
    ]
    const hex = fields.map((field) => field.toString(16).padStart(8, '0')).join('')
    const head = Buffer.concat([Buffer.from(`070701${hex}`), path])
    const whole = Buffer.concat([head, padding(head.length), data, padding(data.length)])
    for (let done = 0; done < whole.length;) done += writeSync(this.#file, whole, done)
  }
}

function padding(length) {
  return Buffer.alloc(-length & 3)
}
