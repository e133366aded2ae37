import { dirname } from 'node:path'
import { destination, pino } from 'pino'
import { makeDirectory } from './make-directory.ts'

/** How much it matters, the least first. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal'

/** Says what happens: one line a call, with the fields that belong to it. */
export interface Log {
  debug: (message: string, fields?: object) => void
  info: (message: string, fields?: object) => void
  warn: (message: string, fields?: object) => void
  error: (message: string, fields?: object) => void
  /** An error with what caused it. */
  failure: (error: Error) => void
}

/** A log that is written to a file or to standard output. */
export interface LogFile extends Log {
  /** Opens the file anew, after logrotate has moved it away. */
  reopen(): void
}

/**
 * Opens the log: a file or standard output, a JSON object a line or text for people.
 * Throws when the file cannot be opened.
 */
export function openLog(options: { level: LogLevel; file: string | null; json: boolean }): LogFile {
  const target = openTarget(options.file)
  const said = options.json ? jsonOf : textOf
  const stream = { write: (line: string) => target.write(said(line)) }
  const logger = pino(
    {
      level: options.level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    stream,
  )
  const say =
    (level: LogLevel) =>
    (message: string, fields: object = {}): void => {
      logger[level](fields, message)
    }
  return {
    debug: say('debug'),
    info: say('info'),
    warn: say('warn'),
    error: say('error'),
    failure: (error) => {
      logger.error(causesOf(error), error.message)
    },
    reopen: () => {
      if (options.file !== null) target.reopen()
    },
  }
}

function openTarget(file: string | null) {
  if (file === null) return destination({ dest: 1, sync: true })
  try {
    makeDirectory(dirname(file))
    return destination({ dest: file, sync: true })
  } catch (cause) {
    throw new Error(`log file ${file}: ${(cause as Error).message}`, { cause })
  }
}

/** The messages of the causes, the nearest first; the stack of the last, where the mistake is. */
function causesOf(error: Error): object {
  const causes: Error[] = []
  for (let { cause } = error; cause instanceof Error; { cause } = cause) causes.push(cause)
  const last = causes.at(-1) ?? error
  return { causes: causes.map(({ message }) => message), stack: last.stack }
}

/** The same object. Of control characters pino escapes those below U+0020; a terminal obeys others too. */
function jsonOf(line: string): string {
  return `${oneLine(line.trimEnd())}\n`
}

/** `2026-11-20T21:00:00.000Z info  message key=value`; control characters stay escaped, so a line is a line. */
function textOf(line: string): string {
  const { time, level, msg, ...fields } = JSON.parse(line) as Record<string, unknown>
  const rest = Object.entries(fields).map(
    ([key, value]) => ` ${oneLine(key)}=${oneLine(JSON.stringify(value))}`,
  )
  return `${String(time)} ${String(level).padEnd(5)} ${oneLine(String(msg))}${rest.join('')}\n`
}

function oneLine(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (character) =>
    /[\u0000-\u001f]/.test(character)
      ? JSON.stringify(character).slice(1, -1)
      : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
