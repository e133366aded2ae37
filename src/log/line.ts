import { printable } from '../printable.ts'
import { priorities } from './journal.ts'
import type { LogLevel } from './level.ts'

/** What is written in one line. */
export interface LogRecord {
  /** RFC 3339, in UTC. */
  time: string
  level: LogLevel
  msg: string
  [field: string]: unknown
}

/** How lines look: objects for programs, text for people, or text for people who read it in the journal. */
export type LogFormat = 'json' | 'plain' | 'journal'

/** Of a line in UTF-8, without its end; the journal cuts lines of more than 48 KiB in two (LineMax=). */
export const MAX_LINE_BYTES = 16 * 1024

/** One line with its end, whatever the record holds: without control characters, and not longer than it may be. */
export function renderedLine(record: LogRecord, format: LogFormat): string {
  for (const limit of [Infinity, 2048, 512, 128, 32]) {
    const line = lineOf(limit === Infinity ? record : cutRecord(record, limit), format)
    if (Buffer.byteLength(line) <= MAX_LINE_BYTES) return `${line}\n`
  }
  const { time, level, msg } = record
  return `${lineOf({ time, level, msg: cutText(msg, 128), truncated: true }, format)}\n`
}

/** The same of what is JSON already. */
export function renderedJson(json: string): string {
  const line = printable(json)
  if (Buffer.byteLength(line) <= MAX_LINE_BYTES) return `${line}\n`
  return renderedLine(JSON.parse(json) as LogRecord, 'json')
}

function lineOf(record: LogRecord, format: LogFormat): string {
  if (format === 'json') return printable(JSON.stringify(record))
  const { time, level, msg, ...fields } = record
  // The journal knows the time itself.
  const start = format === 'journal' ? `<${priorities[level]}>` : `${printable(time)} `
  const rest = Object.entries(fields).map(([name, value]) => ` ${nameOf(name)}=${valueOf(value)}`)
  return `${start}${level.padEnd(5)} ${messageOf(msg)}${rest.join('')}`
}

/** In quotes where it could be taken for a field that follows. */
function messageOf(text: string): string {
  if (/^"|=/.test(text)) return valueOf(text)
  return printable(text.replaceAll(/[\n\r\t]/g, (end) => JSON.stringify(end).slice(1, -1)))
}

function nameOf(name: string): string {
  return /^[\w.-]+$/.test(name) ? name : valueOf(name)
}

function valueOf(value: unknown): string {
  return printable(JSON.stringify(value))
}

function cutRecord({ time, level, ...fields }: LogRecord, limit: number): LogRecord {
  const cut = cutValue(fields, limit, 0) as { msg: string }
  return { time, level, ...cut, truncated: true }
}

const DEPTH = 6

function cutValue(value: unknown, limit: number, depth: number): unknown {
  if (typeof value === 'string') return cutText(value, limit)
  if (typeof value !== 'object' || value === null) return value
  if (depth > DEPTH) return '…'
  const items = Math.min(limit, 64)
  if (Array.isArray(value)) {
    const kept = value.slice(0, items).map((item) => cutValue(item, limit, depth + 1))
    return value.length > items ? [...kept, `… ${value.length - items} more`] : kept
  }
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name], index) => name === 'msg' || name === 'request_id' || index < items)
      .map(([name, of]) => [cutText(name, limit), cutValue(of, limit, depth + 1)]),
  )
}

function cutText(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}… ${text.length - limit} more`
}
