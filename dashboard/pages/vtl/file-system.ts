/** The file system that a path is on: that of the longest mount point above it. Null where none is known. */
export function fileSystemOf<T extends { mount_point: string }>(
  path: string,
  mounts: readonly T[],
): T | null {
  const above = mounts.filter(
    ({ mount_point: at }) => at === '/' || path === at || path.startsWith(`${at}/`),
  )
  return above.reduce<T | null>(
    (best, one) => (best === null || one.mount_point.length > best.mount_point.length ? one : best),
    null,
  )
}
