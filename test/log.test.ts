import { readFileSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { causesOf, openLog, type LogOptions } from '../src/log.ts'
import { MAX_LINE_BYTES, renderedLine } from '../src/log/line.ts'
import { Clock } from './support/clock.ts'

const clock = new Clock()
const options: Omit<LogOptions, 'file'> = {
  ...{ level: 'info', json: false, environment: {} },
  now: () => clock.now,
}
const linesOf = (file: string) => readFileSync(file, 'utf8').trimEnd().split('\n')

t.test('a log file is made with its directories, and anew when it was moved away', (t) => {
  const file = join(t.testdir({}), 'of', 'ours', 'daemon.log')
  const log = openLog({ ...options, file })
  log.info('one', { place: 'here' })
  renameSync(file, `${file}.1`)
  log.reopen()
  log.warn('two\nlines')
  log.debug('too little to be said')
  t.equal(readFileSync(`${file}.1`, 'utf8'), '2026-11-20T21:00:00.000Z info  one place="here"\n')
  t.equal(readFileSync(file, 'utf8'), '2026-11-20T21:00:00.000Z warn  two\\nlines\n')
  t.end()
})

t.test('what somebody else wrote cannot end a line, or be obeyed by a terminal', (t) => {
  const odd = 'a\nb\r\u001b[2J\u009b31m\u007f\u2028\u202e\u{e0041}c "ä"'
  const said = (json: boolean) => {
    const file = join(t.testdir({}), 'daemon.log')
    openLog({ ...options, json, file }).warn(odd, { [odd]: odd })
    return readFileSync(file, 'utf8')
  }
  for (const json of [false, true]) {
    const text = said(json)
    t.notMatch(text.slice(0, -1), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u)
    t.match(text, '\\u009b31m')
  }
  t.match(JSON.parse(said(true)), { msg: odd, [odd]: odd })
  t.match(
    said(false),
    'warn  a\\nb\\r\\u001b[2J\\u009b31m\\u007f\\u2028\\u202e\\udb40\\udc41c "ä" "a\\nb',
  )
  t.end()
})

t.test('a message or a name cannot pass for a field', (t) => {
  const file = join(t.testdir({}), 'daemon.log')
  const log = openLog({ ...options, file })
  log.warn('user x request_id="1" level="debug"')
  log.warn('"quoted"')
  log.warn('names', { 'a=1 b': 2, level: 'fatal', time: 'never', msg: 'forged' })
  t.strictSame(
    linesOf(file).map((line) => line.slice(25)),
    [
      'warn  "user x request_id=\\"1\\" level=\\"debug\\""',
      'warn  "\\"quoted\\""',
      'warn  names "a=1 b"=2 level_="fatal" time_="never" msg_="forged"',
    ],
  )
  t.end()
})

t.test('a line has an end, however much there is to say', (t) => {
  const file = join(t.testdir({}), 'daemon.log')
  for (const json of [false, true]) {
    rmSync(file, { force: true })
    const log = openLog({ ...options, json, file })
    log.warn('x'.repeat(1_000_000), { list: Array(10_000).fill('\u0001'.repeat(100)), last: 1 })
    log.warn('many', Object.fromEntries([...Array(9999).keys()].map((key) => [`k${key}`, key])))
    for (const line of linesOf(file)) t.ok(Buffer.byteLength(line) <= MAX_LINE_BYTES)
    t.match(linesOf(file), [/truncated/, /many.*truncated/])
  }
  const [first, second] = linesOf(file).map((line) => JSON.parse(line) as object)
  t.match(first, { level: 'warn', msg: /^x+… \d+ more$/, truncated: true })
  t.match(second, { msg: 'many', k0: 0, truncated: true })
  t.end()
})

t.test('an error is told with its causes, and where the mistake is when there is one', (t) => {
  const away = Object.assign(new Error('database: refused'), { code: 'ERR_DATABASE_UNAVAILABLE' })
  const mistake = new TypeError('x is not a function')
  t.strictSame(causesOf(new Error('not written', { cause: mistake })), {
    causes: ['x is not a function'],
    stack: mistake.stack,
  })
  t.strictSame(causesOf(new Error('not written', { cause: away })), {
    causes: ['database: refused'],
    stack: undefined,
  })
  t.end()
})

t.test('the level is another for a while, and what the configuration says after it', (t) => {
  const file = join(t.testdir({}), 'daemon.log')
  const time = new Clock()
  const log = openLog({ ...options, now: () => time.now, file })
  const end = new Date(time.now.getTime() + 60_000)
  log.setLevel('debug', end)
  t.strictSame(log.level(), { level: 'debug', configured: 'info', expiresAt: end })
  log.debug('one')
  log.configure('warn')
  log.debug('two')
  time.advance(60)
  log.info('three')
  log.configure('info')
  log.setLevel('debug', new Date(time.now.getTime() + 1000))
  time.advance(1)
  log.debug('four')
  t.strictSame(log.level(), { level: 'info', configured: 'info', expiresAt: null })
  log.setLevel('error', null)
  time.advance(1_000_000)
  log.warn('five')
  log.setLevel(null, null)
  log.info('six')
  t.strictSame(
    linesOf(file).map((line) => line.slice(31)),
    ['one', 'two', 'the level of the log is info again', 'six'],
  )
  t.end()
})

t.test('in the journal a line begins with its priority, and has no time', (t) => {
  const time = '2026-11-20T21:00:00.000Z'
  const lines = (['debug', 'info', 'warn', 'error', 'fatal'] as const).map((level) =>
    renderedLine({ time, level, msg: 'x', a: 1 }, 'journal'),
  )
  t.strictSame(lines, [
    '<7>debug x a=1\n',
    '<6>info  x a=1\n',
    '<4>warn  x a=1\n',
    '<3>error x a=1\n',
    '<2>fatal x a=1\n',
  ])
  t.end()
})

t.test('a log file that cannot be opened is named, at once', (t) => {
  const directory = t.testdir({})
  const lines = [
    [directory, 'EISDIR: illegal operation on a directory'],
    ['/proc/storwarden/log', 'ENOENT: no such file or directory'],
  ] as const
  for (const [file, reason] of lines) {
    t.throws(() => openLog({ ...options, file }), {
      message: new RegExp(`^log file ${file}: ${reason}`),
    })
  }
  t.end()
})
