import { once } from 'node:events'
import { createServer, type Socket } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import {
  CommandError,
  NotFoundError,
  PermissionError,
  TimeoutError,
} from '../../../src/host/host.ts'
import type { Host } from '../../../src/host/host.ts'
import { PrivilegedClient } from '../../../src/host/privileged/client.ts'
import { encodeFrame } from '../../../src/host/privileged/frames.ts'
import { PrivilegedHost } from '../../../src/host/privileged/privileged-host.ts'
import { GREETING, startTestServer } from '../../support/privileged.ts'
import { machineOf } from '../../support/machine.ts'
import { shortFolder } from '../../support/short-folder.ts'

const LOG = { operation: 'kernel_log', params: {} } as const
const SCST = '/etc/scst.conf'
const ENABLED = '/sys/kernel/scst_tgt/targets/iscsi/enabled'

function clientOf(t: Test, socket: string, more: object = {}): PrivilegedClient {
  const client = new PrivilegedClient({ socket, version: '1.2.3', ...more })
  t.teardown(() => client.stop())
  return client
}

/** A server that is none: it does with each connection what it is told. */
async function otherServer(t: Test, serve: (socket: Socket) => void): Promise<string> {
  const path = join(shortFolder(t), 'socket')
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined))
    serve(socket)
  }).listen(path)
  await once(server, 'listening')
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return path
}

t.test('many are asked over one connection, and each has its own answer', async (t) => {
  const { path, asked } = await startTestServer(t, {
    carryOut: async ({ params }) => ({ ...params }),
  })
  const client = clientOf(t, path)
  const reports = (['vgs', 'lvs', 'pvs'] as const).flatMap(
    (report) => Array(8).fill(report) as (typeof report)[],
  )
  const answers = await Promise.all(
    reports.map((report) => client.call({ operation: 'lvm_report', params: { report } }, 1000)),
  )
  t.strictSame(
    answers,
    reports.map((report) => ({ report })),
  )
  t.equal(asked.length, 24)
  t.equal(await client.version(), '1.2.3')
})

t.test('where there is no program, it is said what to start, and at once', async (t) => {
  const folder = shortFolder(t)
  await t.rejects(clientOf(t, join(folder, 'socket')).call(LOG, 1000), {
    code: 'ERR_PRIVILEGED',
    trouble: 'unreachable',
    message:
      `storwarden-privileged at ${folder}/socket: there is no such socket: ` +
      'systemctl start storwarden-privileged.socket',
  })
})

t.test('when it is there again, it is asked again', async (t) => {
  const serving: Socket[] = []
  const path = await otherServer(t, (socket) => {
    serving.push(socket)
    socket.write(encodeFrame(GREETING))
    socket.on('data', () => {
      if (serving.length === 1) socket.destroy()
      else socket.write(encodeFrame({ type: 'answer', id: 1, result: 'here' }))
    })
  })
  const client = clientOf(t, path)
  await t.rejects(client.call(LOG, 1000), {
    trouble: 'lost',
    message: /: it ended before it answered: look at journalctl -u storwarden-privileged$/,
  })
  t.equal(await client.call(LOG, 1000), 'here')
})

t.test('whoever is not let in is told why', async (t) => {
  const { path } = await startTestServer(t, { users: [0] })
  await t.rejects(clientOf(t, path).call(LOG, 1000), {
    trouble: 'refused',
    message: `storwarden-privileged at ${path}: refused: user 4711 is none of those it is for`,
  })
})

t.test('a program of another protocol, or another program, is not asked', async (t) => {
  const said: [Buffer, RegExp][] = [
    [encodeFrame({ ...GREETING, protocol: 2 }), /speaks protocol 2, not 1: install both programs/],
    [encodeFrame({ type: 'answer', id: 1 }), /speaks something else, not 1: install both programs/],
    [
      Buffer.from('HTTP/1.1 400 Bad Request\r\n'),
      /says what is not understood: a frame of 1213486160/,
    ],
  ]
  for (const [bytes, message] of said) {
    const path = await otherServer(t, (socket) => socket.write(bytes))
    await t.rejects(clientOf(t, path).call(LOG, 1000), { trouble: 'version', message })
  }
})

t.test('one that hangs is given up, and holds nothing back for longer', async (t) => {
  const mute = await otherServer(t, () => undefined)
  await t.rejects(clientOf(t, mute, { greetingMs: 50 }).call(LOG, 10), {
    trouble: 'silent',
    message: `storwarden-privileged at ${mute}: no greeting within 50 ms`,
  })
  const greets = await otherServer(t, (socket) => socket.write(encodeFrame(GREETING)))
  await t.rejects(clientOf(t, greets, { patienceMs: 50 }).call(LOG, 10), {
    trouble: 'silent',
    message: `storwarden-privileged at ${greets}: kernel_log: no answer within 60 ms`,
  })
})

t.test('answers that nobody asked for end the connection', async (t) => {
  for (const answer of [{ id: 7, result: 1 }, { id: 1, error: 'x' }, {}]) {
    const path = await otherServer(t, (socket) => {
      socket.write(encodeFrame(GREETING))
      socket.on('data', () => socket.write(encodeFrame({ type: 'answer', ...answer })))
    })
    const asked = clientOf(t, path).call(LOG, 1000)
    await t.rejects(asked, { code: 'ERR_PRIVILEGED', trouble: 'version' })
  }
})

t.test(
  'a connection on which nothing is asked is closed, so that the program can end',
  async (t) => {
    let onClose: () => void = () => undefined
    const closed = new Promise<void>((resolve) => (onClose = resolve))
    const path = await otherServer(t, (socket) => {
      socket.write(encodeFrame(GREETING))
      socket.on('data', () => undefined)
      socket.once('close', onClose)
    })
    await clientOf(t, path, { restMs: 10 }).version()
    await closed
  },
)

t.test('what takes root is asked of the program, and all else of this machine', async (t) => {
  const { path, asked } = await startTestServer(t, {
    carryOut: async ({ operation }) => {
      if (operation === 'smart_scan') throw new NotFoundError('smartctl')
      if (operation === 'lvm_report') throw new TimeoutError('vgs', 10, true)
      if (operation === 'read_scst_config')
        return { base64: Buffer.from('HANDLER x').toString('base64') }
      return { exit_code: operation === 'kernel_log' ? 1 : 4, stdout: 'said', stderr: 'no' }
    },
  })
  const own: Host = machineOf({
    files: { [SCST]: new Error('EACCES'), '/etc/fstab': new Error('EACCES'), '/proc/stat': 'cpu' },
    commands: { 'lsscsi -g': { stdout: 'devices' } },
  })
  const told: unknown[] = []
  const observer = {
    command: (...what: unknown[]) => told.push(what.filter((one) => typeof one !== 'number')),
  }
  const scstConfigPath = () => SCST
  const host = new PrivilegedHost({ own, privileged: clientOf(t, path), scstConfigPath, observer })

  t.match(await host.run(['lsscsi', '-g']), { stdout: 'devices' })
  t.equal(await host.readText('/proc/stat'), 'cpu')
  await t.rejects(host.readText('/etc/fstab'), PermissionError)
  t.equal(await host.readText(SCST), 'HANDLER x')
  t.strictSame(await host.readBytes(SCST), Buffer.from('HANDLER x'))
  await t.rejects(host.run(['dmesg']), new CommandError(['dmesg'], 1, 'no'))
  await t.rejects(host.run(['smartctl', '--scan', '-j']), new NotFoundError('smartctl'))
  const smart = ['smartctl', '-j', '-a', '-n', 'standby', '/dev/sda']
  t.strictSame(await host.run(smart, { exitCodes: () => true }), {
    ...{ exitCode: 4, stdout: 'said', stderr: 'no' },
  })
  const vgs = [
    'vgs',
    '-o',
    '+vg_missing_pv_count,vg_extent_size,vg_free_count',
    '--reportformat',
    'json',
    '--units',
    'b',
  ]
  await t.rejects(host.run(vgs), new TimeoutError('vgs', 10, true))
  await host.write(ENABLED, '1')
  await t.rejects(host.write('/etc/passwd', '1'), { code: 'ERR_REFUSED' })
  await t.rejects(host.run(['dmesg', '/dev/nst0']), { code: 'ERR_REFUSED' })

  t.strictSame(
    asked.map(({ operation }) => operation),
    [
      ...['read_scst_config', 'read_scst_config', 'kernel_log', 'smart_scan', 'smart_report'],
      ...['lvm_report', 'write_scst'],
    ],
  )
  t.strictSame(told, [
    [{ tool: 'dmesg', device: null, cdb: null }, 'ok', null],
    [{ tool: 'smartctl', device: null, cdb: null }, 'error', 'smartctl: not found'],
    [{ tool: 'smartctl', device: '/dev/sda', cdb: null }, 'ok', null],
    [
      { tool: 'vgs', device: null, cdb: null },
      'timeout',
      'vgs: no answer within 10 ms, and the process cannot be killed (state D)',
    ],
  ])
})
