import assert from 'node:assert/strict'
import { readFileSync, writeFileSync } from 'node:fs'
import { performance } from 'node:perf_hooks'
import { test } from 'node:test'
import { collectors } from '../../src/collectors/index.ts'
import { defaultSettings } from '../../src/collectors/collector.ts'
import type { Host } from '../../src/host/host.ts'
import { LinuxHost } from '../../src/host/linux-host.ts'
import type { Native } from '../../src/host/native.ts'
import { readRecording } from '../../src/host/recording.ts'
import { ReplayHost } from '../../src/host/replay-host.ts'
import { clearAttentions } from './addon.ts'
import { readDrives } from './collecting.ts'
import { changerNode, sh } from './machine.ts'

const DIRECTORY = '/tmp/recorded'
const TRACE = '/tmp/opened'
const RECORD = ['dist/src/cli/main.js', 'record']
const OPTIONS = ['--config', '/dev/null', '--quiet']
/** What a machine takes to start Node that is not emulated and has nothing else to do; for others the minute is longer. */
const NODE_START_SECONDS = 0.1
const BLOCKS = ['a', 'b', 'c', 'd']
const BLOCK_BYTES = 10_240

/** `storwarden record` on a machine with a tape that somebody is in the middle of. */
export async function recordTests(native: Native): Promise<void> {
  const host = new LinuxHost({ native })
  await clearAttentions(host)
  sh('mtx', '-f', changerNode(), 'load', '1', '0')
  const [drive] = await readDrives(host)
  assert.ok(drive?.tapeNode)
  const tape = `/dev/n${drive.tapeNode}`

  await test('somebody writes blocks, and reads two of them again', () => {
    writeFileSync('/tmp/blocks', BLOCKS.map((block) => block.repeat(BLOCK_BYTES)).join(''))
    sh('mt', '-f', tape, 'rewind')
    sh('dd', 'if=/tmp/blocks', `of=${tape}`, `bs=${BLOCK_BYTES}`, 'status=none')
    sh('mt', '-f', tape, 'rewind')
    assert.equal(nextBlock(tape), 'a')
    assert.equal(nextBlock(tape), 'b')
  })

  await test('it is recorded within a minute, and nothing is left out', () => {
    const startSeconds = secondsOf(() => sh(process.execPath, '-e', '0'))
    const recordSeconds = secondsOf(() => {
      const printed = sh(process.execPath, ...RECORD, DIRECTORY, ...OPTIONS, '--timeout', '300')
      assert.doesNotMatch(printed, /not asked|no answer/)
    })
    assert.ok(recordSeconds < 60 * Math.max(1, startSeconds / NODE_START_SECONDS))
  })

  await test('no tape node was opened, and the tape is where it was', () => {
    const trace = [
      '-f',
      '--seccomp-bpf',
      '-o',
      TRACE,
      '-e',
      'trace=open,openat,openat2',
      process.execPath,
    ]
    sh('strace', ...trace, ...RECORD, `${DIRECTORY}-traced`, ...OPTIONS, '--timeout', '300')
    const opened = readFileSync(TRACE, 'utf8')
    const devices = new Set([...opened.matchAll(/"(\/dev\/[^"]*)"/g)].map(([, path]) => path))
    assert.ok(devices.has(drive.device), 'the trace tells of generic nodes')
    assert.deepEqual(
      [...devices].filter((path) => /^\/dev\/n?st/.test(path ?? '')),
      [],
    )
    assert.equal(nextBlock(tape), 'c')
  })

  await test('the recording says what the machine says', async () => {
    const replay = new ReplayHost(readRecording(DIRECTORY))
    for (const subject of ['changers', 'tape_drives', 'tape_health', 'disks'] as const) {
      assert.deepEqual(await told(subject, replay), await told(subject, host), subject)
    }
  })
  sh('mtx', '-f', changerNode(), 'unload', '1', '0')
  await host.stop()
}

function secondsOf(work: () => void): number {
  const began = performance.now()
  work()
  return (performance.now() - began) / 1000
}

/** What the block holds at which the tape is; it is then behind it. */
function nextBlock(tape: string): string {
  sh('dd', `if=${tape}`, 'of=/tmp/block', `bs=${BLOCK_BYTES}`, 'count=1', 'status=none')
  return readFileSync('/tmp/block', 'latin1').slice(0, 1)
}

/** A reading without what goes on by itself: the kernel's counters. */
async function told(subject: 'changers' | 'tape_drives' | 'tape_health' | 'disks', host: Host) {
  const told: unknown = await collectors[subject].collect(host, defaultSettings)
  return JSON.parse(
    JSON.stringify(told, (key, value: unknown) =>
      key === 'io' || key === 'statistics' || key === 'active' ? null : value,
    ),
  ) as unknown
}
