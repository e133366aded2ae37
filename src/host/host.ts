/**
 * Everything the daemon may ask of the machine it runs on.
 *
 * `LinuxHost` asks the real one, `ReplayHost` answers from a recording and
 * `RecordingHost` writes down what another host answered. No other module reads
 * /proc or /sys, starts a process or opens a device.
 */
export interface Host {
  /**
   * Runs a command without a shell, under LC_ALL=C, and resolves when it has exited.
   *
   * Rejects with NotFoundError (not installed), CommandError (an exit code that is not expected),
   * TimeoutError, PermissionError, BusyError (no process slot), QuarantinedError or RecordingHoleError.
   */
  run(argv: readonly string[], options?: RunOptions): Promise<CommandResult>

  /** The text of a file. Rejects with NotFoundError, PermissionError or ReadError. */
  readText(path: string, options?: ReadOptions): Promise<string>

  /** The bytes of a file, for what is not text, such as `vpd_pg80`. Rejects like readText. */
  readBytes(path: string): Promise<Uint8Array>

  /**
   * Reads many attributes of sysfs at once: files and links in a directory or below it, by their names. Optional,
   * because asking for one after the other tells the same.
   */
  readAttributes?(directory: string, names: AttributeNames): Promise<Attributes>

  /**
   * The TCP sockets that listen, without the table of all connections. Optional, because /proc/net/tcp tells the same.
   * Rejects with ReadError.
   */
  tcpListeners?(): Promise<readonly TcpListener[]>

  /** The names in a directory, sorted; none when there is no such directory. */
  list(path: string): Promise<string[]>

  /** Whether there is something at the path, links followed. */
  exists(path: string): Promise<boolean>

  /** The absolute path with every link followed, as realpath(3). Rejects with NotFoundError. */
  realpath(path: string): Promise<string>

  /** What stat(2) says, links followed. Rejects with NotFoundError or PermissionError. */
  stat(path: string): Promise<FileStat>

  /** What statfs(2) says of the file system at the path. A dead NFS mount rejects with TimeoutError. */
  statfs(path: string, options?: { timeoutMs?: number }): Promise<FileSystemStat>

  /**
   * Sends a SCSI command to a generic node (`/dev/sgN`) and resolves with whatever the transport answered:
   * a check condition is an answer. Rejects with PassThroughUnavailableError, NotFoundError, TimeoutError,
   * QuarantinedError or RecordingHoleError.
   */
  scsi(device: string, cdb: Uint8Array, options: ScsiOptions): Promise<ScsiAnswer>
}

/** Something on the machine that has changed, or may have. */
export type HostChange =
  | {
      kind: 'device'
      /** As the uevent says: add, remove, change, bind, unbind, offline … */
      action: string
      /** e.g. `scsi_tape`. */
      subsystem: string
      /** Path below /sys. */
      path: string
    }
  | {
      kind: 'file'
      /** The path that was to be watched, not that of a file in it. */
      path: string
    }
  /** More changed than could be told. */
  | { kind: 'everything' }

/** How much of a file is read. */
export interface ReadOptions {
  /** The beginning will do: what is behind so many bytes may be left out, in the midst of a line. */
  enoughBytes?: number
}

/** What is asked of a directory. */
export interface AttributeNames {
  texts: readonly string[]
  links?: readonly string[]
}

/**
 * What was asked for, in that order: the text of a file; where a link leads, of which only the end is the same whoever
 * tells it; null where there is none; why it could not be read.
 */
export interface Attributes {
  texts: readonly (string | null | HostError)[]
  links: readonly (string | null | HostError)[]
}

/** A TCP socket that listens. */
export interface TcpListener {
  /** In network order, 8 hex digits of IPv4 or 32 of IPv6. */
  address: string
  port: number
}

/** How a command is run. */
export interface RunOptions {
  /** The command is killed after this long; 10 s otherwise. */
  timeoutMs?: number
  /** Node that the command talks to, e.g. /dev/sg3: one command is in flight per device. */
  device?: string
  /** Kills the command when it is aborted, or does not start it; the run rejects with a CommandError then. */
  signal?: AbortSignal
  /** Exit codes that are answers and not failures; only 0 otherwise. */
  exitCodes?: (exitCode: number) => boolean
}

/** What a command said that ended as it may. */
export interface CommandResult {
  exitCode: number
  stdout: string
  stderr: string
}

/** What stat(2) says of a file. */
export interface FileStat {
  sizeBytes: number
  /** Blocks of 512 bytes that are allocated. */
  blocks: number
  mtimeMs: number
  /** Permission bits, e.g. 0o644. */
  mode: number
  isDirectory: boolean
  uid: number
  gid: number
}

/** What statfs(2) says of a file system. */
export interface FileSystemStat {
  totalBytes: number
  /** Free for root. */
  freeBytes: number
  /** Free for everybody else: what df calls available. */
  availableBytes: number
  files: number
  filesFree: number
}

/** How a CDB is sent. */
export interface ScsiOptions {
  /** Bytes that are asked for at most; the CDB's allocation length says the same. */
  dataInBytes: number
  /** 10 s otherwise. */
  timeoutMs?: number
  /**
   * Permits LOG SENSE of page 2Eh, which is refused otherwise: reading clears the flags for everybody on
   * this machine, so whoever asks has to keep what it gets.
   */
  clearsTapeAlert?: true
}

/** What came back for a CDB, not interpreted. */
export interface ScsiAnswer {
  /** SAM-5 status code: 00h good, 02h check condition, 08h busy, 18h reservation conflict. */
  status: number
  /** DID_* of the Linux SCSI mid layer. Other than 0 it is a transport failure and `data` is no answer. */
  hostStatus: number
  driverStatus: number
  /** Sense data; empty when there was none. */
  sense: Uint8Array
  /** What was transferred, cut by the residual count. */
  data: Uint8Array
}

/** A failure of the machine, told apart by `code`. */
export class HostError extends Error {
  readonly code: string

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options)
    this.name = new.target.name
    this.code = code
  }
}

/** The file, command or device does not exist on this machine. */
export class NotFoundError extends HostError {
  constructor(what: string, options?: ErrorOptions) {
    super('ERR_NOT_FOUND', `${what}: not found`, options)
  }
}

/** The daemon may not read the file or run the command. */
export class PermissionError extends HostError {
  constructor(what: string, options?: ErrorOptions) {
    super('ERR_PERMISSION', `${what}: permission denied`, options)
  }
}

/** The file is there and cannot be read; `errno` is the kernel's name for the reason, e.g. EINVAL. */
export class ReadError extends HostError {
  readonly errno: string

  constructor(path: string, errno: string, options?: ErrorOptions) {
    super('ERR_READ', `${path}: ${errno}`, options)
    this.errno = errno
  }
}

/** The command ran and exited with a status that is not an answer. */
export class CommandError extends HostError {
  readonly exitCode: number | null
  readonly stderr: string

  constructor(argv: readonly string[], exitCode: number | null, stderr: string) {
    const reason = stderr.trim().split('\n')[0] ?? ''
    super('ERR_COMMAND', `${argv.join(' ')}: exit ${exitCode ?? 'by signal'}: ${reason}`)
    this.exitCode = exitCode
    this.stderr = stderr
  }
}

/** No answer before the deadline. `unkillable`: the process sits in state D and could not be killed. */
export class TimeoutError extends HostError {
  readonly unkillable: boolean

  constructor(what: string, timeoutMs: number, unkillable = false) {
    const fate = unkillable ? ', and the process cannot be killed (state D)' : ''
    super('ERR_TIMEOUT', `${what}: no answer within ${timeoutMs} ms${fate}`)
    this.unkillable = unkillable
  }
}

/** An earlier command to the device, or to its SCSI host, never came back: no second one is started. */
export class QuarantinedError extends HostError {
  constructor(device: string, since: Date, reason: string) {
    super('ERR_QUARANTINED', `${device}: not asked since ${since.toISOString()}: ${reason}`)
  }
}

/** The turn of a call did not come: no process slot was free, or its device or SCSI host not, in time. */
export class BusyError extends HostError {
  constructor(what: string, waitedMs: number) {
    super('ERR_BUSY', `${what}: waited ${waitedMs} ms for its turn`)
  }
}

/** The breaker of a device and tool is open after repeated failures. */
export class BreakerOpenError extends HostError {
  constructor(breaker: string, retryAt: Date) {
    super(
      'ERR_BREAKER_OPEN',
      `${breaker}: not tried before ${retryAt.toISOString()}, it failed repeatedly`,
    )
  }
}

/** SCSI pass-through is not possible here; what the commands say must do. */
export class PassThroughUnavailableError extends HostError {
  constructor(device: string, reason: string) {
    super('ERR_PASS_THROUGH', `${device}: no SCSI pass-through: ${reason}`)
  }
}

/** The command printed more than a command may, and was killed. */
export class OutputLimitError extends HostError {
  constructor(argv: readonly string[], maxBytes: number) {
    super('ERR_OUTPUT_LIMIT', `${argv.join(' ')}: more than ${maxBytes} bytes of output`)
  }
}

/** The request might change something, or opens what must not be opened: it is never made. */
export class RefusedError extends HostError {
  constructor(what: string, reason: string) {
    super('ERR_REFUSED', `${what}: refused: ${reason}`)
  }
}

/** The recording does not hold the answer: a hole in the recording, not a fact about the appliance. */
export class RecordingHoleError extends HostError {
  constructor(recording: string, what: string) {
    super('ERR_RECORDING_HOLE', `the recording ${recording} does not hold "${what}"`)
  }
}
