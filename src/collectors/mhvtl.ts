/** The virtual tape libraries of mhvtl: as configured, on disk, and whether their daemons run. */
export interface Mhvtl {
  /** Whether the kernel module is there. False with a configuration is an alert. */
  moduleLoaded: boolean
  version: string | null
  libraries: readonly VirtualLibrary[]
  drives: readonly VirtualDrive[]
}

export interface VirtualLibrary {
  /** Unit serial number of device.conf. */
  id: string
  /** Number in device.conf: names its files and its daemon. */
  number: number
  vendor: string
  product: string
  serial: string
  homeDirectory: string
  /** Slots of library_contents; null when the file is missing or broken. */
  contents: LibraryContents | null
  /** Volume tags with a directory below the home directory; null when it could not be read. */
  mediaOnDisk: readonly string[] | null
  /** Bytes that the media take up on disk; null when not known. */
  mediaBytes: number | null
  /** State of vtllibrary@N; null when systemd could not be asked. */
  daemon: DaemonState | null
}

export interface LibraryContents {
  /** Volume tag by slot number; null for an empty slot. */
  slots: Readonly<Record<number, string | null>>
  importExport: Readonly<Record<number, string | null>>
  drives: Readonly<Record<number, string | null>>
}

export interface VirtualDrive {
  id: string
  number: number
  library: number
  slot: number
  vendor: string
  product: string
  serial: string
  /** State of vtltape@N; null when systemd could not be asked. */
  daemon: DaemonState | null
}

export interface DaemonState {
  unit: string
  running: boolean
  /** ActiveState and SubState, e.g. `failed (failed)`. */
  detail: string
}
