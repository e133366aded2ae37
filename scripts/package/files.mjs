import {
  chmodSync,
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { root } from '../steps/root.mjs'

/** A tree that is put together: paths in it are those of the machine it is installed on. */
export class Tree {
  constructor(directory) {
    this.directory = directory
  }

  path(name) {
    return join(this.directory, name)
  }

  write(name, content, mode = 0o644) {
    mkdirSync(dirname(this.path(name)), { recursive: true })
    writeFileSync(this.path(name), content)
    chmodSync(this.path(name), mode)
  }

  /** Packed as Debian wants it: without a name and a time in it. */
  writePacked(name, content) {
    const packed = gzipSync(content, { level: 9 })
    // The byte that names the system it was packed on.
    packed[9] = 3
    this.write(name, packed)
  }

  /** Copies what is in the clone, folders with all that `wanted` admits of them. */
  copy(from, name, wanted = () => true) {
    mkdirSync(dirname(this.path(name)), { recursive: true })
    cpSync(join(root, from), this.path(name), {
      recursive: true,
      dereference: true,
      filter: wanted,
    })
  }

  remove(name) {
    rmSync(this.path(name), { recursive: true, force: true })
  }

  read(name) {
    return readFileSync(this.path(name))
  }

  /** Every file, in the order of the names. */
  files(folder = '') {
    return readdirSync(this.path(folder), { withFileTypes: true })
      .map((entry) => ({ name: join(folder, entry.name), isFolder: entry.isDirectory() }))
      .sort((one, other) => (one.name < other.name ? -1 : 1))
      .flatMap(({ name, isFolder }) => (isFolder ? this.files(name) : [name]))
  }

  /** Every folder, the innermost first. */
  folders(folder = '') {
    const inner = readdirSync(this.path(folder), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .flatMap((entry) => this.folders(join(folder, entry.name)))
    return [...inner, folder]
  }
}
