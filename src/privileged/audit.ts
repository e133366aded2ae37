import { createHash } from 'node:crypto'
import type { PrivilegedRequest } from '../host/privileged/closed-list.ts'
import { Secrets } from '../host/redact.ts'

/** Whoever is at the other end of a connection. */
export interface Peer {
  pid: number
  uid: number
  gid: number
  /** The program that it runs; null where that is not to be found out. */
  exe: string | null
}

/** What is put on record. */
export type AuditEntry =
  | { event: 'start'; version: string; users: readonly number[]; scst_config: string }
  | { event: 'end'; reason: string }
  | { event: 'connection'; peer: Peer; decision: 'refused'; reason: string }
  | ({ event: 'request'; peer: Peer; id: number; operation: string } & (
      | { decision: 'refused'; reason: string }
      /** Written before what changes the machine is done, so that it is there whatever becomes of this process. */
      | { decision: 'granted'; params: object; outcome: 'begun' }
      | {
          decision: 'granted'
          params: object
          /** `ok`, or the code of the error. */
          outcome: string
          /** Why it failed; null when it did not. */
          error: string | null
          /** Of the command; null without one. */
          exit_code: number | null
          duration_ms: number
        }
    ))

const MAX_TEXT = 4_096

/** A JSON object on a line each: what comes from outside can neither end a line nor begin another. */
export function auditLog(
  write: (line: string) => void,
  now: () => Date,
): (entry: AuditEntry) => void {
  const secrets = new Secrets()
  const clean = (_: string, value: unknown): unknown => {
    if (typeof value !== 'string') return value
    // Of a journal in which lines end elsewhere too (U+2028), and of a terminal.
    const line = value.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    return secrets.inText(line.slice(0, MAX_TEXT))
  }
  return (entry) => {
    write(
      `${JSON.stringify({ time: now().toISOString(), audit: 'privileged', ...entry }, clean)}\n`,
    )
  }
}

/** What is put on record of a request: of a file what tells it from others, and not what is in it. */
export function auditedParams({ operation, params }: PrivilegedRequest): object {
  if (operation !== 'write_scst_config') return params
  const { text, ...rest } = params
  const sha256 = createHash('sha256').update(text).digest('hex')
  return { ...rest, bytes: Buffer.byteLength(text), sha256 }
}
