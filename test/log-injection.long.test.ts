import { readFileSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { openLog, type LogFile } from '../src/log.ts'
import { lastWords } from '../src/log/last-words.ts'
import { MAX_LINE_BYTES } from '../src/log/line.ts'
import { logFailure, logRequest } from '../src/api/request-log.ts'
import { problemOf } from '../src/api/problem.ts'
import { hostileText } from './support/hostile.ts'

/** What a terminal obeys, or does not show. */
const OBEYED = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u

const PIECES = [
  ...[
    '\u001b]0;title\u0007',
    '\u009b2J',
    '\u202e',
    '\u2066',
    '\u200b',
    '\u200d',
    '\ufeff',
    '\u00ad',
  ],
  ...[
    '\ud800',
    '\udfff',
    '\u{e0041}',
    '\u2028',
    '\u0085',
    '\r\n<0>forged',
    '\n2026-11-20T21:00:00.000Z fatal x',
  ],
  ...['" level="fatal"', 'a=b', '{"level":"fatal"}', '\\', '\\u000a', '<3>', '__proto__', 'toJSON'],
]
const hostile = fc.oneof(
  hostileText,
  fc.array(fc.constantFrom(...PIECES), { maxLength: 12 }).map((pieces) => pieces.join('')),
  fc.tuple(fc.constantFrom(...PIECES), fc.nat(40_000)).map(([piece, times]) => piece.repeat(times)),
)
const fields = fc.dictionary(
  fc.oneof(hostile, fc.constantFrom('level', 'time', 'msg', 'request_id', 'err', 'truncated')),
  fc.oneof(hostile, fc.jsonValue(), fc.array(hostile, { maxLength: 3 })),
  { maxKeys: 5 },
)

/** Every way in which the daemon says what somebody else wrote. */
const calls = fc.oneof(
  fc.tuple(hostile, fields).map(([message, of]) => (log: LogFile) => {
    log.warn(message, of)
  }),
  // Such as a file of the configuration that cannot be read, or what a device or the database says.
  fc.tuple(hostile, hostile).map(([message, cause]) => (log: LogFile) => {
    log.failure(new Error(message, { cause: new Error(cause, { cause: 'no error' }) }))
  }),
  fc.tuple(hostile, hostile, hostile).map(([method, user, address]) => (log: LogFile) => {
    const request = { requestId: 'r-1', method, route: 'unmatched', status: 404, seconds: 1 }
    logRequest({ log }, { ...request, user, address })
  }),
  fc.tuple(hostile, hostile).map(([method, message]) => (log: LogFile) => {
    const error = new Error(message)
    logFailure(log, problemOf(error), error, { method, route: 'unmatched', requestId: null })
  }),
  // As an operation that is logged: device, serial number and barcode are labels of it.
  fc.tuple(hostile, hostile).map(([serial, error]) => (log: LogFile) => {
    log.info('operation', { operation: 'read_element_status', serial, error })
  }),
)

for (const json of [true, false]) {
  t.test(`a call is a line, ${json ? 'as JSON' : 'as text'}, whatever it is told`, (t) => {
    const file = join(t.testdir({}), 'daemon.log')
    const now = () => new Date('2026-11-20T21:00:00Z')
    const log = openLog({ level: 'debug', file, json, now, environment: {} })
    const property = fc.property(calls, (call) => {
      truncateSync(file)
      call(log)
      const text = readFileSync(file, 'utf8')
      const line = text.slice(0, -1)
      const isLine = text.endsWith('\n') && !OBEYED.test(line)
      const starts = json
        ? Object.entries(JSON.parse(line) as object)
        : [
            ['time', line.slice(0, 24)],
            ['level', line.slice(25, 30).trimEnd()],
          ]
      const said = new Map<unknown, unknown>(starts as [unknown, unknown][])
      return (
        isLine &&
        Buffer.byteLength(line) <= MAX_LINE_BYTES &&
        said.get('time') === '2026-11-20T21:00:00.000Z' &&
        ['debug', 'info', 'warn', 'error'].includes(String(said.get('level')))
      )
    })
    fc.assert(property, { numRuns: 600 })
    t.equal(log.lostLines(), 0)
    t.end()
  })
}

t.test('a field of text ends where its quotes end', (t) => {
  const file = join(t.testdir({}), 'daemon.log')
  const now = () => new Date('2026-11-20T21:00:00Z')
  const log = openLog({ level: 'debug', file, json: false, now, environment: {} })
  const short = fc.string({ unit: 'binary', maxLength: 60 })
  const property = fc.property(
    fc.oneof(short, fc.constantFrom(...PIECES)),
    short,
    (message, value) => {
      truncateSync(file)
      log.info(message, { value })
      const line = readFileSync(file, 'utf8').slice(31, -1)
      const read = /^(?:("(?:[^"\\]|\\.)*")|([^="]?[^=]*)) value=("(?:[^"\\]|\\.)*")$/.exec(line)
      return read !== null && JSON.parse(read[3] ?? '') === value
    },
  )
  fc.assert(property, { numRuns: 1000 })
  t.end()
})

t.test('last words are one line', (t) => {
  const property = fc.property(hostile, (message) => {
    const said = lastWords(message, {})
    return said.endsWith('\n') && !OBEYED.test(said.slice(0, -1)) && said.length < 10_000
  })
  fc.assert(property)
  t.end()
})
