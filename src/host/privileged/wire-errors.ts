import {
  BreakerOpenError,
  BusyError,
  CommandError,
  HostError,
  NotFoundError,
  OutputLimitError,
  PermissionError,
  QuarantinedError,
  ReadError,
  RefusedError,
  TimeoutError,
} from '../host.ts'
import { MediumMoveError } from '../medium-moves.ts'
import { ScstWriteError } from '../scst-management.ts'

/** An error of the machine on its way from the privileged program to the daemon. */
export interface WireError {
  code: string
  message: string
  errno?: string
  exit_code?: number | null
  stderr?: string
  unkillable?: boolean
  reason?: string
}

const EPOCH = new Date(0)

/** How each class is made; what it says is put in its place afterwards. */
const CLASSES: Readonly<Record<string, (error: WireError) => HostError>> = {
  ERR_NOT_FOUND: () => new NotFoundError(''),
  ERR_PERMISSION: () => new PermissionError(''),
  ERR_READ: ({ errno = 'EIO' }) => new ReadError('', errno),
  ERR_COMMAND: ({ exit_code = null, stderr = '' }) => new CommandError([], exit_code, stderr),
  ERR_TIMEOUT: ({ unkillable = false }) => new TimeoutError('', 0, unkillable),
  ERR_QUARANTINED: () => new QuarantinedError('', EPOCH, ''),
  ERR_BUSY: () => new BusyError('', 0),
  ERR_BREAKER_OPEN: () => new BreakerOpenError('', EPOCH),
  ERR_OUTPUT_LIMIT: () => new OutputLimitError([], 0),
  ERR_REFUSED: () => new RefusedError('', ''),
  ERR_MEDIUM_MOVE: ({ reason = '', stderr = '' }) => new MediumMoveError('', reason, stderr),
  ERR_SCST_WRITE: ({ reason = '' }) => new ScstWriteError('', reason),
}

/** What is sent of an error. Of one that is none of the machine's only that it happened: its words may hold anything. */
export function wireErrorOf(error: unknown): WireError {
  if (!(error instanceof HostError)) {
    return { code: 'ERR_INTERNAL', message: 'storwarden-privileged failed; its log says how' }
  }
  const { code, message } = error
  if (error instanceof ReadError) return { code, message, errno: error.errno }
  if (error instanceof TimeoutError) return { code, message, unkillable: error.unkillable }
  if (error instanceof ScstWriteError) return { code, message, reason: error.reason }
  if (error instanceof MediumMoveError) {
    return { code, message, reason: error.reason, stderr: error.stderr }
  }
  if (error instanceof CommandError) {
    return { code, message, exit_code: error.exitCode, stderr: error.stderr }
  }
  return { code, message }
}

/** The error that was sent: of the same class, with the same words. */
export function errorOfWire(sent: WireError): HostError {
  const make = Object.hasOwn(CLASSES, sent.code) ? CLASSES[sent.code] : undefined
  const error = make?.(sent) ?? new HostError(sent.code, sent.message)
  error.message = sent.message
  return error
}

/** Whether an answer has an error of this shape in it. */
export function isWireError(value: unknown): value is WireError {
  const { code, message } = (value ?? {}) as Record<string, unknown>
  return typeof code === 'string' && typeof message === 'string'
}
