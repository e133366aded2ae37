/**
 * The mount point that a path without links lies under, by `/proc/self/mountinfo`
 * (proc(5): the fifth field, with blanks and backslashes as octal escapes); null when none does.
 */
export function mountPointOf(path: string, mountinfo: string): string | null {
  let longest: string | null = null
  for (const line of mountinfo.split('\n')) {
    const field = line.split(' ')[4]
    if (field === undefined) continue
    const mountPoint = field.replace(/\\([0-7]{3})/g, (_, octal: string) =>
      String.fromCharCode(Number.parseInt(octal, 8)),
    )
    const prefix = mountPoint === '/' ? '/' : `${mountPoint}/`
    if (path !== mountPoint && !path.startsWith(prefix)) continue
    if (longest === null || mountPoint.length >= longest.length) longest = mountPoint
  }
  return longest
}
