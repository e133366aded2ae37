/** A mounted file system that stores something: no pseudo file systems, one entry per device and mount point. */
export interface FileSystem {
  /** The mount point. */
  id: string
  mountPoint: string
  device: string
  type: string
  readOnly: boolean
  /** Mounted read-write by /etc/fstab and read-only now: the kernel remounted it after an error. */
  remountedReadOnly: boolean
  /** Null where statfs did not answer; the reason is among the reading's problems. */
  usage: FileSystemUsage | null
}

export interface FileSystemUsage {
  totalBytes: number
  usedBytes: number
  availableBytes: number
  /** used / (used + available), what df calls Use%; 0..100. */
  usedPercent: number
  /** Null where the file system has no fixed number of inodes. */
  files: number | null
  filesFree: number | null
}
