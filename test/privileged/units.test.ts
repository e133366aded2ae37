import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { packageRoot } from '../../src/package.ts'
import { confinedArgv, volumeUnit } from '../../src/privileged/confinement.ts'
import { parseOptions } from '../../src/privileged/options.ts'

const UNITS = ['storwarden-privileged.service', 'storwarden-privileged.socket']
const hasSystemd = spawnSync('systemd-analyze', ['--version']).error === undefined
const skip = hasSystemd ? false : 'there is no systemd-analyze'
/** As systemd-analyze counts it, a tenth of what it shows. */
const MOST_EXPOSURE = 27

function unit(name: string): string {
  return readFileSync(join(packageRoot, 'systemd', name), 'utf8')
}

t.test('the units have no fault, and the service is not exposed', { skip }, (t) => {
  const folder = t.testdir()
  for (const name of UNITS) {
    // What the package installs is not here.
    const text = unit(name)
      .replace(/^(ExecStart=)\S+/m, '$1/bin/true')
      .replace(/^Documentation=.*\n/m, '')
    writeFileSync(join(folder, name), text)
  }
  const paths = UNITS.map((name) => join(folder, name))
  const verified = spawnSync('systemd-analyze', ['verify', ...paths], { encoding: 'utf8' })
  // It ends well with settings that it does not know, and only says so.
  t.strictSame([verified.status, verified.stdout + verified.stderr], [0, ''])
  const threshold = ['--offline=true', `--threshold=${MOST_EXPOSURE}`]
  const measured = spawnSync('systemd-analyze', ['security', ...threshold, paths[0] ?? ''], {
    encoding: 'utf8',
  })
  t.equal(measured.status, 0, measured.stdout.trim().split('\n').at(-1) ?? '')
  t.end()
})

t.test('a command about volumes is not exposed either', { skip }, (t) => {
  const path = join(t.testdir(), 'storwarden-volume-vg.service')
  const argv = confinedArgv({
    ...{ argv: ['lvcreate', 'vg'], unit: volumeUnit('v+g'), seconds: 5, writable: '/srv/a' },
  })
  const words = argv.slice(0, argv.indexOf('--'))
  const properties = words.flatMap((word) => /^--property=(.*)$/.exec(word)?.[1] ?? [])
  writeFileSync(
    path,
    ['[Service]', 'Type=exec', ...properties, 'ExecStart=/bin/true', ''].join('\n'),
  )
  const verified = spawnSync('systemd-analyze', ['verify', path], { encoding: 'utf8' })
  t.strictSame([verified.status, verified.stdout + verified.stderr], [0, ''])
  const asked = ['security', '--offline=true', `--threshold=${MOST_EXPOSURE}`, path]
  const measured = spawnSync('systemd-analyze', asked, { encoding: 'utf8' })
  t.equal(measured.status, 0, measured.stdout.trim().split('\n').at(-1) ?? '')
  t.match(words, ['systemd-run', '--quiet'])
  t.ok(words.includes('--unit=storwarden-volume-v\\x2bg.service'))
  t.ok(words.includes('--property=ReadWritePaths=/srv/a'))
  t.ok(words.includes('--property=RuntimeMaxSec=5'))
  t.strictSame(argv.slice(argv.indexOf('--')), ['--', 'lvcreate', 'vg'])
  t.end()
})

t.test('the program is started as it wants to be', (t) => {
  const [, words = ''] =
    /^ExecStart=\/usr\/sbin\/storwarden-privileged (.*)$/m.exec(unit(UNITS[0] ?? '')) ?? []
  t.strictSame(parseOptions(words.split(' ')), {
    ...{ help: false, version: false, user: 'storwarden' },
    ...{ scstConfigPath: '/etc/scst.conf', scstStorage: [], idleMs: 300_000 },
    ...{ vtlConfigDir: '/etc/mhvtl', vtlHomePath: '/opt/mhvtl' },
  })
  const socket = unit(UNITS[1] ?? '')
  for (const line of ['SocketMode=0660', 'SocketUser=root', 'SocketGroup=storwarden']) {
    t.ok(socket.includes(`\n${line}\n`), line)
  }
  t.end()
})
