/**
 * The mount points of `/proc/self/mountinfo` (proc(5): the fifth field, with blanks and backslashes as octal
 * escapes), in the order of its lines.
 */
export function mountPointsIn(mountinfo: string): string[] {
  return mountinfo
    .split('\n')
    .map((line) => line.split(' ')[4])
    .filter((field) => field !== undefined)
    .map((field) =>
      field.replace(/\\([0-7]{3})/g, (_, octal: string) =>
        String.fromCharCode(Number.parseInt(octal, 8)),
      ),
    )
}

/** The mount point that a path without links lies under; null when it is none of these. */
export function mountPointAbove(path: string, mountPoints: readonly string[]): string | null {
  let longest: string | null = null
  for (const mountPoint of mountPoints) {
    const prefix = mountPoint === '/' ? '/' : `${mountPoint}/`
    if (path !== mountPoint && !path.startsWith(prefix)) continue
    if (longest === null || mountPoint.length >= longest.length) longest = mountPoint
  }
  return longest
}
