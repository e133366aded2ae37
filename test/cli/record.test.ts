import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { lacking } from '../../src/cli/unanswered.ts'
import { RecordingEndedError, WatchedHost } from '../../src/cli/watched-host.ts'
import { collectors } from '../../src/collectors/index.ts'
import { smartctlCommand } from '../../src/collectors/smart.ts'
import {
  BusyError,
  CommandError,
  NotFoundError,
  PermissionError,
  ReadError,
  TimeoutError,
  type Host,
} from '../../src/host/host.ts'
import { LinuxHost } from '../../src/host/linux-host.ts'
import { readRecording } from '../../src/host/recording.ts'
import { ReplayHost } from '../../src/host/replay-host.ts'
import { runCli } from '../support/cli.ts'
import { collected } from '../support/collected.ts'
import { machineOf } from '../support/machine.ts'

// Longer than any name, and nothing that an appliance says by itself.
const CANARY = 'canary-7b1f0c-secret'

const noConfig = ['--config', '/dev/null']

function textOf(directory: string): string {
  return readdirSync(directory)
    .map((name) => readFileSync(join(directory, name), 'utf8'))
    .join('')
}

t.test('this machine is recorded, and its recording replays', async (t) => {
  const machine = new LinuxHost()
  t.teardown(() => machine.stop())
  const directory = join(t.testdir({}), 'made')
  const said = await runCli(['record', directory, '--description', 'as it is', ...noConfig], {
    host: machine,
  })
  t.equal(said.status, 0)
  t.ok(said.out.startsWith(`recorded in ${directory}: `), said.out)
  t.match(said.error, /^uname -a$/m, 'it says what it asks')
  t.equal(statSync(directory).mode & 0o777, 0o700, 'for its owner alone')

  const recording = readRecording(directory)
  t.match(recording, { name: 'made', description: 'as it is' })
  const replay = new ReplayHost(recording)
  t.equal(await replay.readText('/proc/version'), readFileSync('/proc/version', 'utf8'))
  const { value } = await collected(collectors.system, replay)
  const [, kibibytes] = /^MemTotal: +(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8')) ?? []
  t.equal(value.memoryTotalBytes, Number(kibibytes) * 1024)
})

t.test('a secret of the machine is in neither the recording nor what is said', async (t) => {
  const host = machineOf({
    files: {
      '/etc/scst.conf': `TARGET_DRIVER iscsi {\n TARGET iqn.x {\n  IncomingUser "jo ${CANARY}"\n }\n}\n`,
      '/sys/kernel/scst_tgt/targets/iscsi/iqn.x/IncomingUser': `jo ${CANARY}\n[key]\n`,
      '/sys/kernel/scst_tgt/targets/iscsi/iqn.x/enabled': '1\n',
      '/sys/class/iscsi_session/session1/password': `${CANARY}\n`,
      '/etc/fstab': `//nas/x /mnt cifs username=jo,password=${CANARY} 0 0\n`,
      '/etc/hostname': new Error('EACCES'),
    },
    commands: { 'uname -a': { stdout: `Linux --password=${CANARY}\n` } },
  })
  for (const options of [[], ['--anonymize']]) {
    const directory = join(t.testdir({}), 'recorded')
    const said = await runCli(['record', directory, ...options, ...noConfig], { host })
    t.equal(said.status, 0)
    const recorded = textOf(directory)
    t.match(recorded, 'jo REDACTED')
    t.notMatch(recorded + said.out + said.error, CANARY)
    t.match(said.out, /^not permitted: \/etc\/hostname$/m)
  }
})

t.test('no disk is woken up, and a disk is asked as its collector asks it', async (t) => {
  const host = machineOf({
    files: {
      '/sys/class/block/sda/size': '1\n',
      '/sys/class/block/nvme0n1/size': '1\n',
      '/sys/block/sda/device/model': 'DISK\n',
    },
    commands: {
      'smartctl --scan -j': { stdout: '{"devices":[{"name":"/dev/sda","type":"scsi"}]}' },
      'smartctl -j -a -n standby /dev/sda': { exitCode: 2, stdout: '{}' },
      'smartctl -j -a /dev/nvme0n1': { stdout: '{}' },
    },
  })
  const asked = new Set<string>()
  const run = host.run.bind(host)
  const watched = Object.assign(host, {
    run(...[argv, options]: Parameters<Host['run']>) {
      asked.add(argv.join(' '))
      return run(argv, options)
    },
  })
  const directory = join(t.testdir({}), 'recorded')
  await runCli(['record', directory, ...noConfig], { host: watched })
  t.strictSame([...asked].filter((line) => line.startsWith('smartctl -j')).sort(), [
    smartctlCommand({ name: '/dev/sda', type: 'scsi' }).join(' '),
    smartctlCommand({ name: '/dev/nvme0n1', type: 'nvme' }).join(' '),
  ])
})

t.test('JSON tells what is there and what is missing', async (t) => {
  const directory = join(t.testdir({}), 'recorded')
  const host = machineOf({ files: { '/etc/hostname': new Error('EACCES') } })
  const said = await runCli(['record', directory, '--json', '--quiet', ...noConfig], { host })
  t.equal(said.error, '')
  const { commands, ...rest } = JSON.parse(said.out) as { commands: number }
  t.match(rest, {
    directory,
    anonymized: false,
    scsi: 0,
    missing: [{ reason: 'not permitted', what: ['/etc/hostname'] }],
  })
  t.equal(commands, readRecording(directory).commands?.size)
})

t.test('nothing is overwritten, and nothing is asked that cannot be written down', async (t) => {
  const directory = t.testdir({ full: { file: '' }, file: '' })
  mkdirSync(join(directory, 'empty'))
  const refused = async (...path: string[]) => {
    const said = await runCli(['record', join(directory, ...path)])
    return [said.status, said.out, said.error.replace(directory, 'DIR')]
  }
  t.strictSame(await refused('full'), [1, '', 'storwarden record: DIR/full: is not empty\n'])
  t.strictSame(await refused('file'), [1, '', 'storwarden record: DIR/file: is not a directory\n'])
  t.strictSame(await refused('none', 'none'), [
    ...[1, '', 'storwarden record: DIR/none/none: the directory above it is not there\n'],
  ])
  t.strictSame(
    (await runCli(['record', '/proc/none'])).error,
    'storwarden record: /proc/none: the directory above it is not there\n',
  )
  t.notOk(existsSync(join(directory, 'none')))
  const host = machineOf({ files: { '/etc/hostname': 'x\n' } })
  const said = await runCli(['record', join(directory, 'empty'), ...noConfig], { host })
  t.equal(said.status, 0, 'an empty one will do')
})

t.test('a broken configuration does not keep the machine from being recorded', async (t) => {
  const directory = t.testdir({})
  const config = join(directory, 'config.yaml')
  writeFileSync(config, 'nonsense: 1\n')
  const host = machineOf({ files: { '/etc/hostname': 'x\n' } })
  const said = await runCli(['record', join(directory, 'recorded'), '--config', config], { host })
  t.equal(said.status, 0)
  t.match(said.error, /^recorded with the defaults, for the configuration: .*nonsense/m)
})

/** A machine on which nothing ever comes back. */
const hanging: Host = (() => {
  const never = () => new Promise<never>(() => undefined)
  return {
    run: never,
    readText: never,
    readBytes: never,
    list: never,
    exists: never,
    realpath: never,
    stat: never,
    statfs: never,
    scsi: never,
  }
})()

t.test('a machine that hangs is recorded as far as it goes', async (t) => {
  const directory = join(t.testdir({}), 'timed')
  const said = await runCli(['record', directory, '--timeout', '1', ...noConfig], { host: hanging })
  t.equal(said.status, 0)
  t.match(said.out, /^not asked: the time was over: /m)
  t.strictSame(readRecording(directory).files.size, 0)

  const interrupted = join(t.testdir({}), 'interrupted')
  const again = await runCli(['record', interrupted, ...noConfig], {
    host: hanging,
    interrupted: AbortSignal.abort(),
  })
  t.equal(again.status, 0)
  t.ok(existsSync(join(interrupted, 'manifest.json')))
})

t.test('what has no answer is told once, by its reason', (t) => {
  const argv = ['mtx', '-f', '/dev/sg3', 'status']
  const told = lacking([
    { what: 'lvs --x', kind: 'command', error: new NotFoundError('lvs') },
    { what: 'lvs --y', kind: 'command', error: new NotFoundError('lvs') },
    { what: '/etc/none', kind: 'file', error: new NotFoundError('/etc/none') },
    { what: '/sys/a', kind: 'file', error: new PermissionError('/sys/a') },
    { what: '/sys/b', kind: 'file', error: new ReadError('/sys/b', 'EINVAL') },
    { what: argv.join(' '), kind: 'command', error: new TimeoutError('mtx', 1) },
    { what: argv.join(' '), kind: 'command', error: new TimeoutError('mtx', 1) },
    { what: 'ps', kind: 'command', error: new CommandError(['ps'], 1, '') },
    { what: 'df', kind: 'command', error: new BusyError('df', 1) },
    { what: '/dev/sg1', kind: 'scsi', error: new RecordingEndedError('/dev/sg1') },
  ])
  t.strictSame(told, [
    { reason: 'not installed', what: ['lvs'] },
    { reason: 'not permitted', what: ['/sys/a'] },
    { reason: 'no answer in time', what: ['mtx -f /dev/sg3 status'] },
    { reason: 'not asked, because too much was under way', what: ['df'] },
    { reason: 'not asked: the time was over', what: ['/dev/sg1'] },
  ])
  t.end()
})

t.test('a watched host answers as the one behind it, until it is told to end', async (t) => {
  const inner = machineOf({
    files: { '/etc/hostname': 'x\n' },
    statfs: { '/': [5, 4, 3, 2, 1] },
    commands: { 'uname -a': { stdout: 'Linux' } },
  })
  const ending = new AbortController()
  const unanswered: string[] = []
  const host = new WatchedHost(inner, ending.signal, ({ what }) => unanswered.push(what))
  const questions = (of: Host) => [
    of.run(['uname', '-a']),
    of.readText('/etc/hostname'),
    of.readBytes('/etc/hostname'),
    of.list('/etc'),
    of.exists('/etc/hostname'),
    of.realpath('/etc/hostname'),
    of.statfs('/'),
  ]
  t.strictSame(await Promise.all(questions(host)), await Promise.all(questions(inner)))
  t.strictSame(unanswered, [])
  ending.abort()
  for (const result of await Promise.allSettled([...questions(host), host.stat('/etc')])) {
    t.match(result, { status: 'rejected', reason: { code: 'ERR_RECORDING_ENDED' } })
  }
  t.equal(unanswered.length, 8)
})
