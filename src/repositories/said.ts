import type { FilesystemFacts } from '../host/repository-changes.ts'

/** A program did not say what it should. */
export class NotSaidError extends Error {
  readonly code = 'ERR_PARSE'

  constructor(source: string, problem: string) {
    super(`${source}: ${problem}`)
    this.name = 'NotSaidError'
  }
}

/** Parses `blkid -p -o export`: TYPE of a file system, PTTYPE of a partition table. */
export function parseSignature(text: string): string {
  const said = parseShow(text)
  return said.get('TYPE') ?? said.get('PTTYPE') ?? 'a signature that blkid does not name'
}

/** Parses `NAME=value` lines, as of `systemctl show`. */
export function parseShow(text: string): Map<string, string> {
  const said = new Map<string, string>()
  for (const line of text.split('\n')) {
    const at = line.indexOf('=')
    if (at > 0) said.set(line.slice(0, at), line.slice(at + 1))
  }
  return said
}

/** Parses xfs_info(8): the bytes of the data section, its log included where that is internal. */
export function parseXfsInfo(text: string): number {
  const [, size, blocks] = /^data\s+=\s+bsize=(\d{3,6})\s+blocks=(\d{1,16}),/m.exec(text) ?? []
  const bytes = Number(size) * Number(blocks)
  if (!Number.isSafeInteger(bytes) || bytes <= 0)
    throw new NotSaidError('xfs_info', 'no size of data')
  return bytes
}

/** Parses `dumpe2fs -h`: a superblock of ext2, ext3 or ext4. */
export function parseDumpe2fs(text: string): FilesystemFacts {
  const field = (name: string) => new RegExp(`^${name}:\\s*(.*?)\\s*$`, 'm').exec(text)?.[1] ?? null
  const bytes = Number(field('Block count') ?? NaN) * Number(field('Block size') ?? NaN)
  if (!Number.isSafeInteger(bytes) || bytes <= 0)
    throw new NotSaidError('dumpe2fs', 'no block count')
  const state = field('Filesystem state')
  if (state === null) throw new NotSaidError('dumpe2fs', 'no state')
  const errors = Number(field('FS Error count') ?? 0)
  if (state.includes('error')) return { sizeBytes: bytes, fault: `its state is "${state}"` }
  return { sizeBytes: bytes, fault: errors > 0 ? `${errors} errors are on record in it` : null }
}

/** What is mounted at a mount point, the topmost last, by /proc/PID/mountinfo (proc_pid_mountinfo(5)). */
export function parseMountedOn(mountinfo: string, mountPoint: string): string[] {
  return mountinfo.split('\n').flatMap((line) => {
    const fields = line.split(' ')
    const dash = fields.indexOf('-', 6)
    const source = dash === -1 ? undefined : fields[dash + 2]
    // A mount point that is permitted has nothing in it that the kernel would escape.
    return fields[4] === mountPoint && source !== undefined ? [source] : []
  })
}
