import { DatabaseError } from 'pg'
import { DatabaseUnavailableError } from './database.ts'

/**
 * SQLSTATEs with which a server says that it is there, but not for us now: class 08 connection
 * exception, 53300 too many connections, 57P01 admin shutdown, 57P02 crash shutdown, 57P03 cannot
 * connect now (PostgreSQL, appendix A).
 */
const NOT_NOW = /^(?:08...|53300|57P0[123])$/

/** The SQLSTATE or the errno's name, else `otherwise`: what errors are counted by. */
export function errorType(error: unknown, otherwise = 'unknown'): string {
  const code = (error as { code?: unknown } | null)?.code
  if (code === 'ERR_DATABASE_UNAVAILABLE') return errorType((error as Error).cause, otherwise)
  return typeof code === 'string' && code !== '' ? code : otherwise
}

/**
 * What to tell the caller about `error`. `connected` is false when the connection could not be had
 * or was lost: then everything but a plain refusal by the server (wrong password, no such database)
 * is the server being away, also the errors of pg that have no code.
 */
export function unavailableOr(error: unknown, connected: boolean): Error {
  const cause = error instanceof Error ? error : new Error(String(error))
  if (cause instanceof DatabaseUnavailableError) return cause
  if (cause instanceof DatabaseError) {
    if (!NOT_NOW.test(cause.code ?? '')) return cause
  } else if (connected) return cause
  return new DatabaseUnavailableError(reasonOf(cause), { cause })
}

/** Node joins the attempts at several addresses in an AggregateError that has no message of its own. */
function reasonOf(error: Error): string {
  if (error.message !== '') return error.message
  return error instanceof AggregateError && error.errors[0] instanceof Error
    ? error.errors[0].message
    : errorType(error)
}
