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

/**
 * What waiting does not mend although there is no connection: a socket that is not ours to open, and a certificate
 * that is not believed. One that is not valid yet may be, once our clock is right.
 */
const SETTINGS =
  /^(?:EACCES|ERR_TLS_.*|ERR_SSL_.*|CERT_(?!NOT_YET_VALID).*|SELF_SIGNED_.*|DEPTH_ZERO_.*|UNABLE_TO_.*|HOSTNAME_MISMATCH)$/
/** pg gives these no code: a password is asked for and there is none, or is wrong; no TLS where it is wanted. */
const REFUSED = /^(?:SASL: |The server does not support SSL)/

/** Whether the server may be there later, with nothing changed about how it is asked. */
export function mayComeBack(error: unknown): boolean {
  if (!(error instanceof DatabaseUnavailableError)) return false
  if (SETTINGS.test(absenceOf(error).code ?? '')) return false
  return !(error.cause instanceof Error && REFUSED.test(error.cause.message))
}

/** Why a server is away, in words that tell nobody where it is. */
export interface Absence {
  /** SQLSTATE or name of an errno; null where there is none. */
  code: string | null
  words: string
}

const WORDS: Readonly<Record<string, string>> = {
  '53300': 'it has no connection left',
  '57P01': 'it is shutting down',
  '57P02': 'it has crashed',
  '57P03': 'it is starting or shutting down',
  EAI_AGAIN: 'its name is not known',
  ECONNREFUSED: 'it refuses connections',
  ECONNRESET: 'it cuts connections',
  EHOSTUNREACH: 'there is no way to it',
  ENETUNREACH: 'there is no way to it',
  ENOENT: 'its socket is not there',
  ENOTFOUND: 'its name is not known',
}

/** For who may ask without being known. */
export function absenceOf(error: unknown): Absence {
  const cause = error instanceof DatabaseUnavailableError ? error.cause : error
  const first: unknown = cause instanceof AggregateError ? cause.errors[0] : cause
  const code = errorType(first, '')
  return code === ''
    ? { code: null, words: 'it does not answer' }
    : { code, words: WORDS[code] ?? 'it does not answer' }
}
