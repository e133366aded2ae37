import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { PrivilegedClient } from '../../src/host/privileged/client.ts'
import { encodeFrame, FrameReader } from '../../src/host/privileged/frames.ts'
import { packageRoot, version } from '../../src/package.ts'
import { noNative } from '../support/native.ts'
import { HELLO, requestOf } from '../support/privileged.ts'
import {
  asUser,
  DAEMON_USER,
  noOtherUsers,
  OTHER_USER,
  PROGRAM,
  startProgram,
} from '../support/privileged-program.ts'
import { shortFolder } from '../support/short-folder.ts'

const GREETED = Buffer.concat([encodeFrame(HELLO), encodeFrame(requestOf(1, 'smart_scan'))])
const VGS = { operation: 'lvm_report', params: { report: 'vgs' } } as const
const LVS = { operation: 'lvm_report', params: { report: 'lvs' } } as const
const SCAN = { operation: 'smart_scan', params: {} } as const

function clientOf(t: Test, socket: string): PrivilegedClient {
  const client = new PrivilegedClient({ socket, version })
  t.teardown(() => client.stop())
  return client
}

function started(words: readonly string[], env: Record<string, string>, program = PROGRAM) {
  // By env(1), because tap would have processes of Node load its own modules first.
  const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`)
  const command = ['-i', ...variables, process.execPath, program, ...words]
  const { status, stderr } = spawnSync('env', command, { encoding: 'utf8' })
  return { status, stderr: stderr.trim() }
}

t.test('it does not start where it cannot do what it is for', { skip: noNative() }, (t) => {
  const says = (words: string) => ({ status: 2, stderr: `storwarden-privileged: ${words}` })
  t.strictSame(
    started([], { NODE_OPTIONS: '--no-warnings' }),
    says('NODE_OPTIONS is set: it is not for a program with these rights'),
  )
  const passed = says(
    'it was passed no socket: systemctl start storwarden-privileged.socket has it started when it is needed',
  )
  t.strictSame(started([], {}), passed)
  t.strictSame(
    started([], { LISTEN_FDS: '1', LISTEN_PID: '1' }),
    passed,
    'that is for another process',
  )
  t.strictSame(
    started(['--scst-config', '../etc/shadow'], {}),
    says('--scst-config: must be an absolute path without dots'),
  )
  t.match(started(['--argv', 'id'], {}), { status: 2, stderr: /Unknown option '--argv'/ })

  const folder = shortFolder(t)
  cpSync(join(packageRoot, 'dist/src'), join(folder, 'dist/src'), { recursive: true })
  cpSync(join(packageRoot, 'package.json'), join(folder, 'package.json'))
  symlinkSync(join(packageRoot, 'node_modules'), join(folder, 'node_modules'))
  t.match(started([], {}, join(folder, 'dist/src/privileged/main.js')), {
    status: 2,
    stderr:
      /^storwarden-privileged: without the addon nobody can be told who connects: native-bindings\//,
  })
  t.end()
})

await t.test('among other users', { skip: noOtherUsers() }, async (t) => {
  await t.test('root and the user it is for are served, and others refused unread', async (t) => {
    const program = await startProgram(t, { tools: { smartctl: 'echo "{}"' } })
    const replies = async (uid: number) => {
      const said = await asUser(uid, program.socket, GREETED)
      return [...new FrameReader(1024 * 1024).push(said)]
    }
    const hello = { ...HELLO, version }
    const result = { exit_code: 0, stdout: '{}\n', stderr: '' }
    // Served until nobody answers any more: the other end closes first.
    const reason = `user ${OTHER_USER} is none of those it is for`
    t.strictSame(await replies(OTHER_USER), [{ type: 'refused', reason }])
    const client = clientOf(t, program.socket)
    t.strictSame(await client.call(SCAN, 5_000), result)
    t.equal(await client.version(), hello.version)

    const [start, refused, granted] = program.audited()
    t.match(start, { event: 'start', version, users: [0, DAEMON_USER] })
    t.match(refused, {
      ...{ audit: 'privileged', event: 'connection', decision: 'refused', reason },
      peer: { uid: OTHER_USER, gid: OTHER_USER, exe: process.execPath },
    })
    t.match(granted, {
      ...{ event: 'request', operation: 'smart_scan', decision: 'granted', outcome: 'ok' },
      peer: { pid: process.pid, uid: 0, exe: process.execPath },
    })
    t.equal(program.audited().length, 3)
  })

  await t.test('a socket that is not for them is not even reached', async (t) => {
    const program = await startProgram(t, { mode: '660' })
    t.equal((await asUser(OTHER_USER, program.socket, GREETED)).toString(), 'EACCES')
    t.strictSame(program.audited(), [])
  })

  await t.test('commands have nothing of the environment, and their arguments alone', async (t) => {
    const program = await startProgram(t, {
      tools: {
        smartctl:
          'env -u PWD -u _ | sort; pwd; for each; do echo "[$each]"; done; ls /proc/self/fd',
      },
    })
    const { stdout } = (await clientOf(t, program.socket).call(SCAN, 5_000)) as { stdout: string }
    t.strictSame(stdout.split('\n').slice(0, 6), [
      ...[
        'HOME=/',
        'LC_ALL=C',
        'PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
      ],
      ...['/', '[--scan]', '[-j]'],
    ])
    t.strictSame(
      stdout.trim().split('\n').slice(6),
      ['0', '1', '2', '3'],
      'ls has its directory open',
    )
  })

  await t.test('what hangs hinders nothing else, and is killed when nobody waits', async (t) => {
    const folder = shortFolder(t)
    const program = await startProgram(t, {
      tools: {
        vgs: `echo $$ > ${folder}/pid; exec sleep 600`,
        lvs: 'echo "{}"',
        smartctl: 'echo "{}"',
      },
    })
    const client = clientOf(t, program.socket)
    await t.rejects(client.call(VGS, 300), {
      ...{ name: 'TimeoutError', code: 'ERR_TIMEOUT', unkillable: false },
      message:
        'vgs -o +vg_missing_pv_count,vg_extent_size,vg_free_count --reportformat json --units b: no answer within 300 ms',
    })
    const hanging = client.call(VGS, 60_000)
    const others = await Promise.all([client.call(LVS, 5_000), client.call(SCAN, 5_000)])
    t.strictSame(others, Array(2).fill({ exit_code: 0, stdout: '{}\n', stderr: '' }))
    const pid = readFileSync(join(folder, 'pid'), 'utf8').trim()
    t.ok(existsSync(`/proc/${pid}`))
    await client.stop()
    await t.rejects(hanging, { code: 'ERR_PRIVILEGED', trouble: 'lost' })
    await program.says(/"report":"vgs".*"outcome":"ERR_COMMAND"/)
    t.notOk(existsSync(`/proc/${pid}`))
  })

  await t.test(
    'killed in the middle of a command, it says so, and is there for the next',
    async (t) => {
      const program = await startProgram(t, { tools: { vgs: 'exec sleep 2', lvs: 'echo "{}"' } })
      const client = clientOf(t, program.socket)
      await client.version()
      const [, pid] = await program.says(/^pid (\d+)$/)
      const asked = client.call(VGS, 60_000)
      await client.call(LVS, 5_000)
      process.kill(Number(pid), 'SIGKILL')
      await t.rejects(asked, { code: 'ERR_PRIVILEGED', trouble: 'lost' })
      await program.says(/^ended -9$/)
      t.match(await client.call(LVS, 5_000), { stdout: '{}\n' })
      await program.says(/^pid \d+$/)
    },
  )

  await t.test('the configuration of SCST is read without its passwords', async (t) => {
    const folder = shortFolder(t)
    const path = join(folder, 'scst.conf')
    const link = join(folder, 'link.conf')
    writeFileSync(path, 'TARGET_DRIVER iscsi {\n\tIncomingUser "joe hidden-secret"\n}\n', {
      mode: 0o600,
    })
    symlinkSync(path, link)
    const read = async (named: string, asked = named) => {
      const words = ['--user', String(DAEMON_USER), '--scst-config', named]
      const { socket } = await startProgram(t, { words })
      const params = { path: asked }
      const said = await clientOf(t, socket).call({ operation: 'read_scst_config', params }, 5_000)
      return Buffer.from((said as { base64: string }).base64, 'base64').toString()
    }
    t.equal(await read(path), 'TARGET_DRIVER iscsi {\n\tIncomingUser "joe REDACTED"\n}\n')
    await t.rejects(read(link), { code: 'ERR_REFUSED', message: `${link}: refused: it is a link` })
    await t.rejects(read(path, link), { code: 'ERR_REFUSED' })
    mkdirSync(join(folder, 'directory'))
    await t.rejects(read(join(folder, 'directory')), { message: /refused: it is no file$/ })
    await t.rejects(read('/dev/zero'), { message: '/dev/zero: refused: it is no file' })
  })

  await t.test('it ends when nothing was asked for a while', async (t) => {
    const program = await startProgram(t, { words: ['--idle-seconds', '1'] })
    const client = clientOf(t, program.socket)
    await client.version()
    await client.stop()
    await program.says(/"event":"end","reason":"idle"/)
    await program.says(/^ended 0$/)
    t.equal(await clientOf(t, program.socket).version(), version)
  })
})
