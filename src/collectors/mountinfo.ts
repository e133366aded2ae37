import { ParseError } from './collector.ts'

/** A line of /proc/<pid>/mountinfo (proc_pid_mountinfo(5)). */
export interface Mount {
  /** `major:minor` of the file system; major 0 when no block device is behind it. */
  deviceNumber: string
  /** The directory of the file system that is mounted; other than `/` for bind mounts and subvolumes. */
  root: string
  mountPoint: string
  options: readonly string[]
  type: string
  source: string
  superOptions: readonly string[]
}

/** A line of /etc/fstab (fstab(5)) that names a mount point. */
export interface FstabEntry {
  /** As it is written: a path, `UUID=…`, `LABEL=…`. */
  device: string
  mountPoint: string
  type: string
  options: readonly string[]
}

/** Parses /proc/<pid>/mountinfo. */
export function parseMountinfo(text: string): Mount[] {
  return text.split('\n').filter(Boolean).map(parseMount)
}

function parseMount(line: string): Mount {
  const fields = line.split(' ')
  // Between the options and the dash stands any number of optional fields.
  const dash = fields.indexOf('-', 6)
  const [, , deviceNumber, root, mountPoint, options] = fields
  const [type, source, superOptions] = dash === -1 ? [] : fields.slice(dash + 1)
  if (
    !/^\d+:\d+$/.test(deviceNumber ?? '') ||
    deviceNumber === undefined ||
    root === undefined ||
    mountPoint === undefined ||
    options === undefined ||
    type === undefined ||
    source === undefined ||
    superOptions === undefined
  ) {
    throw new ParseError('mountinfo', `"${line.slice(0, 80)}" is not a mount`)
  }
  return {
    deviceNumber,
    root: unescapeOctal(root),
    mountPoint: unescapeOctal(mountPoint),
    options: options.split(','),
    type,
    source: unescapeOctal(source),
    superOptions: superOptions.split(','),
  }
}

/**
 * Parses /etc/fstab. People write it: what mount(8) ignores is ignored, which is comments,
 * blank lines, lines with fewer than two fields and those without a mount point (swap).
 */
export function parseFstab(text: string): FstabEntry[] {
  const entries: FstabEntry[] = []
  for (const line of text.split('\n')) {
    const [device, target, type = 'auto', options = 'defaults'] = line.trim().split(/\s+/)
    if (!device || device.startsWith('#') || target === undefined) continue
    const path = unescapeOctal(target)
    if (!path.startsWith('/')) continue
    const mountPoint = path === '/' ? path : path.replace(/\/+$/, '') || '/'
    entries.push({ device: unescapeOctal(device), mountPoint, type, options: options.split(',') })
  }
  return entries
}

/** `\040` is a space: blanks, newlines, backslashes and hashes are written as three octal digits (fs/seq_file.c). */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-3][0-7]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  )
}
