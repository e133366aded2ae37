import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Test } from 'tap'
import { assertReadOnlyRequest } from '../../src/host/guard.ts'
import type { Bench } from '../support/native.ts'

const FILE = 'sg-io-scenarios.mjs'
const ALL = 96

/** Requests by SG_IO, with whatever build of the addon the bench has. */
export const sgIoCases: Record<string, (t: Test, bench: Bench) => Promise<void>> = {
  'whatever the kernel says is handed on': async (t, bench) => {
    const nodes: [machine: string, outcome: object][] = [
      ['good 0102030405', good({ residual: 91, data: '0102030405' })],
      ['good -', good({ residual: 96, data: '' })],
      ['residual 90 0102030405060708', good({ residual: 90, data: '010203040506' })],
      ['residual -4 0102', good({ residual: -4, data: filled('0102') })],
      ['residual 200 0102', good({ residual: 200, data: '' })],
      [
        'check 70000600000000',
        good({ status: 2, driverStatus: 8, residual: 96, sense: '70000600000000' }),
      ],
      ['host 3 aabb', good({ hostStatus: 3, data: filled('aabb') })],
      ['late 30 07', good({ residual: 95, data: '07' })],
      ['open 13', failed('open', 'EACCES', 8)],
      ['open 16', failed('open', 'EBUSY', 9)],
      ['open 6', failed('open', 'ENXIO', 10)],
      ['ioctl 22', failed('ioctl', 'EINVAL', 11)],
      ['ioctl 12', failed('ioctl', 'ENOMEM', 12)],
      ['major 9', failed('open', 'EPERM', 13)],
      ['replaced', failed('open', 'EPERM', 14)],
    ]
    const devices = [...nodes, null].map((_, node) => `/dev/sg${node}`)
    const { result, exitCode, stderr, log } = await bench.run(FILE, 'answers', {
      given: { devices },
      machine: fakeNodes(nodes.map(([machine]) => machine)),
    })
    const absent = failed('lstat', 'ENOENT', nodes.length)
    t.strictSame(
      { result, exitCode, stderr },
      { result: [...nodes.map(([, said]) => said), absent], exitCode: 0, stderr: '' },
    )
    // SG_DXFER_FROM_DEV, and SG_FLAG_Q_AT_TAIL.
    t.strictSame(asked(log, 0), ['ask 0 120000006000 96 bytes, 120000 ms, direction -3, flags 10'])
    const opened = (node: number) => log.filter((line) => line.startsWith(`open /dev/sg${node} `))
    t.strictSame(opened(0), ['open /dev/sg0 RDONLY NONBLOCK CLOEXEC NOFOLLOW'])
    t.strictSame(opened(13), [], 'a node of another driver is not even opened')
    t.notOk(
      log.some((line) => line.startsWith('ask 14 ')),
      'nor asked, where it became one',
    )
    t.strictSame(
      devicesIn(log, (path) => !/^\/dev\/sg\d+$/.test(path)),
      [],
    )
  },

  'a command without data asks for none': async (t, bench) => {
    const { result, log } = await bench.run(FILE, 'answers', {
      given: { devices: ['/dev/sg0'], cdb: '000000000000', dataInBytes: 0 },
      machine: fakeNodes(['good -']),
    })
    t.strictSame(result, [good({ data: '' })])
    t.strictSame(asked(log, 0), ['ask 0 000000000000 0 bytes, 120000 ms, direction -1, flags 10'])
  },

  'CDBs are permitted as the guard of the daemon permits them': async (t, bench) => {
    const seconds = [0x00, 0x01, 0x02, 0x03, 0x08, 0x10, 0x11, 0x12, 0x1f, 0x30, 0x40, 0xff]
    const cdbs = Array.from({ length: 256 }, (_, code) =>
      seconds.map((second) => Buffer.from([code, second, 0x2e, 0, 0, 0]).toString('hex')),
    ).flat()
    const others = ['', '12', '1200000000', `12${'00'.repeat(16)}`, `12${'00'.repeat(261)}`]
    const { result, exitCode, log } = await bench.run(FILE, 'commands', {
      given: { device: '/dev/sg0', cdbs: [...cdbs, ...others] },
      machine: fakeNodes(['good -']),
    })
    t.strictSame(result, [
      ...cdbs.map((cdb) => (isPermitted(cdb) ? 0 : 'EPERM')),
      ...others.map(() => 'EPERM'),
    ])
    t.equal(exitCode, 0)
    t.strictSame(cdbsIn(asked(log, 0)), cdbs.filter(isPermitted))
  },

  'only generic nodes are opened': async (t, bench) => {
    const devices = [
      '/dev/st0',
      '/dev/nst0',
      '/dev/sg',
      '/dev/sga',
      '/dev/sg0a',
      '/dev/sg-1',
      '/dev/sg+1',
      '/dev/sg 1',
    ]
    devices.push(
      '/dev/sg0/../st0',
      '/dev/../dev/sg0',
      '//dev/sg0',
      'dev/sg0',
      '/dev/bsg/0',
      '/tmp/sg0',
      '',
    )
    const { result, log } = await bench.run(FILE, 'answers', {
      given: { devices },
      machine: fakeNodes(['good -', 'good -']),
    })
    t.strictSame(
      result,
      devices.map((device) => ({
        name: 'Error',
        message: `open ${device}: EPERM`,
        code: 'EPERM',
        syscall: 'open',
      })),
    )
    t.strictSame(
      devicesIn(log, () => true),
      [],
    )
  },

  'a node is opened for writing only where the kernel wants that': async (t, bench) => {
    const codes = Array.from({ length: 256 }, (_, code) => code)
    const cdbs = codes
      .map((code) => Buffer.from([code, code === 0x9e ? 0x10 : 0, 0, 0, 0, 0]).toString('hex'))
      .filter(isPermitted)
    const run = async (machine: string) => {
      const given = { device: '/dev/sg0', cdbs }
      const { result, log } = await bench.run(FILE, 'commands', {
        given,
        machine: fakeNodes([machine]),
      })
      t.strictSame(
        result,
        cdbs.map(() => 0),
      )
      return log
    }
    t.notOk((await run('good -')).some((line) => line.includes('RDWR')))
    const log = await run('unprivileged -')
    const written = log.flatMap((line, at) => {
      return line.includes('RDWR') ? (log[at + 1]?.split(' ')[2]?.slice(0, 2) ?? []) : []
    })
    t.strictSame(written, ['34', '5e', '8c', 'b8'])
  },

  'a device that never answers costs one thread': async (t, bench) => {
    const machine = fakeNodes([...Array.from({ length: 9 }, (_, node) => `good 0${node}`), 'never'])
    // One thread in the pool: whoever held it would hold back all that needs it.
    const environment = { UV_THREADPOOL_SIZE: '1' }
    const answered = Array.from({ length: 9 }, (_, node) => `0${node}`)
    const pool = [true, '127.0.0.1', 8]
    const result = { answered, again: '00', settled: 'no', busy: 1, at: ['/dev/sg9'], pool }
    for (const leave of ['exit', 'end']) {
      const exits = leave === 'exit'
      const outcome = await bench.run(FILE, 'hangs', {
        given: { leave },
        exits,
        machine,
        environment,
      })
      t.match(outcome, { result, exitCode: 0, stderr: '' }, `and the process can ${leave}`)
      t.equal(asked(outcome.log, 9).length, 1, 'nothing is sent to it before it has answered')
    }
  },

  'the commands of a device are sent in order, each after the answer of the last': async (
    t,
    bench,
  ) => {
    const fifo = makeFifo(bench, 'order')
    const { result, log } = await bench.run(FILE, 'order', {
      given: { fifo },
      machine: fakeNodes(['good -', `until ${fifo} -`, 'good -']),
    })
    const done = ['000000000000', '030000000400', '120000006000']
    t.strictSame(result, { before: [], done })
    const seen = log.flatMap((line) => /^(ask|answer) 1 (\w+)/.exec(line)?.slice(1) ?? [])
    t.strictSame(
      seen,
      done.flatMap((cdb) => ['ask', cdb, 'answer', cdb]),
    )
  },

  'a worker that ends while its command is under way is not missed': async (t, bench) => {
    const fifo = makeFifo(bench, 'worker')
    const { result, exitCode, stderr, log } = await bench.run(FILE, 'worker', {
      given: { fifo },
      machine: {
        ...fakeNodes(['good -', `until ${fifo} 0a`, 'good -']),
        FAKE_NETLINK: join(bench.folder, 'worker.socket'),
      },
    })
    t.strictSame(
      { result, exitCode, stderr },
      { result: { said: 'under way', data: '0a' }, exitCode: 0, stderr: '' },
    )
    t.strictSame(
      cdbsIn(asked(log, 1)),
      ['120000006000', '030000000400'],
      'what waited for its turn is not sent',
    )
  },

  'workers that are ended at any moment do no harm': async (t, bench) => {
    const machine = fakeNodes(['good 01', 'good 02', 'late 1 03'])
    const outcome = await bench.run(FILE, 'workers', { given: { count: 15 }, machine })
    t.match(outcome, { result: '01', exitCode: 0, stderr: '' })
  },

  'arguments that are none reject': async (t, bench) => {
    const { result, exitCode, log } = await bench.run(FILE, 'nonsense', {
      machine: fakeNodes(['good -']),
    })
    const bytes = 'dataInBytes is not a whole number up to 16777215'
    t.strictSame(result, [
      'device is not a string',
      'device is not a string',
      'Cannot convert undefined or null to object',
      'Cannot convert undefined or null to object',
      'device has a NUL in it',
      'cdb is not a Uint8Array',
      'cdb is not a Uint8Array',
      ...Array.from({ length: 7 }, () => bytes),
      'kernelTimeoutMs is not a whole number up to 2147483647',
      'thrown by a getter',
    ])
    t.strictSame([exitCode, devicesIn(log, () => true)], [0, []])
  },
}

function fakeNodes(nodes: string[]): Record<string, string> {
  return { FAKE_SG: nodes.map((machine, node) => `${node} ${machine}`).join('\n') }
}

function makeFifo(bench: Bench, name: string): string {
  const fifo = join(bench.folder, `${name}.fifo`)
  spawnSync('mkfifo', [fifo])
  return fifo
}

/** What a node was asked. */
function asked(log: string[], node: number): string[] {
  return log.filter((line) => line.startsWith(`ask ${node} `))
}

function cdbsIn(lines: string[]): string[] {
  return lines.flatMap((line) => /^ask \d+ (\w+)/.exec(line)?.[1] ?? [])
}

/** Devices that were opened; Node itself opens some. */
function devicesIn(log: string[], wanted: (path: string) => boolean): string[] {
  const paths = log.flatMap((line) => /^open (\S+)/.exec(line)?.[1] ?? [])
  return paths.filter((path) => wanted(path) && !/^\/dev\/(?:null|u?random|tty)$/.test(path))
}

function good(given: object): object {
  return {
    status: 0,
    hostStatus: 0,
    driverStatus: 0,
    residual: 0,
    sense: '',
    data: '',
    durationMs: 7,
    ...given,
  }
}

function failed(syscall: string, code: string, node: number): object {
  return { name: 'Error', message: `${syscall} /dev/sg${node}: ${code}`, code, syscall }
}

/** What a device left in the buffer, and nothing behind it. */
function filled(data: string): string {
  return data.padEnd(2 * ALL, '0')
}

function isPermitted(cdb: string): boolean {
  try {
    assertReadOnlyRequest('/dev/sg0', Buffer.from(cdb, 'hex'), { clearsTapeAlert: true })
    return true
  } catch {
    return false
  }
}
