import { randomBytes } from 'node:crypto'
import { execFile, spawnSync } from 'node:child_process'
import { mkdir, readdir, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { writeBundle, type BundleItem, type BundleOptions } from '../../src/cli/bundle-writer.ts'
import { NotFoundError, type Host } from '../../src/host/host.ts'
import { runCli } from '../support/cli.ts'
import { makeStateDirectory } from '../support/database.ts'
import { openRecording } from '../support/recording.ts'

const run = promisify(execFile)
const NOW = new Date('2026-11-28T12:00:00Z')

async function opened(path: string) {
  const { stdout: names } = await run('tar', ['tzf', path])
  const { stdout: all } = await run('tar', ['xzOf', path], { maxBuffer: 1e9, encoding: 'latin1' })
  const { stdout: manifest } = await run('tar', ['xzOf', path, 'manifest.json'])
  return { names: names.trim().split('\n'), all, manifest: JSON.parse(manifest) as object }
}

const item = (name: string, changes: Partial<BundleItem> = {}): BundleItem => ({
  ...{ name, timeoutMs: 5000, keeps: 'begin', collect: () => Promise.resolve(name) },
  ...changes,
})

const options = (directory: string): BundleOptions => ({
  ...{ directory, name: 'x.tar.gz', maxBytes: 1024 ** 2, redact: (_name, content) => content },
  ...{ now: () => NOW, elapsedSeconds: () => 0, progress: () => undefined, about: { a: 1 } },
})

t.test('what hangs or fails is noted, and keeps nothing else out', async (t) => {
  const directory = await makeStateDirectory(t)
  await writeBundle(
    [
      item('hangs', { timeoutMs: 20, collect: () => new Promise(() => undefined) }),
      item('fails', { collect: () => Promise.reject(new Error('EIO')) }),
      item('good'),
      item('many', { collect: async () => new Map([['a', Buffer.from('x')]]) }),
    ],
    options(directory),
  )
  const { names, manifest } = await opened(join(directory, 'x.tar.gz'))
  t.strictSame(names, ['good', 'many/a', 'manifest.json'])
  t.match(manifest, {
    ...{ a: 1, created_at: NOW.toISOString() },
    items: [
      { name: 'hangs', bytes: 0, error: 'no answer within 0.02 s' },
      { name: 'fails', error: 'EIO' },
      { name: 'good', bytes: 4, cut_bytes: 0, error: null },
      { name: 'many/a', bytes: 1 },
    ],
  })
  t.equal((await stat(join(directory, 'x.tar.gz'))).mode & 0o777, 0o600)
})

t.test('it is no larger than it may be, and says what was cut', async (t) => {
  const directory = await makeStateDirectory(t)
  const large = Buffer.concat([Buffer.alloc(2_000_000, 'a'), Buffer.from('end')])
  const collect = () => Promise.resolve(large)
  const { entries } = await writeBundle(
    [item('one', { collect }), item('log', { collect, keeps: 'end' })],
    options(directory),
  )
  t.equal(entries.length, 2)
  t.ok(
    entries.every(({ bytes, cut_bytes: cut }) => bytes < 300_000 && bytes + cut === large.length),
  )
  const { stdout } = await run('tar', ['xzOf', join(directory, 'x.tar.gz'), 'log'])
  t.match(stdout, /aend$/)
})

t.test('a full disk leaves nothing', async (t) => {
  const directory = await makeStateDirectory(t)
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', directory]).status !== 0) {
    t.comment('tmpfs cannot be mounted here')
    return
  }
  t.teardown(async () => {
    await run('umount', [directory])
  })
  const noise = randomBytes(200_000)
  const bundle = writeBundle([item('noise', { collect: () => Promise.resolve(noise) })], {
    ...options(directory),
    maxBytes: 1024 ** 3,
  })
  await t.rejects(bundle, { code: 'ERR_BACKUP_NO_SPACE' })
  t.strictSame(await readdir(directory), [])
})

/** The appliance of a recording, on which no command is installed but one that says secrets. */
function appliance(): Host {
  const recorded = openRecording('01-steady')
  const host = Object.create(recorded) as Host
  return Object.assign(host, {
    readText: (path: string) => recorded.readText(path),
    exists: (path: string) => recorded.exists(path),
    list: (path: string) => recorded.list(path),
    statfs: (path: string) => recorded.statfs(path),
    async run(argv: readonly string[]) {
      if (argv[0] !== 'journalctl') throw new NotFoundError(argv[0] ?? '')
      const said =
        'IncomingUser joe canary-chap-secret\nsmb://jo:canary-url-password@nas/x\n' +
        'Authorization: Bearer canary-bearer-token\nslack says canary-slack-hook\n'
      return await Promise.resolve({ stdout: said, stderr: '', exitCode: 0 })
    },
  })
}

t.test('no secret is in it, wherever it was said; a log of 2 GB is its end', async (t) => {
  const stateDir = await makeStateDirectory(t)
  const log = join(stateDir, 'storwardend.log')
  await writeFile(log, '')
  await truncate(log, 2 * 1024 ** 3)
  await run('sh', ['-c', 'echo "the last line, canary-slack-hook" >> "$1"', 'sh', log])
  await mkdir(join(stateDir, 'postgresql', 'log'), { recursive: true })
  await run('mkfifo', [join(stateDir, 'postgresql', 'log', 'server.log')])
  await writeFile(join(stateDir, 'initial-admin-password'), 'canary-admin-password\n')
  const config = join(stateDir, 'config.yaml')
  await writeFile(
    config,
    `log:
  file: ${log}
database:
  url: postgresql://u:canary-db-password@127.0.0.1:1/x
notifications:
  slack:
    url: https://hooks.slack.com/services/canary-slack-hook
`,
  )
  const output = join(stateDir, 'bundle.tar.gz')
  const argv = ['support-bundle', '--output', output, '--no-recording', '--config', config]
  const said = await runCli([...argv, '--state-dir', stateDir], { host: appliance(), now: NOW })
  t.match(said, { status: 0, out: /^\S+bundle\.tar\.gz: / })
  const { names, all } = await opened(output)
  t.notMatch(all, /canary-(?!slack-hook)/)
  t.notMatch(all, 'services/canary-slack-hook')
  for (const name of [
    'doctor.json',
    'configuration.json',
    'logs/storwardend.log',
    'logs/journal.txt',
  ])
    t.ok(names.includes(name), name)
  t.match(all, /the last line/)
  t.match(said.out, /not in it: commands\/df\.txt: /)
  t.match(said.out, /not in it: logs\/postgresql\.log: \S+ is not a file/)
  t.match(said.out, /not in it: database\/server\.json: /)
})

t.test('what the daemon has read is in it, subject by subject', async (t) => {
  const stateDir = await makeStateDirectory(t)
  const output = join(stateDir, 'bundle.tar.gz')
  const bundle = async (options: Parameters<typeof runCli>[1]) => {
    const argv = ['support-bundle', '--output', output, '--no-recording', '--config', '/dev/null']
    const said = await runCli([...argv, '--state-dir', stateDir], {
      ...{ host: appliance(), now: NOW, ...options },
    })
    return { said, ...(await opened(output)) }
  }
  const readings = '/api/v1/monitoring/readings'
  const subjects = ['scst', 'changers', 'metrics', '../../etc'].map((subject) => ({ subject }))
  const { names, said } = await bundle({
    answers: {
      [readings]: { readings: subjects },
      [`${readings}/scst`]: { state: 'read', age_seconds: 4, value: { targets: [] } },
      [`${readings}/changers`]: new Error('no answer within 30 s'),
    },
  })
  t.strictSame(
    names.filter((name) => name.startsWith('daemon/readings')).sort(),
    ['all', 'changers', 'scst'].map((name) => `daemon/readings/${name}.json`),
    'numbers are there already, and a strange name is none of ours',
  )
  t.match(await partOf(output, 'daemon/readings/scst.json'), '"age_seconds": 4')
  t.match(await partOf(output, 'daemon/readings/changers.json'), 'no answer within 30 s')
  t.match(said.out, /not in it: daemon\/numbers\.json: /)

  const away = await bundle({ answers: {} })
  t.match(away.said.out, /not in it: daemon\/readings: GET .*readings: is not in the test/)
  const tokenless = await bundle({ env: { STORWARDEN_TOKEN: '' } })
  t.match(tokenless.said.out, 'not in it: daemon/readings: not asked: STORWARDEN_TOKEN is not set')
})

async function partOf(path: string, name: string): Promise<string> {
  return (await run('tar', ['xzOf', path, name])).stdout
}
