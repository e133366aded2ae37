import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { startTestDaemon, type TestDaemon } from '../support/daemon.ts'
import {
  canRun,
  isTapeNode,
  onPretendedAppliance,
  openedIn,
  tracing,
  type Opened,
} from '../support/traced.ts'

// Closing a tape node rewinds the tape under a running backup (st(4)), so none is ever opened.

const recordings = fileURLToPath(new URL('../../fixtures/recordings', import.meta.url))
const cli = fileURLToPath(new URL('../../dist/src/cli/main.js', import.meta.url))

/** What Node itself opens of /dev, and what the addon may. */
const PERMITTED = /^\/dev\/(?:null|zero|u?random|tty|sg\d+)$/

const skip = canRun([...tracing('/dev/null'), 'true']) ? false : 'there is no strace'
const skipPretended = skip || (canRun(['unshare', '-m', 'true']) ? false : 'mounting takes root')
if (process.env.CI && skip) throw new Error(skip)

t.test('a tape node that is opened would be seen', { skip: skipPretended }, (t) => {
  const directory = t.testdir({ root: {} })
  const trace = join(directory, 'trace')
  run([...onPretendedAppliance(join(directory, 'root')), ...tracing(trace), 'cat', '/dev/nst0'])
  t.strictSame(openedIn(trace).filter(isTapeNode), [{ program: 'cat', path: '/dev/nst0' }])
  t.end()
})

t.test('the daemon opens no tape node, nor any but generic nodes itself', async (t) => {
  await t.test('on a recording', { skip }, async (t) => {
    const trace = join(t.testdir({}), 'trace')
    const replay = ['--replay', join(recordings, '01-steady')]
    const daemon = await startTestDaemon(t, { arguments: replay, under: tracing(trace) })
    t.match(await drivesOf(daemon), { length: 10 })
    t.equal(await daemon.end('SIGTERM'), 0)
    checkOpened(t, openedIn(trace))
  })

  await t.test('on a machine with a tape library', { skip: skipPretended }, async (t) => {
    const directory = t.testdir({ root: {} })
    const trace = join(directory, 'trace')
    const pretended = onPretendedAppliance(join(directory, 'root'))
    const daemon = await startTestDaemon(t, { under: [...pretended, ...tracing(trace)] })
    t.match(await drivesOf(daemon), [{ id: 'XYZZY_A01', device: '/dev/sg13', tape_node: 'st0' }])
    t.equal(await daemon.end('SIGTERM'), 0)
    const opened = openedIn(trace)
    checkOpened(t, opened)
    t.ok(
      opened.some(({ path }) => path === '/dev/sg13'),
      'the drive was asked',
    )
  })
})

t.test('storwarden record opens none either', { skip: skipPretended }, (t) => {
  const directory = t.testdir({ root: {} })
  const trace = join(directory, 'trace')
  const { status, stderr } = run([
    ...onPretendedAppliance(join(directory, 'root')),
    ...tracing(trace),
    ...[process.execPath, cli, 'record', join(directory, 'recording')],
  ])
  t.equal(status, 0, stderr)
  t.ok(existsSync(join(directory, 'recording', 'manifest.json')))
  const opened = openedIn(trace)
  checkOpened(t, opened)
  t.ok(
    opened.some(({ path }) => path === '/dev/sg13'),
    'the drive was asked',
  )
  t.end()
})

function run([file = '', ...words]: readonly string[]) {
  return spawnSync(file, words, { encoding: 'utf8' })
}

function checkOpened(t: Test, opened: readonly Opened[]): void {
  t.ok(opened.length > 100, `${opened.length} files were opened`)
  t.strictSame(opened.filter(isTapeNode), [])
  const own = opened.filter(({ program, path }) => program === 'node' && path.startsWith('/dev/'))
  t.strictSame(
    own.filter(({ path }) => !PERMITTED.test(path)),
    [],
  )
}

async function drivesOf(daemon: TestDaemon): Promise<unknown[]> {
  const { items } = await daemon.get<{ items: unknown[] }>('/api/v1/hardware/drives')
  return items
}
