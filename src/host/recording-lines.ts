import type { FileStat } from './host.ts'
import type {
  RecordedCommand,
  RecordedFile,
  RecordedFileSystem,
  RecordedScsi,
} from './recording.ts'
import { scsiKey } from './scsi-request.ts'

/** Takes in a line of `files.jsonl`. Several lines may tell of one path. Throws Error when it is not one. */
export function addFile(files: Map<string, RecordedFile>, line: object): void {
  const fields = line as Record<string, unknown>
  const path = text(fields, 'path')
  if (!path.startsWith('/')) throw new Error(`path "${path}" is not absolute`)

  const file: RecordedFile = files.get(path) ?? {}
  if (fields.content !== undefined) file.content = text(fields, 'content')
  if (fields.contentBase64 !== undefined) file.contentBase64 = text(fields, 'contentBase64')
  if (fields.link !== undefined) file.link = text(fields, 'link')
  if (fields.error !== undefined) file.error = text(fields, 'error')
  if (fields.dir !== undefined) file.names = texts(fields, 'dir')
  if (fields.stat !== undefined) file.stat = fileStat(record(fields, 'stat'))
  if (fields.statfs !== undefined) file.statfs = fileSystem(record(fields, 'statfs'))
  if (fields.mode !== undefined) file.mode = mode(fields.mode)
  if (Object.keys(file).length === 0) throw new Error(`nothing is said of ${path}`)
  files.set(path, file)
}

/** Takes in a line of `commands.jsonl`; the first line of an argv stands. Throws Error when it is not one. */
export function addCommand(commands: Map<string, RecordedCommand>, line: object): void {
  const fields = line as Record<string, unknown>
  const key = commandKey(texts(fields, 'argv'))
  if (commands.has(key)) return

  const command: RecordedCommand = {
    exitCode: optionalNumber(fields, 'exitCode'),
    stdout: output(fields, 'stdout'),
    stderr: output(fields, 'stderr'),
  }
  if (fields.error !== undefined && fields.error !== null) command.error = text(fields, 'error')
  const timedOutAfterMs = optionalNumber(fields, 'timedOutAfterMs')
  if (timedOutAfterMs !== null) command.timedOutAfterMs = timedOutAfterMs
  if (fields.unkillable === true) command.unkillable = true
  commands.set(key, command)
}

/** Takes in a line of `scsi.jsonl`. Throws Error when it is not one. */
export function addScsi(requests: Map<string, RecordedScsi[]>, line: object): void {
  const fields = line as Record<string, unknown>
  const cdb = hex(fields, 'cdb')
  if (cdb.length === 0) throw new Error('cdb is empty')
  const request: RecordedScsi = {
    alloc: number(fields, 'alloc'),
    status: 0,
    hostStatus: 0,
    driverStatus: 0,
    resid: 0,
    senseHex: '',
    dataBase64: '',
  }
  if (fields.error !== undefined) {
    request.error = text(fields, 'error')
  } else {
    request.status = number(fields, 'status')
    request.hostStatus = number(fields, 'hostStatus')
    request.driverStatus = number(fields, 'driverStatus')
    request.resid = number(fields, 'resid')
    request.senseHex = hex(fields, 'sense').toString('hex')
    request.dataBase64 = text(fields, 'data')
    const trimmedFrom = optionalNumber(fields, 'trimmedFrom')
    if (trimmedFrom !== null) request.trimmedFrom = trimmedFrom
  }
  const key = scsiKey(text(fields, 'device'), cdb)
  const others = requests.get(key)
  if (others) others.push(request)
  else requests.set(key, [request])
}

/** Key of a command: its exact argv. NUL cannot occur in an argument. */
export function commandKey(argv: readonly string[]): string {
  return argv.join('\0')
}

function fileStat(fields: Record<string, unknown>): FileStat {
  const owner = {
    mode: mode(fields.mode),
    uid: number(fields, 'uid'),
    gid: number(fields, 'gid'),
  }
  if (fields.type !== undefined) {
    // A device node: stat(2) gives no size for it, and when it was made was not recorded.
    return { ...owner, sizeBytes: 0, blocks: 0, mtimeMs: Number.NaN, isDirectory: false }
  }
  return {
    ...owner,
    sizeBytes: number(fields, 'size'),
    blocks: number(fields, 'blocks'),
    mtimeMs: optionalNumber(fields, 'mtimeMs') ?? Number.NaN,
    isDirectory: fields.isDir === true,
  }
}

/** `"0644"` or a number; only the permission bits are kept. */
function mode(value: unknown): number {
  const bits = typeof value === 'string' ? Number.parseInt(value, 8) : value
  if (typeof bits !== 'number' || !Number.isInteger(bits)) throw new Error('mode is no mode')
  return bits & 0o7777
}

function fileSystem(fields: Record<string, unknown>): RecordedFileSystem {
  return {
    total: optionalNumber(fields, 'total'),
    free: optionalNumber(fields, 'free'),
    available: optionalNumber(fields, 'available'),
    files: optionalNumber(fields, 'files'),
    filesFree: optionalNumber(fields, 'filesFree'),
  }
}

function output(fields: Record<string, unknown>, key: string): string {
  const base64 = fields[`${key}Base64`]
  if (typeof base64 === 'string') return Buffer.from(base64, 'base64').toString('utf8')
  const value = fields[key]
  return value === undefined || value === null ? '' : text(fields, key)
}

function text(fields: Record<string, unknown>, key: string): string {
  const value = fields[key]
  if (typeof value !== 'string') throw new Error(`${key} is not a string`)
  return value
}

function texts(fields: Record<string, unknown>, key: string): string[] {
  const value = fields[key]
  if (!Array.isArray(value) || !value.every((item) => typeof item === 'string')) {
    throw new Error(`${key} is not a list of strings`)
  }
  return value
}

function number(fields: Record<string, unknown>, key: string): number {
  const value = fields[key]
  if (typeof value !== 'number') throw new Error(`${key} is not a number`)
  return value
}

function optionalNumber(fields: Record<string, unknown>, key: string): number | null {
  const value = fields[key]
  return value === undefined || value === null ? null : number(fields, key)
}

function record(fields: Record<string, unknown>, key: string): Record<string, unknown> {
  const value = fields[key]
  if (typeof value !== 'object' || value === null) throw new Error(`${key} is not an object`)
  return value as Record<string, unknown>
}

function hex(fields: Record<string, unknown>, key: string): Buffer {
  const value = text(fields, key)
  if (!/^([0-9a-f]{2})*$/i.test(value)) throw new Error(`${key} is not hexadecimal`)
  return Buffer.from(value, 'hex')
}
