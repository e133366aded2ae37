import t from 'tap'
import type { RunOptions } from '../../src/host/host.ts'
import type { MediumMove } from '../../src/host/medium-moves.ts'
import type { PrivilegedRequest } from '../../src/host/privileged/closed-list.ts'
import { StuckCalls } from '../../src/host/stuck-calls.ts'
import { configuredDevice, vtlFiles, VTL_PLACES } from '../../src/privileged/vtl-files.ts'
import { repositoryChanges, REPOSITORY_PLACES } from '../../src/privileged/repositories.ts'
import { carryOut } from '../../src/privileged/carry-out.ts'
import type { VtlCommand } from '../../src/host/vtl-commands.ts'
import { machineOf } from '../support/machine.ts'
import { recorded } from '../support/recorded.ts'

const SCST = '/etc/scst.conf'
const ROOT = '/sys/kernel/scst_tgt'

const now = () => new Date(0)

/** Has it carried out on a machine that writes down what it is asked. */
async function done(request: PrivilegedRequest, files: Record<string, string> = {}, vtl = '/no') {
  const ran: [readonly string[], RunOptions][] = []
  const written: [string, string][] = []
  const moved: MediumMove[] = []
  const host = machineOf({ files })
  host.run = async (argv, options) => {
    ran.push([argv, options ?? {}])
    return { exitCode: 4, stdout: 'said', stderr: '' }
  }
  const machine = {
    host,
    scst: { write: async (path: string, text: string) => void written.push([path, text]) },
    media: {
      move: async (move: MediumMove) => void moved.push(move),
      holders: async (nodes: readonly string[]) => ({
        holders: nodes.map((node) => ({ node, pid: 7, parent: 1, command: 'bareos-sd' })),
        unknown: null,
      }),
    },
    readConfig: (path: string) => host.readBytes(path),
    vtl: {
      ...vtlFiles({ ...VTL_PLACES, configDir: vtl, homePath: vtl }, new StuckCalls(now), now),
      configured: (device: number) => configuredDevice(vtl, device),
    },
    repositories: repositoryChanges({
      ...{ host, calls: new StuckCalls(now), confined: true, places: REPOSITORY_PLACES },
    }),
    replaceConfig: () => Promise.resolve('/etc/scst.conf.storwarden-20261120T210000.000Z'),
  }
  const limits = { timeoutMs: 90_000, signal: new AbortController().signal }
  const result = await carryOut(request, limits, { machine, scstConfigPath: SCST })
  return { ran, written, moved, result }
}

t.test('a command is run with a deadline, and its end is an answer whatever it is', async (t) => {
  const { ran, result } = await done({ operation: 'kernel_log', params: {} })
  t.strictSame(result, { exit_code: 4, stdout: 'said', stderr: '' })
  t.match(ran, [[['dmesg'], { timeoutMs: 60_000, exitCodes: Function, signal: AbortSignal }]])
})

t.test('a disk is asked when the kernel has it, and a tape drive never', async (t) => {
  const ask = (device: string, type: string | null = null) =>
    done(
      { operation: 'smart_report', params: { device, type, wake: false } },
      {
        '/sys/class/block/sda/size': '1',
        '/sys/class/nvme/nvme0/model': 'x',
        '/sys/class/scsi_host/host2/proc_name': 'megaraid_sas',
        '/sys/class/scsi_generic/sg1/device/type': '0\n',
        '/sys/class/scsi_generic/sg2/device/type': '1\n',
        '/sys/class/scsi_generic/sg3/device/type': '8\n',
      },
    )
  for (const device of ['/dev/sda', '/dev/nvme0', '/dev/bus/2', '/dev/sg1']) {
    const { ran } = await ask(device)
    t.match(ran, [[['smartctl', '-j', '-a', '-n', 'standby', device], { device }]])
  }
  for (const device of ['/dev/sdb', '/dev/nvme1', '/dev/bus/3', '/dev/sg9']) {
    await t.rejects(ask(device), { code: 'ERR_NOT_FOUND', message: `${device}: not found` })
  }
  for (const device of ['/dev/sg2', '/dev/sg3']) {
    await t.rejects(ask(device), { message: `${device}: refused: it is no disk` })
  }
})

t.test('a device is added to SCST as its configuration has it, and no other', async (t) => {
  const files = { [SCST]: recorded('01-steady').file(SCST) ?? '' }
  const [handler, device, filename] = ['vdisk_fileio', 'backup_lun0', '/srv/luns/lun0.img']
  const path = `${ROOT}/handlers/${handler}/mgmt`
  const add = (text: string, at = path, has: Record<string, string> = files) =>
    done({ operation: 'write_scst', params: { path: at, text } }, has)
  const good = `add_device ${device} filename=${filename}`
  t.strictSame((await add(good)).written, [[path, good]])
  const refused: [string, string][] = [
    [
      `add_device ${device} filename=/etc/shadow`,
      'the configuration file says something else of this device',
    ],
    [`${good}; filename=/etc/shadow`, 'the configuration file says something else of this device'],
    [`${good};filename=/etc/shadow`, 'the configuration file says something else of this device'],
    [`${good}  filename=/etc/shadow`, 'the configuration file says something else of this device'],
    [`add_device ${device};x filename=${filename}`, 'the configuration file has no such device'],
    ['add_device other filename=/etc/shadow', 'the configuration file has no such device'],
    ['add_device 0:0:0:0', 'the configuration file has no such device'],
  ]
  for (const [text, reason] of refused) {
    await t.rejects(
      add(text),
      { code: 'ERR_REFUSED', message: `${path}: refused: ${reason}` },
      text,
    )
  }
  await t.rejects(add(good, `${ROOT}/handlers/dev_disk/mgmt`), { message: /has no such device$/ })
  await t.rejects(add(good, path, {}), { code: 'ERR_NOT_FOUND' })
  await t.rejects(add(good, path, { [SCST]: 'HANDLER {' }), { message: /makes no sense/ })
  t.strictSame(
    (await add(`del_device ${device}`, path, {})).written.length,
    1,
    'what is removed need not',
  )
})

t.test(
  'a command of mhvtl is about a device that device.conf has, of the right kind',
  async (t) => {
    const etc = t.testdir({
      'device.conf': recorded('01-steady').file('/etc/mhvtl/device.conf') ?? '',
    })
    const run = (params: VtlCommand) => done({ operation: 'vtl_command', params }, {}, etc)
    const good: [VtlCommand, string][] = [
      [{ command: 'online', device: 10 }, 'vtlcmd 10 online'],
      [
        { command: 'tape_alert', device: 11, flags: '0000000000000004' },
        'vtlcmd 11 TapeAlert 0000000000000004',
      ],
      [
        { command: 'unit', action: 'restart', kind: 'drive', device: 11 },
        'systemctl --no-ask-password restart vtltape@11.service',
      ],
      [
        { command: 'write_protect', library: 10, barcode: 'E01001L8', on: true },
        'edit_tape -l 10 -m E01001L8 -w on',
      ],
      [{ command: 'reload_units' }, 'systemctl --no-ask-password daemon-reload'],
    ]
    for (const [params, line] of good) {
      const { ran } = await run(params)
      t.match(ran, [[line.split(' '), { timeoutMs: 60_000 }]])
    }
    const refused: VtlCommand[] = [
      { command: 'online', device: 11 },
      { command: 'offline', device: 99 },
      { command: 'unit', action: 'stop', kind: 'library', device: 11 },
      { command: 'write_protect', library: 11, barcode: 'E01001L8', on: true },
    ]
    for (const params of refused) await t.rejects(run(params), { code: 'ERR_REFUSED' })
  },
)
t.test('media are moved by changers, and ejected by drives', async (t) => {
  const types = {
    '/sys/class/scsi_generic/sg1/device/type': '0\n',
    '/sys/class/scsi_generic/sg2/device/type': '1\n',
    '/sys/class/scsi_generic/sg3/device/type': '8\n',
  }
  const elements = { source: 1, destination: 0 }
  const load = (changer: string) =>
    done({ operation: 'move_medium', params: { changer, command: 'load', ...elements } }, types)
  const eject = (drive: string) => done({ operation: 'eject_medium', params: { drive } }, types)
  t.match(await load('/dev/sg3'), {
    ...{ result: {}, moved: [{ command: 'load', changer: '/dev/sg3', ...elements }] },
  })
  t.match(await eject('/dev/sg2'), { moved: [{ command: 'eject', drive: '/dev/sg2' }] })
  const swap = { source: 1001, destination: 256, second: 1001 }
  const exchange = (changer: string) =>
    done({ operation: 'exchange_medium', params: { changer, ...swap } }, types)
  t.match(await exchange('/dev/sg3'), {
    moved: [{ command: 'exchange', changer: '/dev/sg3', ...swap }],
  })
  await t.rejects(exchange('/dev/sg2'), { message: '/dev/sg2: refused: it is no changer' })
  await t.rejects(load('/dev/sg2'), { message: '/dev/sg2: refused: it is no changer' })
  // To a disk it would be to stop.
  await t.rejects(eject('/dev/sg1'), { message: '/dev/sg1: refused: it is no tape drive' })
  await t.rejects(eject('/dev/sg9'), { code: 'ERR_NOT_FOUND' })
  const params = {
    changer: '/dev/sg3',
    command: 'inventory',
    source: null,
    destination: null,
  } as const
  t.match(await done({ operation: 'move_medium', params }, types), {
    moved: [{ command: 'inventory', changer: '/dev/sg3' }],
  })
})

t.test('who has a drive open is told by its processes', async (t) => {
  const params = { nodes: ['/dev/nst0', '/dev/sg2'] }
  const { result } = await done({ operation: 'device_holders', params })
  t.match(result, { holders: [{ node: '/dev/nst0', pid: 7 }, { node: '/dev/sg2' }], unknown: null })
})

t.test('a password that was not told is the one of the file', async (t) => {
  const files = {
    [SCST]:
      'TARGET_DRIVER iscsi {\n\tIncomingUser "eva evasecret123"\n\tTARGET t1 {\n\t\tIncomingUser "joe secretsecret"\n\t}\n}\n',
  }
  const path = `${ROOT}/targets/iscsi/mgmt`
  const add = (text: string) =>
    done({ operation: 'write_scst', params: { path, text } }, files).then(({ written }) => written)
  const head = 'add_target_attribute t1 IncomingUser'
  t.strictSame(await add(`${head} joe REDACTED`), [[path, `${head} joe secretsecret`]])
  t.strictSame(await add('add_attribute IncomingUser eva REDACTED'), [
    [path, 'add_attribute IncomingUser eva evasecret123'],
  ])
  await t.rejects(add(`${head} eva REDACTED`), { message: /no password of eva/ })
  await t.rejects(add('add_target_attribute t2 IncomingUser joe REDACTED'), {
    message: /no password of joe/,
  })
})
