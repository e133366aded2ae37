import { NotFoundError, PermissionError, ReadError } from './host.ts'
import type { HostError } from './host.ts'

/** The error of a file that could not be read, by the kernel's name for the reason. */
export function fileError(path: string, errno: string, cause?: unknown): HostError {
  const options = cause === undefined ? {} : { cause }
  // ENOTDIR: a component of the path is a file, so there is nothing below it.
  if (errno === 'ENOENT' || errno === 'ENOTDIR') return new NotFoundError(path, options)
  if (errno === 'EACCES' || errno === 'EPERM') return new PermissionError(path, options)
  return new ReadError(path, errno, options)
}

/** The error that a file call of Node failed with; a HostError stays what it is. */
export function fileErrorOf(path: string, cause: unknown): Error {
  const errno = (cause as NodeJS.ErrnoException).code
  // Codes of Node's own, such as ERR_INVALID_ARG_VALUE for a NUL in the path, are no errno.
  if (errno === undefined || errno.startsWith('ERR_')) return cause as Error
  return withoutStack(() => fileError(path, errno, cause))
}

/**
 * What the call makes, or its error without the calls that led to it: that a file is not there is told by an error all
 * the time, and noting where in the program it was asked for takes longer than asking.
 */
export function withoutStack<T>(call: () => T): T {
  const before = Error.stackTraceLimit
  Error.stackTraceLimit = 0
  try {
    return call()
  } finally {
    Error.stackTraceLimit = before
  }
}
