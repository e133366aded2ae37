import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileErrorOf, withoutStack } from '../../src/host/file-errors.ts'
import { NotFoundError, type Host } from '../../src/host/host.ts'
import { isPrompt } from '../../src/host/prompt-paths.ts'
import { readSmallSync } from '../../src/host/read-limited.ts'
import type { RecordedFile } from '../../src/host/recording.ts'

/** What is laid out: a path and its text or bytes, where it links to, or nothing for an empty directory. */
export type TreeFile = readonly [
  path: string,
  file: Pick<RecordedFile, 'content' | 'contentBase64' | 'link'>,
]

/** A directory that stands for the root of a machine. */
export interface Tree {
  root: string
  /** The same with links followed. */
  realRoot: string
  remove(): void
}

/** Memory, as sysfs is: making a hundred thousand files on a disk takes long, and paths of a disk may be slow. */
const IN_MEMORY = '/dev/shm'

/** Lays files out below a new directory in memory, or where there is none for temporary files. */
export function layOutTree(files: Iterable<TreeFile>): Tree {
  const folder = mkdtempSync(join(tmpdir(), 'storwarden-bench-'))
  const real = existsSync(IN_MEMORY) ? mkdtempSync(join(IN_MEMORY, 'storwarden-bench-')) : folder
  // Nothing is read below /dev, so it goes by another name.
  const root = join(folder, 'root')
  if (real === folder) mkdirSync(root)
  else symlinkSync(real, root)
  const made = new Set<string>()
  const makeDirectory = (directory: string) => {
    if (made.has(directory)) return
    mkdirSync(directory, { recursive: true })
    made.add(directory)
  }
  for (const [path, { content, contentBase64, link }] of files) {
    const at = join(root, path)
    makeDirectory(dirname(at))
    if (link !== undefined) symlinkSync(link, at)
    else if (contentBase64 !== undefined) writeFileSync(at, Buffer.from(contentBase64, 'base64'))
    else if (content !== undefined) writeFileSync(at, content)
    else makeDirectory(at)
  }
  return {
    root,
    realRoot: realpathSync(root),
    remove() {
      for (const each of [folder, real]) rmSync(each, { recursive: true, force: true })
    },
  }
}

/** What a machine of the bench's making is put together from. */
export interface TreeHostParts {
  /** Asked for files, of the tree too: the real machine. */
  machine: Host
  tree: Tree
  /** Which paths are in the tree; the others are those of the real machine. */
  isInTree: (path: string) => boolean
  /** Answers to SCSI commands. */
  scsi: Host['scsi']
  /** Whether commands are run; what is not run is not installed. */
  runs: boolean
}

/**
 * The real machine with hardware that it does not have: files below a directory for those of sysfs, and somebody's
 * answers for those of devices.
 */
export function treeHost({ machine, tree, isInTree, scsi, runs }: TreeHostParts): Host {
  const { root, realRoot } = tree
  const at = (path: string) => (isInTree(path) ? root + path : path)
  // As a LinuxHost reads what is below /sys and answers from memory.
  const isReadAtOnce = (path: string) => isInTree(path) && isPrompt(path)
  const atOnce = (path: string) => {
    try {
      return withoutStack(() => readSmallSync(at(path), { endsShort: true }))
    } catch (error) {
      throw fileErrorOf(path, error)
    }
  }
  const many = machine.readAttributes?.bind(machine)
  const listeners = machine.tcpListeners?.bind(machine)
  return {
    ...(many && { readAttributes: (directory, names) => many(at(directory), names) }),
    ...(listeners && { tcpListeners: listeners }),
    run: (argv, options) => {
      if (runs) return machine.run(argv, options)
      return Promise.reject(new NotFoundError(argv[0] ?? ''))
    },
    readText: async (path, options) =>
      isReadAtOnce(path) ? atOnce(path).toString('utf8') : machine.readText(at(path), options),
    readBytes: async (path) => (isReadAtOnce(path) ? atOnce(path) : machine.readBytes(at(path))),
    list: async (path) => {
      if (!isReadAtOnce(path)) return machine.list(at(path))
      try {
        return readdirSync(at(path)).sort()
      } catch {
        return []
      }
    },
    exists: (path) => machine.exists(at(path)),
    async realpath(path) {
      if (!isInTree(path)) return machine.realpath(path)
      try {
        // At once, as those below /sys are.
        const found = realpathSync.native(root + path)
        return found.startsWith(`${realRoot}/`) ? found.slice(realRoot.length) : found
      } catch (cause) {
        throw new NotFoundError(path, { cause })
      }
    },
    stat: (path) => machine.stat(at(path)),
    statfs: (path, options) => machine.statfs(at(path), options),
    scsi,
  }
}

/** Whether a path of a recording is of SCSI devices and their hosts. */
export function isOfTape(path: string): boolean {
  return path.startsWith('/sys/') && !path.startsWith('/sys/kernel/') && /scsi|host\d/.test(path)
}
