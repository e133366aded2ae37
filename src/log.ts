import { writeSync } from 'node:fs'
import { pino } from 'pino'
import { isJournal } from './log/journal.ts'
import { lastWords } from './log/last-words.ts'
import { LevelSetting, type LogLevel, type LogLevelState } from './log/level.ts'
import { renderedJson, renderedLine, type LogFormat, type LogRecord } from './log/line.ts'
import { LogTarget } from './log/target.ts'

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
  /** Opens the file anew, after logrotate has moved it away. While that fails it is tried again. */
  reopen(): void
  /** The configuration was read again. */
  configure(level: LogLevel): void
  /** What is said at the least. */
  level(): LogLevelState
  /** Says more or less until then; null for the level: as configured, null for the end: until the daemon ends. */
  setLevel(level: LogLevel | null, expiresAt: Date | null): void
  /** How many lines could not be written. */
  lostLines(): number
}

/** Where the log is written, and what is said. */
export interface LogOptions {
  level: LogLevel
  /** Null for standard output. */
  file: string | null
  /** A JSON object a line, instead of text for people. */
  json: boolean
  now: () => Date
  /** Of the process: JOURNAL_STREAM tells whether standard output is the journal. */
  environment: NodeJS.ProcessEnv
}

const STANDARD_OUTPUT = 1
const STANDARD_ERROR = 2

/**
 * Opens the log: a file or standard output, a JSON object a line or text for people.
 * Throws when the file cannot be opened.
 */
export function openLog({ level, file, json, now, environment }: LogOptions): LogFile {
  const journal = file === null && isJournal(environment.JOURNAL_STREAM, STANDARD_OUTPUT)
  const format: LogFormat = json ? 'json' : journal ? 'journal' : 'plain'
  const target = openTarget({
    ...{ file, now },
    lossLine: ({ lines, since, error }) =>
      renderedLine(
        {
          ...{ level: 'warn', time: now().toISOString(), msg: 'lines of the log were lost' },
          ...{ lines, since, error },
        },
        format,
      ),
    onFailure: (message) => {
      try {
        writeSync(STANDARD_ERROR, lastWords(message, environment))
      } catch {
        // Nobody is left to be told.
      }
    },
  })
  const setting = new LevelSetting(level, now, (back) => {
    say('info')(`the level of the log is ${back} again`)
  })
  const logger = pino(
    {
      level: 'debug',
      base: null,
      timestamp: () => `,"time":"${now().toISOString()}"`,
      formatters: { level: (label) => ({ level: label }) },
    },
    {
      write: (line: string) => {
        const record = line.trimEnd()
        target.write(
          format === 'json'
            ? renderedJson(record)
            : renderedLine(JSON.parse(record) as LogRecord, format),
        )
      },
    },
  )
  const say =
    (level: LogLevel) =>
    (message: string, fields: object = {}): void => {
      if (!setting.admits(level)) return
      logger[level](withoutReserved(fields), message)
    }
  return {
    debug: say('debug'),
    info: say('info'),
    warn: say('warn'),
    error: say('error'),
    failure: (error) => {
      say('error')(error.message, causesOf(error))
    },
    reopen: () => {
      target.reopen()
    },
    configure: (configured) => {
      setting.configure(configured)
    },
    level: () => setting.state(),
    setLevel: (level, expiresAt) => {
      setting.set(level, expiresAt)
    },
    lostLines: () => target.lostLines,
  }
}

function openTarget(options: ConstructorParameters<typeof LogTarget>[0]): LogTarget {
  try {
    return new LogTarget(options)
  } catch (cause) {
    throw new Error(`log file ${options.file ?? ''}: ${(cause as Error).message}`, { cause })
  }
}

/**
 * The messages of the causes, the nearest first; the stack of the last, where the mistake is. That the database is
 * away is none of the program.
 */
export function causesOf(error: Error): { causes: string[]; stack: string | undefined } {
  const causes: Error[] = []
  // A cause may be the error itself.
  for (let { cause } = error; cause instanceof Error && causes.length < 16; { cause } = cause) {
    causes.push(cause)
  }
  const last = causes.at(-1) ?? error
  const isAway = [error, ...causes].some(
    (each) => 'code' in each && each.code === 'ERR_DATABASE_UNAVAILABLE',
  )
  return { causes: causes.map(({ message }) => message), stack: isAway ? undefined : last.stack }
}

/** A field cannot take the place of what every line has: a reader of JSON believes the last of equal names. */
function withoutReserved(fields: object): object {
  if (!['time', 'level', 'msg'].some((name) => name in fields)) return fields
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]: [string, unknown]) => [
      ['time', 'level', 'msg'].includes(name) ? `${name}_` : name,
      value,
    ]),
  )
}
