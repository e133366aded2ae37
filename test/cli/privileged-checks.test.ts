import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { findingOf } from '../../src/cli/finding.ts'
import { privilegedChecks } from '../../src/cli/privileged-checks.ts'
import { loadConfig } from '../../src/config/load.ts'
import { encodeFrame } from '../../src/host/privileged/frames.ts'
import { version } from '../../src/package.ts'
import { GREETING, startTestServer } from '../support/privileged.ts'
import { shortFolder } from '../support/short-folder.ts'

async function found(socket: string | null, uid = 998): Promise<object[]> {
  const config = await loadConfig({ file: null, env: {} })
  const host = { ...config.host, privileged_socket: socket }
  const checks = privilegedChecks({ ...config, host }, uid)
  return await Promise.all(checks.map((check) => findingOf(check, 10_000)))
}

async function answering(t: Test, greeting: Buffer): Promise<string> {
  const path = join(shortFolder(t), 'socket')
  const server = createServer((socket) => {
    socket.on('error', () => undefined).end(greeting)
  }).listen(path)
  await once(server, 'listening')
  t.teardown(() => server.close())
  return path
}

t.test('without it root sees everything, and others do not', async (t) => {
  const check = 'privileged program'
  t.strictSame(await found(null, 0), [
    {
      ...{ check, status: 'ok', advice: null },
      message: 'not used: storwardend does itself what takes root, where it runs as root',
    },
  ])
  t.strictSame(await found(null), [
    {
      ...{ check, status: 'warn' },
      message: 'not used: SMART, LVM and the kernel log stay unknown, and SCST is not changed',
      advice: 'systemctl enable --now storwarden-privileged.socket, and set host.privileged_socket',
    },
  ])
})

t.test('one that answers is as old as this program, or to be started anew', async (t) => {
  const same = await answering(t, encodeFrame({ ...GREETING, version }))
  t.match(await found(same), [{ status: 'ok', message: `answers at ${same}, version ${version}` }])
  const older = await answering(t, encodeFrame({ ...GREETING, version: '0.0.1' }))
  t.match(await found(older), [
    {
      status: 'warn',
      message: `answers at ${older}, version 0.0.1, and this is ${version}`,
      advice: 'systemctl restart storwarden-privileged',
    },
  ])
})

t.test('what is wrong is told with what to do', async (t) => {
  const socket = join(shortFolder(t), 'socket')
  t.match(await found(socket), [
    {
      status: 'fail',
      message: /there is no such socket: systemctl start storwarden-privileged\.socket$/,
      advice: /^systemctl enable --now storwarden-privileged\.socket; /,
    },
  ])
  const { path } = await startTestServer(t, { users: [0] })
  t.match(await found(path), [
    {
      status: 'fail',
      message: `storwarden-privileged at ${path}: refused: user 4711 is none of those it is for`,
      advice:
        'it serves root and the user of --user in storwarden-privileged.service, and this is user 998',
    },
  ])
  const other = await answering(t, encodeFrame({ ...GREETING, protocol: 2 }))
  t.match(await found(other), [
    {
      status: 'fail',
      message: /speaks protocol 2/,
      advice: 'install both programs of one version',
    },
  ])
  const ends = await answering(t, Buffer.alloc(0))
  t.match(await found(ends), [
    { status: 'fail', message: /ended before it answered/, advice: /^journalctl -u storwarden-pr/ },
  ])
})
