import { basename } from 'node:path'
import { CommandError, HostError, PermissionError, RefusedError } from './host.ts'

/**
 * What is done to the media of a changer. Nodes are SCSI generic ones, from the daemon's own reading; elements are
 * numbered as mtx(1) does: drives from 0, storage elements from 1, import/export elements behind them.
 */
export type MediumMove =
  /** From a storage element into a drive. */
  | { command: 'load'; changer: string; source: number; destination: number }
  /** From a drive into a storage element. */
  | { command: 'unload'; changer: string; source: number; destination: number }
  /** From one storage element into another. */
  | { command: 'transfer'; changer: string; source: number; destination: number }
  /**
   * EXCHANGE MEDIUM (A6h, SMC-3): what is at the source goes to the destination, what is there to the second one, which
   * may be the source. SMC element addresses, as mtx knows no exchange with a drive.
   */
  | { command: 'exchange'; changer: string; source: number; destination: number; second: number }
  /** INITIALIZE ELEMENT STATUS: the robot looks at every element. */
  | { command: 'inventory'; changer: string }
  /** A drive rewinds and unthreads its medium, so that the robot can take it. */
  | { command: 'eject'; drive: string }

/** Has media moved. Given to tasks alone: a collector has no way to it. */
export interface MediaMover {
  /**
   * Resolves when it was done. Rejects with MediumMoveError when the machine did not do it, TimeoutError when that is
   * not known, or as Host.run does when it was not even tried.
   */
  move(move: MediumMove): Promise<void>
}

/** The machine did not do it. `reason` and `stderr` are in its own words. */
export class MediumMoveError extends HostError {
  readonly reason: string
  readonly stderr: string

  constructor(what: string, reason: string, stderr: string) {
    super('ERR_MEDIUM_MOVE', `${what}: ${reason}`)
    this.reason = reason
    this.stderr = stderr
  }
}

/** Whether the machine does not know the command (05h/20h/00h, in the words of sg_raw): nothing was done then. */
export function isUnknownCommand({ stderr }: MediumMoveError): boolean {
  return /\bInvalid command operation code\b/i.test(stderr)
}

const NODE = /^\/dev\/sg\d{1,5}$/
/** Element addresses have two bytes (SMC-3). */
const MOST_ELEMENTS = 0xffff
/** A robot may walk along many frames, and a drive rewind the whole of a tape. */
const MOVE_MS = 600_000
/** An inventory of a large library takes a while an element. */
const INVENTORY_MS = 3_600_000

/** After so long it is not known any more whether it was done, or will be. */
export function deadlineMsOf({ command }: MediumMove): number {
  return command === 'inventory' ? INVENTORY_MS : MOVE_MS
}

/** The node that it is asked of. */
export function deviceOf(move: MediumMove): string {
  return move.command === 'eject' ? move.drive : move.changer
}

/** Throws RefusedError unless it is one of the list, on a generic node, with elements that there can be. */
export function assertMediumMove(move: MediumMove): void {
  const device = deviceOf(move)
  if (!NODE.test(device)) throw new RefusedError(device, 'not a SCSI generic node')
  if (move.command === 'eject' || move.command === 'inventory') return
  // Numbers of mtx from 0 for drives and from 1 for others, or addresses.
  const least = { load: [1, 0], unload: [0, 1], transfer: [1, 1], exchange: [0, 0, 0] }[
    move.command
  ]
  const second = move.command === 'exchange' ? [move.second] : []
  for (const [index, number] of [move.source, move.destination, ...second].entries()) {
    const from = least[index] ?? 0
    if (!Number.isInteger(number) || number < from || number > MOST_ELEMENTS) {
      throw new RefusedError(device, `element ${number}: there can be no such element`)
    }
  }
}

/** The command line: of mtx(1), and for a drive LOAD UNLOAD (SSC-5 7.4, LOAD 0) by sg_raw(8). */
export function argvOfMove(move: MediumMove): readonly string[] {
  if (move.command === 'eject') {
    // sg_start --eject sets bit 1 as disks have it, which to a tape drive is RETEN: it would wind the whole tape first.
    const seconds = deadlineMsOf(move) / 1000 - 30
    return ['sg_raw', `--timeout=${seconds}`, move.drive, '1b', '00', '00', '00', '00', '00']
  }
  if (move.command === 'exchange') {
    const seconds = deadlineMsOf(move) / 1000 - 30
    // By the medium transport element that the changer takes by itself, address 0, and turned over neither time.
    const addresses = [0, move.source, move.destination, move.second].flatMap(bytesOf)
    return ['sg_raw', `--timeout=${seconds}`, move.changer, 'a6', '00', ...addresses, '00', '00']
  }
  const mtx = ['mtx', '-f', move.changer, move.command]
  if (move.command === 'inventory') return mtx
  const { source, destination } = move
  // mtx names the storage element first, whichever way the medium goes.
  const elements = move.command === 'unload' ? [destination, source] : [source, destination]
  return [...mtx, ...elements.map(String)]
}

function bytesOf(address: number): string[] {
  return [address >> 8, address & 0xff].map((byte) => byte.toString(16).padStart(2, '0'))
}

/** What asks for it, in words. */
function moveText(move: MediumMove): string {
  if (move.command === 'eject') return `eject of ${move.drive}`
  if (move.command === 'inventory') return `inventory of ${move.changer}`
  const way = `from ${move.source} to ${move.destination}`
  if (move.command === 'exchange') {
    return `exchange of ${move.changer} ${way}, and from there to ${move.second} (addresses)`
  }
  return `${move.command} of ${move.changer} ${way}`
}

/** What mtx and sg_raw say of a node that may not be opened. */
const NOT_PERMITTED = /permission denied|operation not permitted/i

/** Throws PermissionError, when nothing was tried, or MediumMoveError unless the command says that it was done. */
export function assertMoved(
  move: MediumMove,
  { exitCode, stdout, stderr }: { exitCode: number; stdout: string; stderr: string },
): void {
  const said = `${stderr}\n${stdout}`
  // A command of which nothing came back can exit with 0 all the same.
  const lost = /\bhost_status[=: ]*0x0*[1-9a-f]|\bDID_(?!OK\b)[A-Z_]+/i.exec(said)
  if (exitCode === 0 && lost === null) return
  if (NOT_PERMITTED.test(said)) throw new PermissionError(deviceOf(move))
  const reason = reasonIn(said)
  throw new MediumMoveError(moveText(move), reason === '' ? `exit ${exitCode}` : reason, stderr)
}

/** Its last words: before them come the sense data, a line for each field. */
function reasonIn(said: string): string {
  const lines = said.split('\n').map((line) => line.replace(/^mtx: */, '').trim())
  // What mtx says before it begins comes on the other stream, and would be its last words.
  const begins = /^(?:Unl|L)oading .*\.\.\.$/
  const words = lines.filter(
    (line) => line !== '' && !line.startsWith('Request Sense:') && !begins.test(line),
  )
  return words.slice(-3).join(': ').slice(0, 500)
}

/** mtx of everybody: what only looks. */
const LOOKS: ReadonlySet<string> = new Set(['status', 'inquiry', '--version'])
/** Tools with which media, drives or what is on them can be changed, and none of which is needed for looking. */
const CHANGING = new Set([
  ...['sg_start', 'sg_raw', 'sg_prevent', 'sg_persist', 'sg_reset', 'sg_format', 'sg_sanitize'],
  ...['sg_write_buffer', 'sg_wr_mode', 'sg_dd', 'sg_write_attr'],
])

/** Throws RefusedError when a command might move a medium, whoever asks for it as a command. */
export function assertMovesNothing(argv: readonly string[]): void {
  const tool = basename(argv[0] ?? '')
  if (CHANGING.has(tool)) throw new RefusedError(tool, 'it can change something')
  if (tool !== 'mtx') return
  const words = argv.slice(1).filter((word, at, all) => word !== '-f' && all[at - 1] !== '-f')
  const verbs = words.filter((word) => word !== 'nobarcode' && word !== 'altres')
  const [verb = '', ...more] = verbs
  if (more.length > 0 || !LOOKS.has(verb)) {
    throw new RefusedError(`mtx ${verbs.join(' ')}`, 'media are moved by tasks alone')
  }
}

/** An error that says that nothing of it was begun. */
export function wasNotTried(error: unknown): boolean {
  const codes = ['ERR_PERMISSION', 'ERR_NOT_FOUND', 'ERR_REFUSED', 'ERR_BUSY', 'ERR_QUARANTINED']
  return (
    error instanceof HostError && !(error instanceof CommandError) && codes.includes(error.code)
  )
}
