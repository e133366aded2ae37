import { randomUUID } from 'node:crypto'
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { Bench } from '../support/native.ts'

const FILE = 'uevent-scenarios.mjs'
const LAST = '/devices/last'
/** As many uevents as wait for the event loop. */
const KEPT = 10_000
/** A device that every kernel has, and that nobody minds an event of. */
const MEM_NULL = '/sys/devices/virtual/mem/null/uevent'

/** Uevents, with whatever build of the addon the bench has. */
export const ueventCases: Record<string, (t: Test, bench: Bench) => Promise<void>> = {
  'uevents of the kernel are heard, of the subsystems asked for': async (t, bench) => {
    const { run } = fakeNetlink(bench, 'heard')
    const outcome = await run('messages', {
      messages: [
        `Kadd@/devices/a\nACTION=add\nDEVPATH=/devices/a\nSUBSYSTEM=scsi_tape\nDEVNAME=st0\nEMPTY=\nTWO=a=b\n`,
        `Kchange@/devices/other\nACTION=change\nSUBSYSTEM=net\n`,
        `Padd@/devices/process\nSUBSYSTEM=block\n`,
        `Uadd@/devices/user\nSUBSYSTEM=block\n`,
        `Cadd@/devices/no-credentials\nSUBSYSTEM=block\n`,
        'L',
        `Tadd@/devices/cut\nSUBSYSTEM=block\n`,
        // Not as the kernel writes them.
        `Kadd@/devices/not-ended\nSUBSYSTEM=block`,
        `Kadd@/devices/no-subsystem\nACTION=add\n`,
        `Kadd@/devices/no-key\n=value\nSUBSYSTEM=block\n`,
        `Kadd@/devices/no-value\nSUBSYSTEM=block\nvalue\n`,
        `K@/devices/no-action\nSUBSYSTEM=block\n`,
        `Kadd\nSUBSYSTEM=block\nX=@\n`,
        'K',
        `Kremove@${LAST}\nSUBSYSTEM=block\n`,
        `Kadd@/devices/after\nSUBSYSTEM=block\n`,
      ],
      last: LAST,
    })
    t.match(outcome, { exitCode: 0, stderr: '' })
    t.strictSame(outcome.result, [
      {
        kind: 'uevent',
        action: 'add',
        devicePath: '/devices/a',
        subsystem: 'scsi_tape',
        properties: {
          ACTION: 'add',
          DEVPATH: '/devices/a',
          SUBSYSTEM: 'scsi_tape',
          DEVNAME: 'st0',
          EMPTY: '',
          TWO: 'a=b',
        },
      },
      { kind: 'lost' },
      { kind: 'lost' },
      {
        kind: 'uevent',
        action: 'remove',
        devicePath: LAST,
        subsystem: 'block',
        properties: { SUBSYSTEM: 'block' },
      },
    ])
  },

  'what comes while the event loop does not come round is kept, and the rest told as lost': async (
    t,
    bench,
  ) => {
    const { run } = fakeNetlink(bench, 'flood')
    // More than a datagram socket holds besides.
    const given = { count: KEPT + 1000, kept: KEPT, last: LAST }
    const { result, exitCode } = await run('flood', given)
    t.strictSame({ result, exitCode }, { result: { inOrder: true, then: 'lost' }, exitCode: 0 })
  },

  'a socket that fails has lost the last, and takes no more time': async (t, bench) => {
    const { run } = fakeNetlink(bench, 'failed')
    const messages = [`Kadd@/devices/a\nSUBSYSTEM=block\n`, 'E']
    const { result, exitCode } = await run('failed', { messages })
    const stopped = { heard: ['/devices/a', 'lost'], threads: [] }
    t.strictSame({ result, exitCode }, { result: stopped, exitCode: 0 })
  },

  'no message does harm': async (t, bench) => {
    const { run } = fakeNetlink(bench, 'garbage')
    const { result, exitCode, stderr } = await run('garbage', { count: 3000, last: LAST })
    const heard = result as { kind: string; subsystem: string; devicePath: string }[]
    t.strictSame({ exitCode, stderr }, { exitCode: 0, stderr: '' })
    t.strictSame(heard.at(-1)?.devicePath, LAST)
    t.ok(heard.every(({ subsystem }) => ['block', 'scsi_tape', 'mem'].includes(subsystem)))
  },

  'what a callback throws is an uncaught exception': async (t, bench) => {
    const { run } = fakeNetlink(bench, 'thrown')
    const messages = [`Kadd@/devices/a\nSUBSYSTEM=block\n`, `Kadd@/devices/b\nSUBSYSTEM=block\n`]
    const { result, exitCode } = await run('thrown', { messages })
    t.strictSame(result, ['thrown by onUevent', 'thrown by onUevent'])
    t.equal(exitCode, 0)
  },

  'who hears does not keep the process, and counts as no stuck thread': async (t, bench) => {
    const { run } = fakeNetlink(bench, 'left')
    t.match(await run('left', {}), { result: 0, exitCode: 0, stderr: '' })
  },

  'arguments that are none are thrown back': async (t, bench) => {
    t.strictSame((await bench.run(FILE, 'nonsense')).result, [
      'subsystem is not an array',
      'subsystem is not an array',
      'onUevent is not a function',
      'subsystem is not a string',
    ])
  },

  'the kernel itself is heard': async (t, bench) => {
    if (!isWritable(MEM_NULL)) {
      t.pass('', { skip: 'only root can have the kernel say something' })
      return
    }
    const [one, two] = [randomUUID(), randomUUID()]
    const words = [`change ${one} STORWARDEN=1`, `remove ${two} STORWARDEN=2`]
    // A real socket: what the kernel says of other devices meanwhile is heard as well.
    const given = { file: MEM_NULL, words, last: '/devices/virtual/mem/null' }
    const { result } = await bench.run(FILE, 'kernel', { given })
    t.match(result, [
      {
        kind: 'uevent',
        action: 'change',
        devicePath: '/devices/virtual/mem/null',
        subsystem: 'mem',
        properties: {
          SYNTH_UUID: one,
          SYNTH_ARG_STORWARDEN: '1',
          DEVNAME: 'null',
          SUBSYSTEM: 'mem',
        },
      },
    ])
  },
}

/** Runs scenarios where a datagram socket stands for netlink. */
function fakeNetlink(bench: Bench, name: string) {
  const socket = join(bench.folder, `${name}.socket`)
  const run = (scenario: string, given: object) =>
    bench.run(FILE, scenario, { given: { socket, ...given }, machine: { FAKE_NETLINK: socket } })
  return { run }
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}
