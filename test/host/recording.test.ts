import { cpSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readRecording } from '../../src/host/recording.ts'
import { openReplay } from '../../src/host/replay-timeline.ts'
import { recordingDirectory } from '../support/recording.ts'

const MANIFEST = { format: 1, name: 'made-up', description: '', recordedAt: '2026-01-01T00:00:00Z' }

t.test('a damaged recording is refused with file and line', (t) => {
  const files = '{"path":"/a","content":""}\n'
  const cases: [string, Record<string, string>, RegExp][] = [
    ['no manifest', { 'files.jsonl': files }, /manifest\.json: missing/],
    ['no JSON', { 'manifest.json': '{' }, /manifest\.json: not JSON/],
    ['another format', { 'manifest.json': '{"format":2}' }, /manifest\.json: format 2, not 1/],
    ['no files', { 'manifest.json': JSON.stringify(MANIFEST) }, /files\.jsonl: missing/],
    ['a line cut short', whole({ 'files.jsonl': `${files}{"path":"/b","con` }), /files\.jsonl:2: /],
    [
      'a relative path',
      whole({ 'files.jsonl': '{"path":"a","content":""}' }),
      /files\.jsonl:1: path "a" is not absolute/,
    ],
    [
      'nothing said',
      whole({ 'files.jsonl': '{"path":"/a"}' }),
      /files\.jsonl:1: nothing is said of \/a/,
    ],
    ['a list', whole({ 'files.jsonl': '[]' }), /files\.jsonl:1: /],
    [
      'no argv',
      whole({ 'commands.jsonl': '{"exitCode":0}' }),
      /commands\.jsonl:1: argv is not a list/,
    ],
    [
      'no status',
      whole({ 'scsi.jsonl': '{"device":"/dev/sg1","cdb":"00","alloc":0}' }),
      /scsi\.jsonl:1: status is not a number/,
    ],
    [
      'a bad CDB',
      whole({ 'scsi.jsonl': '{"device":"/dev/sg1","cdb":"0g","alloc":0}' }),
      /scsi\.jsonl:1: cdb is not hexadecimal/,
    ],
  ]
  for (const [name, content, message] of cases) {
    t.throws(() => readRecording(t.testdir(content)), { code: 'ERR_RECORDING', message }, name)
  }
  t.end()

  function whole(others: Record<string, string>): Record<string, string> {
    return { 'manifest.json': JSON.stringify(MANIFEST), 'files.jsonl': files, ...others }
  }
})

t.test('a folder of recordings is played in name order, and the last one held', async (t) => {
  const folder = t.testdir({ README: 'not a recording' })
  for (const name of ['02-second', '01-first', '03-broken']) {
    mkdirSync(join(folder, name))
    writeFileSync(join(folder, name, 'manifest.json'), JSON.stringify({ ...MANIFEST, name }))
    writeFileSync(join(folder, name, 'files.jsonl'), `{"path":"/name","content":"${name}"}\n`)
  }
  const broken = join(folder, '03-broken', 'files.jsonl')
  writeFileSync(broken, '{')

  const replay = await openReplay(folder)
  t.strictSame(
    replay.recordings,
    ['01-first', '02-second', '03-broken'].map((name) => join(folder, name)),
  )
  t.equal(await replay.host.readText('/name'), '01-first')
  t.strictSame(await Promise.all([replay.advance(), replay.advance()]), [true, true], 'one step')
  t.equal(replay.current(), '02-second')
  t.equal(await replay.host.readText('/name'), '02-second')

  await t.rejects(replay.advance(), { code: 'ERR_RECORDING', message: new RegExp(`${broken}:1: `) })
  t.equal(replay.current(), '02-second', 'a failed step changes nothing')
  writeFileSync(broken, '{"path":"/name","content":"03"}\n')
  t.equal(await replay.advance(), true)
  t.equal(await replay.advance(), false)
  t.equal(await replay.host.readText('/name'), '03')
})

t.test('one recording is a replay of its own, anything else is refused', async (t) => {
  const directory = t.testdir({ empty: {}, mixed: { '01': {}, sub: { file: '' } } })
  cpSync(recordingDirectory('09-no-tape'), join(directory, 'mixed', '01'), { recursive: true })
  const replay = await openReplay(join(directory, 'mixed', '01'))
  t.equal(replay.current(), '09-no-tape')
  t.equal(await replay.advance(), false)
  for (const [path, message] of [
    ['nowhere', /nowhere: there is no such directory$/],
    [join('mixed', '01', 'manifest.json'), /manifest\.json: is not a directory$/],
    ['empty', /empty: neither a recording nor a folder of recordings/],
    ['mixed', /sub: no recording: manifest\.json is missing/],
  ] as const) {
    await t.rejects(openReplay(join(directory, path)), { code: 'ERR_RECORDING', message })
  }
})
