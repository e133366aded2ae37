import { readFileSync, renameSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openLog } from '../src/log.ts'

const options = { level: 'info', json: false } as const

t.test('a log file is made with its directories, and anew when it was moved away', (t) => {
  const file = join(t.testdir({}), 'of', 'ours', 'daemon.log')
  const log = openLog({ ...options, file })
  log.info('one', { place: 'here' })
  renameSync(file, `${file}.1`)
  log.reopen()
  log.warn('two\nlines')
  log.debug('too little to be said')
  t.match(readFileSync(`${file}.1`, 'utf8'), /^\S+Z info {2}one place="here"\n$/)
  t.match(readFileSync(file, 'utf8'), /^\S+Z warn {2}two\\nlines\n$/)
  t.end()
})

t.test('what somebody else wrote cannot end a line, or be obeyed by a terminal', (t) => {
  const odd = 'a\nb\r\u001b[2J\u009b31m\u007f\u2028c "ä"'
  const said = (json: boolean) => {
    const file = join(t.testdir({}), 'daemon.log')
    openLog({ level: 'info', json, file }).warn(odd, { [odd]: odd })
    return readFileSync(file, 'utf8')
  }
  for (const json of [false, true]) {
    const text = said(json)
    t.notMatch(text.slice(0, -1), /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/)
    t.match(text, '\\u009b31m')
  }
  t.match(JSON.parse(said(true)), { msg: odd, [odd]: odd })
  t.match(said(false), /warn {2}a\\nb\\r\\u001b\[2J\\u009b31m\\u007f\\u2028c "ä" a\\nb/)
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
