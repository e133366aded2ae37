import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import t from 'tap'
import { besides, holdersIn } from '../../src/host/device-holders.ts'
import { assertReadOnlyRequest } from '../../src/host/guard.ts'
import { LinuxHost } from '../../src/host/linux-host.ts'
import {
  argvOfMove,
  assertMoved,
  assertMediumMove,
  assertMovesNothing,
  type MediumMove,
} from '../../src/host/medium-moves.ts'
import { moveOfRequest, requestOfMove } from '../../src/host/privileged/closed-list.ts'
import { decide } from '../../src/privileged/decide.ts'

const changer = '/dev/sg3'

t.test('moves are command lines of mtx, which names the storage element first', (t) => {
  const elements = { source: 4, destination: 1 }
  t.strictSame(argvOfMove({ command: 'load', changer, ...elements }), [
    ...['mtx', '-f', changer, 'load', '4', '1'],
  ])
  t.strictSame(argvOfMove({ command: 'unload', changer, source: 0, destination: 9 }), [
    ...['mtx', '-f', changer, 'unload', '9', '0'],
  ])
  t.strictSame(argvOfMove({ command: 'transfer', changer, ...elements }), [
    ...['mtx', '-f', changer, 'transfer', '4', '1'],
  ])
  t.strictSame(argvOfMove({ command: 'inventory', changer }), ['mtx', '-f', changer, 'inventory'])
  // LOAD UNLOAD with LOAD, RETEN, EOT and HOLD 0 (SSC-5 7.4).
  t.strictSame(argvOfMove({ command: 'eject', drive: '/dev/sg2' }).slice(2), [
    ...['/dev/sg2', '1b', '00', '00', '00', '00', '00'],
  ])
  t.end()
})

t.test('a collector cannot move anything, whatever it asks', async (t) => {
  const host = new LinuxHost()
  t.teardown(() => host.stop())
  for (const argv of [
    ...[
      ['mtx', '-f', changer, 'load', '1', '0'],
      ['mtx', 'load', '1', '0', '-f', changer],
    ],
    ...[
      ['/usr/sbin/mtx', '-f', changer, 'inventory'],
      ['mtx', '-f', changer, 'nobarcode', 'next'],
    ],
    ...[
      ['mtx', '-f', changer, 'status', 'load', '1'],
      ['mtx', '-f', changer],
    ],
    ...[
      ['sg_start', '--stop', '/dev/sg2'],
      ['sg_raw', '/dev/sg2', '1b', '0', '0', '0', '0', '0'],
    ],
    ...[['/usr/bin/sg_persist', '--out', '--clear', '/dev/sg2']],
  ]) {
    await t.rejects(host.run(argv), { code: 'ERR_REFUSED' }, argv.join(' '))
  }
  for (const verb of ['status', 'inquiry']) assertMovesNothing(['mtx', '-f', changer, verb])
  assertMovesNothing(['mtx', '-f', changer, 'nobarcode', 'status'])
  t.end()
})

t.test('only nodes and elements that there can be are asked for', async (t) => {
  const host = new LinuxHost()
  t.teardown(() => host.stop())
  const load = { command: 'load', changer, source: 1, destination: 0 } as const
  for (const move of [
    ...[
      { ...load, changer: '/dev/nst0' },
      { ...load, changer: '/dev/sg3;reboot' },
    ],
    ...[
      { ...load, source: 0 },
      { ...load, destination: -1 },
      { ...load, source: 1.5 },
    ],
    ...[
      { ...load, source: 70_000 },
      { ...load, source: Number.NaN },
    ],
    ...[{ command: 'unload', changer, source: 0, destination: 0 } as const],
    ...[{ command: 'eject', drive: '/dev/st0' } as const],
  ]) {
    await t.rejects(host.move(move), { code: 'ERR_REFUSED' }, JSON.stringify(move))
  }
})

t.test('what mtx and sg_raw end with is done, not permitted, or failed in their words', (t) => {
  const move = { command: 'load', changer, source: 1, destination: 0 } as const
  const ended = (exitCode: number, stderr: string, stdout = '') => {
    assertMoved(move, { exitCode, stdout, stderr })
  }
  ended(0, '', 'Loading media from Storage Element 1 into drive 0...done\n')
  t.throws(
    () => {
      ended(1, `cannot open SCSI device '${changer}' - Permission denied\n`)
    },
    { code: 'ERR_PERMISSION' },
  )
  t.throws(
    () => {
      ended(1, 'Drive 0 Full (Storage Element 7 loaded)\n')
    },
    { code: 'ERR_MEDIUM_MOVE', reason: 'Drive 0 Full (Storage Element 7 loaded)' },
  )
  t.throws(
    () => {
      ended(0, '', 'Host_status=0x03 [DID_TIME_OUT]')
    },
    { code: 'ERR_MEDIUM_MOVE' },
  )
  t.throws(
    () => {
      ended(4, '')
    },
    { message: `load of ${changer} from 1 to 0: exit 4` },
  )
  t.end()
})

t.test('a move is the same when it was asked of the privileged program', (t) => {
  const element = fc.integer({ min: 0, max: 0xffff })
  const node = fc.nat({ max: 99_999 }).map((number) => `/dev/sg${number}`)
  const moves: fc.Arbitrary<MediumMove> = fc.oneof(
    fc.record({
      command: fc.constantFrom('load', 'unload', 'transfer'),
      ...{ changer: node, source: element, destination: element },
    }),
    fc.record({ command: fc.constant('inventory' as const), changer: node }),
  )
  fc.assert(
    fc.property(moves, (move) => {
      const request = requestOfMove(move)
      if (request.operation !== 'move_medium') throw new Error('another operation')
      t.same(moveOfRequest(request.params), move)
      const asked = { type: 'request', id: 1, timeout_ms: 1000, ...request }
      const { kind } = decide(asked, { inFlight: new Set(), scstConfigPath: '/etc/scst.conf' })
      const permitted = (() => {
        try {
          assertMediumMove(move)
          return 'granted'
        } catch {
          return 'refused'
        }
      })()
      return kind === permitted
    }),
  )
  t.end()
})

t.test('who has a device open is found by its number, without opening it', async (t) => {
  // Another process has it; which device it is does not matter here.
  const child = spawn('sleep', ['60'], {
    stdio: ['ignore', 'ignore', openSync('/dev/full', 'r')],
  })
  t.teardown(() => child.kill())
  await once(child, 'spawn')
  const told = await holdersIn('/proc', -1).holders(['/dev/full'])
  t.match(
    told.holders.find(({ pid }) => pid === child.pid),
    { node: '/dev/full', pid: child.pid, parent: process.pid, command: 'sleep' },
  )
  t.strictSame(besides(told, process.pid).holders, [])
  t.strictSame((await holdersIn().holders(['/dev/full'])).holders, [])
})

t.test('processes that are hidden may be anybody', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'proc-'))
  t.teardown(() => {
    rmSync(folder, { recursive: true })
  })
  t.match(await holdersIn(folder).holders(['/dev/nst0']), {
    ...{ holders: [], unknown: `${folder} hides the processes of others` },
  })
  t.match(await holdersIn(join(folder, 'x')).holders(['/dev/nst0']), { unknown: /ENOENT$/ })
})

t.test('an exchange is by addresses, and by sg_raw', (t) => {
  const exchange = {
    command: 'exchange',
    changer,
    source: 1001,
    destination: 256,
    second: 65535,
  } as const
  t.strictSame(argvOfMove(exchange), [
    ...['sg_raw', '--timeout=570', changer, 'a6', '00', '00', '00', '03', 'e9', '01', '00'],
    ...['ff', 'ff', '00', '00'],
  ])
  const request = requestOfMove(exchange)
  const params = { changer, source: 1001, destination: 256, second: 65535 }
  t.strictSame(request, { operation: 'exchange_medium', params })
  const decided = (given: object) =>
    decide(
      { type: 'request', id: 1, ...given, timeout_ms: 1000 },
      { inFlight: new Set(), scstConfigPath: '/etc/scst.conf' },
    ).kind
  t.equal(decided(request), 'granted')
  for (const wrong of [
    { changer: '/dev/nst0' },
    { source: -1 },
    { second: 65536 },
    { second: null },
  ]) {
    t.not(decided({ ...request, params: { ...params, ...wrong } }), 'granted')
  }
  t.throws(
    () => {
      assertMediumMove({ ...exchange, second: 65536 })
    },
    { code: 'ERR_REFUSED' },
  )
  t.throws(
    () => {
      assertMovesNothing(argvOfMove(exchange))
    },
    { code: 'ERR_REFUSED' },
  )
  t.throws(
    () => {
      assertReadOnlyRequest(changer, Uint8Array.of(0xa6))
    },
    { code: 'ERR_REFUSED' },
  )
  t.end()
})
