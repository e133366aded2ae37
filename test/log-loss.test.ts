import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { openLog, type LogOptions } from '../src/log.ts'
import { Clock } from './support/clock.ts'

const clock = new Clock()
const options: Omit<LogOptions, 'file'> = {
  ...{ level: 'info', json: true, environment: {} },
  now: () => clock.now,
}
const recordsOf = (file: string) =>
  readFileSync(file, 'utf8')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

t.test('lines that a full disk does not take are counted', (t) => {
  const log = openLog({ ...options, file: '/dev/full' })
  log.info('one')
  log.warn('two')
  log.debug('not said')
  t.equal(log.lostLines(), 2)
  t.end()
})

t.test('a file that was deleted with its folder is made anew, and that is said', (t) => {
  const folder = join(t.testdir({}), 'log')
  const file = join(folder, 'daemon.log')
  const log = openLog({ ...options, file })
  log.info('before')
  rmSync(folder, { recursive: true })
  log.info('to nowhere')
  clock.advance(10)
  log.info('after')
  t.match(recordsOf(file), [
    { level: 'warn', msg: 'lines of the log were lost', lines: 2, error: 'the file was deleted' },
    { msg: 'after' },
  ])
  t.equal(log.lostLines(), 2)
  t.end()
})

t.test('while a file cannot be opened anew, what was open is written to', (t) => {
  const directory = t.testdir({})
  const folder = join(directory, 'log')
  const file = join(folder, 'daemon.log')
  const log = openLog({ ...options, file })
  log.info('one')
  renameSync(folder, `${folder}.away`)
  writeFileSync(folder, 'in the way')
  log.reopen()
  log.info('two')
  clock.advance(10)
  log.info('three')
  rmSync(folder)
  clock.advance(9)
  log.info('four')
  clock.advance(1)
  log.info('five')
  t.match(recordsOf(join(`${folder}.away`, 'daemon.log')), [
    ...[{ msg: 'one' }, { msg: 'two' }, { msg: 'three' }, { msg: 'four' }],
  ])
  t.match(recordsOf(file), [{ msg: 'five' }])
  t.equal(log.lostLines(), 0)
  t.end()
})

// Fills a file system of 64 KiB, makes room and tells what the log says then.
const FILL = `
  import { readFileSync, rmSync, writeFileSync } from 'node:fs'
  const [log, folder] = process.argv.slice(1)
  const { openLog } = await import(log)
  writeFileSync(folder + '/other', Buffer.alloc(32768))
  const file = folder + '/daemon.log'
  const opened = openLog({ level: 'info', json: true, file, environment: {}, now: () => new Date() })
  let written = 0
  while (opened.lostLines() < 3) { opened.info('line', { written, text: 'x'.repeat(3000) }); written += 1 }
  rmSync(folder + '/other')
  opened.info('there is room')
  process.stdout.write(JSON.stringify({ written, lost: opened.lostLines(), text: readFileSync(file, 'utf8') }))
`
const mayMount = process.getuid?.() === 0 && spawnSync('unshare', ['-m', 'true']).status === 0

t.test(
  'when a disk that was full has room again the lost lines are told',
  { skip: !mayMount && 'root mounts a small file system' },
  (t) => {
    const folder = join(t.testdir({}), 'small')
    mkdirSync(folder)
    const log = fileURLToPath(new URL('../dist/src/log.js', import.meta.url))
    const script =
      'mount -t tmpfs -o size=64k none "$2" && exec "$0" --input-type=module -e "$3" "$1" "$2"'
    const words = ['-m', 'sh', '-c', script, process.execPath, log, folder, FILL]
    const run = spawnSync('unshare', words, { encoding: 'utf8' })
    const { written, lost, text } = JSON.parse(run.stdout) as Record<string, string & number>
    t.equal(
      run.stderr,
      `storwardend: log file ${folder}/daemon.log: lines are lost: ENOSPC: no space left on device, write\n`,
    )
    t.equal(lost, 3)
    const lines = String(text).trimEnd().split('\n')
    t.match(JSON.parse(lines.at(-1) ?? ''), { msg: 'there is room' })
    t.match(JSON.parse(lines.at(-2) ?? ''), {
      ...{ level: 'warn', msg: 'lines of the log were lost', lines: 3 },
      error: 'ENOSPC: no space left on device, write',
    })
    // The first of those that were lost may have been begun.
    const whole = lines.filter((line) => line.endsWith('}'))
    t.equal(whole.length, Number(written) - 3 + 2)
    for (const line of whole) t.ok(JSON.parse(line))
    t.end()
  },
)
