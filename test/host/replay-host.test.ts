import t from 'tap'
import type { Test } from 'tap'
import { readRecording } from '../../src/host/recording.ts'
import { ReplayHost } from '../../src/host/replay-host.ts'
import { openRecording } from '../support/recording.ts'

const MANIFEST = { format: 1, name: 'made-up', description: '', recordedAt: '2026-01-01T00:00:00Z' }
const STAT = { size: 5, mtimeMs: 7.5, mode: '0640', isDir: false, blocks: 8, uid: 1, gid: 2 }

t.test('links are followed at every component', async (t) => {
  const host = open(t, [
    { path: '/sys/class/a', link: '../devices/pci/a' },
    { path: '/sys/devices/pci/a/up', link: '..' },
    { path: '/sys/devices/pci/a/model', content: 'L700\n' },
    { path: '/sys/devices/pci/name', content: 'pci\n' },
    { path: '/absolute', link: '/sys/class' },
    { path: '/loop', link: '/loop' },
    { path: '/dangling', link: 'nowhere' },
  ])
  t.equal(await host.readText('/sys/class/a/model'), 'L700\n')
  t.equal(await host.readText('/absolute/a/up/name'), 'pci\n')
  t.equal(await host.readText('/absolute/../class/./a//model'), 'L700\n')
  t.equal(await host.realpath('/sys/class/a'), '/sys/devices/pci/a')
  await t.rejects(host.readText('/loop'), { code: 'ERR_READ', errno: 'ELOOP' })
  await t.rejects(host.readText('/dangling'), { code: 'ERR_NOT_FOUND' })
  t.equal(await host.exists('/dangling'), false)
})

t.test('a listing says what is there, and what is not', async (t) => {
  const host = open(t, [
    { path: '/d', dir: ['b', 'a', 'seen'] },
    { path: '/d/a', content: 'x' },
    { path: '/d/b', mode: '0200', error: 'EACCES' },
    { path: '/d/unlisted', content: 'x' },
    { path: '/unlisted/sub/file', content: 'x' },
    { path: '/unlisted/gone', error: 'ENOENT' },
  ])
  t.strictSame(await host.list('/d'), ['a', 'b', 'seen'])
  t.strictSame(await host.list('/unlisted'), ['sub'], 'what is known to lie in it')
  t.strictSame(await host.list('/'), ['d', 'unlisted'])
  t.strictSame(await host.list('/none'), [])
  t.strictSame(await host.list('/d/a'), [])
  await t.rejects(host.readText('/d/unlisted'), { code: 'ERR_NOT_FOUND' })
  await t.rejects(host.readText('/d/b'), { code: 'ERR_PERMISSION' })
  await t.rejects(host.readText('/d'), { code: 'ERR_READ', errno: 'EISDIR' })
  await t.rejects(host.readText('/unlisted'), { code: 'ERR_READ', errno: 'EISDIR' })
  t.equal(await host.exists('/d/seen'), true)
  t.equal(await host.exists('/unlisted/gone'), false)
  await t.rejects(host.readText('/d/seen'), {
    code: 'ERR_RECORDING_HOLE',
    message: 'the recording made-up does not hold "/d/seen"',
  })
  await t.rejects(host.list('/d/seen'), { code: 'ERR_RECORDING_HOLE' })
})

t.test('what lines of one path say is put together', async (t) => {
  const host = open(t, [
    {
      path: '/proc/self/mountinfo',
      content: '1 0 8:1 / / rw - ext4\n2 1 8:2 / /a\\040b rw - xfs\n3 1 0:5 / /proc rw - proc\n',
    },
    {
      path: '/',
      statfs: { type: 'ext4', total: 100, free: 50, available: 40, files: 10, filesFree: 5 },
    },
    { path: '/a b', dir: ['f'] },
    { path: '/a b', stat: { ...STAT, isDir: true } },
    {
      path: '/a b',
      statfs: { type: 'xfs', total: 7, free: 6, available: 5, files: 4, filesFree: 3 },
    },
    { path: '/a b/f', stat: STAT },
    { path: '/a b/f', contentBase64: 'AAH/' },
    { path: '/etc/hosts', mode: '0644', content: '' },
    { path: '/sys/kernel/scst_tgt/threads', mode: '0644', content: '2\n' },
    { path: '/sys/kernel/scst_tgt/sync', mode: '0200', error: 'EACCES' },
    { path: '/sys/kernel/scst_tgt/version', content: '3.10.0\n' },
    { path: '/dev/md0', stat: { mode: '0660', type: 'blk', major: 9, minor: 0, uid: 0, gid: 6 } },
    { path: '/em', error: 'EINVAL' },
    { path: '/hung', error: 'ETIMEDOUT' },
  ])
  t.strictSame(await host.stat('/a b/f'), {
    sizeBytes: 5,
    blocks: 8,
    mtimeMs: 7.5,
    mode: 0o640,
    isDirectory: false,
    uid: 1,
    gid: 2,
  })
  t.strictSame([...(await host.readBytes('/a b/f'))], [0, 1, 255])
  t.equal((await host.stat('/a b')).isDirectory, true)
  const attribute = { sizeBytes: 4096, mode: 0o644, isDirectory: false }
  t.match(await host.stat('/sys/kernel/scst_tgt/threads'), attribute)
  t.match(await host.stat('/sys/kernel/scst_tgt/sync'), { ...attribute, mode: 0o200 })
  t.match(await host.stat('/sys/kernel/scst_tgt'), { isDirectory: true })
  await t.rejects(host.stat('/sys/kernel/scst_tgt/version'), { code: 'ERR_RECORDING_HOLE' })
  t.match(await host.stat('/dev/md0'), { mode: 0o660, gid: 6, sizeBytes: 0 })
  const sizes = { totalBytes: 7, freeBytes: 6, availableBytes: 5, files: 4, filesFree: 3 }
  t.strictSame(await host.statfs('/a b'), sizes)
  t.strictSame(await host.statfs('/a b/f'), sizes, 'of the mount it lies under')
  t.equal((await host.statfs('/etc/hosts')).totalBytes, 100)
  await t.rejects(host.statfs('/proc'), { code: 'ERR_RECORDING_HOLE' })
  await t.rejects(host.statfs('/none'), { code: 'ERR_NOT_FOUND' })
  await t.rejects(host.stat('/etc/hosts'), { code: 'ERR_RECORDING_HOLE' })
  await t.rejects(host.readText('/em'), { code: 'ERR_READ', errno: 'EINVAL' })
  await t.rejects(host.readText('/hung'), { code: 'ERR_TIMEOUT' })
})

t.test('commands answer as they did', async (t) => {
  const command = { at: '', signal: null, durationMs: 1, exitCode: 0, stdout: '', stderr: '' }
  const host = open(
    t,
    [{ path: '/x', content: '' }],
    [
      {
        ...command,
        argv: ['sg_logs', '-p', '0x14', '/dev/sg13'],
        exitCode: 5,
        stderr: 'unsupported\n',
      },
      { ...command, argv: ['a'], error: 'ENOENT', exitCode: null },
      { ...command, argv: ['b'], exitCode: 127 },
      { ...command, argv: ['c'], exitCode: null, timedOutAfterMs: 12_000, unkillable: true },
      {
        ...command,
        argv: ['d'],
        stdoutBase64: Buffer.from('é').toString('base64'),
        stdout: undefined,
      },
    ],
  )
  const logs = ['sg_logs', '-p', '0x14', '/dev/sg13']
  await t.rejects(host.run(logs), { code: 'ERR_COMMAND', exitCode: 5, stderr: 'unsupported\n' })
  t.strictSame(await host.run(logs, { exitCodes: (code) => code === 5 }), {
    exitCode: 5,
    stdout: '',
    stderr: 'unsupported\n',
  })
  await t.rejects(host.run(['a']), { code: 'ERR_NOT_FOUND' })
  await t.rejects(host.run(['b']), { code: 'ERR_NOT_FOUND' })
  await t.rejects(host.run(['c'], { timeoutMs: 3_000 }), {
    code: 'ERR_TIMEOUT',
    unkillable: true,
    message: 'c: no answer within 3000 ms, and the process cannot be killed (state D)',
  })
  t.equal((await host.run(['d'])).stdout, 'é')
  await t.rejects(host.run(['sg_logs', '-p', '0x14']), {
    code: 'ERR_RECORDING_HOLE',
    message: 'the recording made-up does not hold "sg_logs -p 0x14"',
  })
  const none = open(t, [{ path: '/x', content: '' }])
  await t.rejects(none.run(['a']), { code: 'ERR_RECORDING_HOLE' })
  await t.rejects(none.scsi('/dev/sg1', bytes('000000000000'), { dataInBytes: 0 }), {
    code: 'ERR_PASS_THROUGH',
  })
})

t.test('a SCSI request matches but for its allocation length', async (t) => {
  const line = {
    device: '/dev/sg1',
    status: 0,
    hostStatus: 0,
    driverStatus: 0,
    resid: 0,
    sense: '',
  }
  const base64 = (hex: string) => bytes(hex).toString('base64')
  const host = open(t, [{ path: '/x', content: '' }], undefined, [
    { ...line, cdb: 'b8100000ffff004000000000', alloc: 4_194_304, error: 'EINVAL' },
    { ...line, cdb: 'b8100000ffff000000080000', alloc: 8, data: base64('0001000300000040') },
    { ...line, cdb: 'b8120000ffff000000080000', alloc: 8, data: base64('0001000300000040') },
    {
      ...line,
      cdb: 'b8120000ffff000004000000',
      alloc: 1024,
      resid: 1014,
      data: base64('00010203040506070809'),
    },
    { ...line, cdb: '120000006000', alloc: 96, resid: 92, data: base64('08800502') },
    {
      ...line,
      cdb: '000000000000',
      alloc: 0,
      status: 2,
      driverStatus: 8,
      sense: 'f00002',
      data: '',
    },
    { ...line, cdb: '4d004000000000001000', alloc: 16, trimmedFrom: 16, data: base64('0aff') },
    {
      ...line,
      cdb: '4d007800000000001000',
      alloc: 16,
      hostStatus: 3,
      data: base64('ff'),
      trimmedFrom: 16,
    },
  ])
  const ask = async (cdb: string, dataInBytes: number) => {
    const answer = await host.scsi('/dev/sg1', bytes(cdb), { dataInBytes })
    return { ...answer, sense: hex(answer.sense), data: hex(answer.data) }
  }
  const good = { status: 0, hostStatus: 0, driverStatus: 0, sense: '' }

  t.strictSame(await ask('12000000ff00', 255), { ...good, data: '08800502' }, 'cut by resid')
  t.strictSame(await ask('120000000200', 2), { ...good, data: '0880' }, 'cut to what was asked')
  t.strictSame(await ask('b8120000ffff000001000000', 256), {
    ...good,
    data: '00010203040506070809',
  })
  t.strictSame(await ask('b8120000ffff000000080000', 8), { ...good, data: '0001000300000040' })
  t.strictSame(await ask('4d004000000000001000', 16), { ...good, data: `0aff${'00'.repeat(14)}` })
  t.strictSame(await ask('000000000000', 0), {
    ...good,
    status: 2,
    driverStatus: 8,
    sense: 'f00002',
    data: '',
  })
  t.equal((await ask('4d007800000000001000', 16)).hostStatus, 3)

  await t.rejects(
    ask('b8100000ffff000400000000', 262_144),
    { code: 'ERR_RECORDING_HOLE' },
    'a header is not the whole',
  )
  await t.rejects(ask('b8100000ffff004000000000', 4_194_304), { code: 'ERR_READ', errno: 'EINVAL' })
  await t.rejects(ask('120180006000', 96), {
    code: 'ERR_RECORDING_HOLE',
    message: 'the recording made-up does not hold "/dev/sg1: 120180006000"',
  })
  await t.rejects(ask('a50000000000000000000000', 0), { code: 'ERR_REFUSED' })
})

t.test('the recordings answer what their files say', async (t) => {
  const steady = openRecording('01-steady')
  t.strictSame(await steady.list('/sys/class/scsi_changer'), ['sch0', 'sch1', 'sch2'])
  t.equal(await steady.readText('/sys/class/scsi_generic/sg11/device/vendor'), 'IBM     \n')
  t.equal((await steady.statfs('/srv/repo-b')).availableBytes, 137_392_128)
  await t.rejects(steady.readText('/sys/kernel/scst_tgt/devices/raw_disk/sync'), {
    code: 'ERR_PERMISSION',
  })
  t.equal(await steady.exists('/sys/class/fc_host'), false)

  const killed = openRecording('05b-drive-daemon-killed')
  await t.rejects(killed.run(['mtx', '-f', '/dev/sg11', 'status']), {
    code: 'ERR_TIMEOUT',
    unkillable: true,
  })
  await t.rejects(killed.scsi('/dev/sg11', bytes('120000002400'), { dataInBytes: 36 }), {
    code: 'ERR_PASS_THROUGH',
  })

  const crashed = openRecording('x1-drive-daemon-segv')
  await t.rejects(crashed.run(['lsscsi', '-g']), { code: 'ERR_RECORDING_HOLE' })
  t.equal(
    (await crashed.scsi('/dev/sg13', bytes('4d007800000000ffff00'), { dataInBytes: 65_535 }))
      .hostStatus,
    3,
  )
})

function open(t: Test, files: object[], commands?: object[], scsi?: object[]): ReplayHost {
  const lines = (objects: object[]) => objects.map((line) => `${JSON.stringify(line)}\n`).join('')
  return new ReplayHost(
    readRecording(
      t.testdir({
        'manifest.json': JSON.stringify(MANIFEST),
        'files.jsonl': lines(files),
        ...(commands && { 'commands.jsonl': lines(commands) }),
        ...(scsi && { 'scsi.jsonl': lines(scsi) }),
      }),
    ),
  )
}

function bytes(hex: string): Buffer {
  return Buffer.from(hex, 'hex')
}

function hex(data: Uint8Array): string {
  return Buffer.from(data).toString('hex')
}
