import t from 'tap'
import { deviceIn, laneOf } from '../../src/host/device-lane.ts'
import { Lanes } from '../../src/host/lanes.ts'
import type { Settled } from '../../src/host/lanes.ts'
import type { Lane } from '../../src/host/quarantine.ts'
import { StuckCalls } from '../../src/host/stuck-calls.ts'

const SINCE = new Date('2026-01-01T00:00:00Z')
const drive = (id: number, scsiHost: string | null = 'host13', hostTakesOne = false): Lane => ({
  device: `13:0:${id}:0`,
  exclusive: true,
  scsiHost,
  hostTakesOne,
})

/** Calls that end when the test says so, and the order in which they were started. */
class Stage {
  readonly started: string[] = []
  readonly #ends = new Map<string, (settled: Settled<string>) => void>()

  call(name: string): () => Promise<Settled<string>> {
    return () => {
      this.started.push(name)
      return new Promise((resolve) => this.#ends.set(name, resolve))
    }
  }

  async end(name: string): Promise<void> {
    this.#ends.get(name)?.({ kind: 'returned', value: name })
    await turn()
  }

  /** Ends as killed at its deadline. */
  async kill(name: string): Promise<void> {
    this.#ends.get(name)?.({ kind: 'killed', value: name })
    await turn()
  }

  /** Ends as one that cannot be killed, until the function that comes back is called. */
  async stick(name: string, lane: Lane): Promise<() => Promise<void>> {
    const goes = deferred()
    const call = { what: name, device: lane.device, scsiHost: lane.scsiHost, pid: 1, since: SINCE }
    this.#ends.get(name)?.({ kind: 'stuck', value: name, call, gone: goes.promise })
    await turn()
    return async () => {
      goes.resolve()
      await turn()
    }
  }
}

t.test('a device has one call in flight, and they go in the order they came', async (t) => {
  const { lanes, stage } = open()
  const first = lanes.run(drive(1), 'a', stage.call('a'))
  const second = lanes.run(drive(1), 'b', stage.call('b'))
  const third = lanes.run(drive(1), 'c', stage.call('c'))
  const other = lanes.run(drive(2), 'd', stage.call('d'))
  await turn()
  t.strictSame(stage.started, ['a', 'd'])
  await stage.end('a')
  t.strictSame(stage.started, ['a', 'd', 'b'])
  await stage.end('b')
  t.strictSame(stage.started, ['a', 'd', 'b', 'c'])
  await stage.end('c')
  await stage.end('d')
  t.strictSame(await Promise.all([first, second, third, other]), ['a', 'b', 'c', 'd'])
})

t.test('a call that fails leaves its lane to the next', async (t) => {
  const { lanes } = open()
  await t.rejects(
    lanes.run(drive(1), 'a', () => Promise.reject(new Error('failed'))),
    { message: 'failed' },
  )
  t.equal(
    await lanes.run(drive(1), 'b', () => Promise.resolve({ kind: 'returned', value: 'b' })),
    'b',
  )
})

t.test('so many processes at once, and no call waits without end', async (t) => {
  const { lanes, stage } = open({ processes: 2, maxWaitMs: 20 })
  const running = [1, 2].map((id) => lanes.run(drive(id), String(id), stage.call(String(id))))
  await t.rejects(lanes.run(drive(3), 'mtx status', stage.call('3')), {
    code: 'ERR_BUSY',
    message: /^mtx status: waited \d+ ms/,
  })
  await stage.end('1')
  const next = lanes.run(drive(4), '4', stage.call('4'))
  await turn()
  t.strictSame(stage.started, ['1', '2', '4'])
  await stage.end('2')
  await stage.end('4')
  t.strictSame(await Promise.all([...running, next]), ['1', '2', '4'])
})

t.test('a device whose call never came back is not asked until it has', async (t) => {
  const { lanes, stage } = open()
  const lane = drive(1, null)
  const stuck = lanes.run(lane, 'a', stage.call('a'))
  const queued = lanes.run(lane, 'b', stage.call('b'))
  const refused = t.rejects(queued, {
    code: 'ERR_QUARANTINED',
    message: '13:0:1:0: not asked since 2026-01-01T00:00:00.000Z: a never came back',
  })
  await turn()
  const goes = await stage.stick('a', lane)
  await stuck
  await refused
  t.strictSame(stage.started, ['a'])

  await goes()
  t.strictSame(lanes.quarantine.stuck(), [])
  const again = lanes.run(lane, 'c', stage.call('c'))
  await turn()
  await stage.end('c')
  t.equal(await again, 'c')
})

t.test('other devices of its host are tried one at a time until one comes back', async (t) => {
  const { lanes, stage } = open()
  void lanes.run(drive(1), 'dead', stage.call('dead'))
  await turn()
  await stage.stick('dead', drive(1))

  const calls = [2, 3, 4].map((id) => lanes.run(drive(id), String(id), stage.call(String(id))))
  await turn()
  const elsewhere = lanes.run(drive(9, 'host0'), 'other', stage.call('other'))
  await turn()
  t.strictSame(stage.started, ['dead', '2', 'other'], 'one, and whoever is not on that host')

  await stage.kill('2')
  t.strictSame(stage.started, ['dead', '2', 'other', '3'], 'one that was killed proves nothing')
  await stage.end('3')
  const later = lanes.run(drive(5), '5', stage.call('5'))
  await turn()
  t.strictSame(stage.started, ['dead', '2', 'other', '3', '4', '5'], 'the host answers again')
  await t.rejects(lanes.run(drive(1), 'x', stage.call('x')), { code: 'ERR_QUARANTINED' })

  for (const name of ['4', '5', 'other']) await stage.end(name)
  t.strictSame(await Promise.all([...calls, elsewhere, later]), ['2', '3', '4', 'other', '5'])
})

t.test('when the third call to a host is stuck no more of its devices are tried', async (t) => {
  const { lanes, stage } = open()
  for (const id of [1, 2, 3]) {
    void lanes.run(drive(id), String(id), stage.call(String(id)))
    await turn()
    await stage.stick(String(id), drive(id))
  }
  await t.rejects(lanes.run(drive(4), '4', stage.call('4')), {
    code: 'ERR_QUARANTINED',
    message: /3 calls to host13 never came back/,
  })
  t.strictSame(stage.started, ['1', '2', '3'])
})

t.test('tools without a device run at once', async (t) => {
  const { lanes, stage } = open()
  const tool: Lane = {
    device: 'systemctl',
    exclusive: false,
    scsiHost: null,
    hostTakesOne: false,
  }
  const both = [lanes.run(tool, 'a', stage.call('a')), lanes.run(tool, 'b', stage.call('b'))]
  await turn()
  t.strictSame(stage.started, ['a', 'b'])
  await stage.end('a')
  await stage.end('b')
  t.strictSame(await Promise.all(both), ['a', 'b'])
})

t.test('requests start no process, and wait where their host takes one at a time', async (t) => {
  const { lanes, stage } = open({ processes: 1 })
  const process = lanes.run(drive(1), 'process', stage.call('process'))
  const request = (name: string, lane: Lane) => lanes.run(lane, name, stage.call(name), 'request')
  const many = [request('a', drive(2)), request('b', drive(3))]
  const one = [4, 5, 6].map((id) => request(String(id), drive(id, 'host14', true)))
  await turn()
  t.strictSame([...stage.started].sort(), ['4', 'a', 'b', 'process'])

  await stage.stick('4', drive(4, 'host14'))
  t.strictSame(stage.started.slice(4), ['5'], 'the next is tried, and no other meanwhile')
  await stage.end('5')
  t.strictSame(stage.started.slice(4), ['5', '6'])
  for (const name of ['process', 'a', 'b', '6']) await stage.end(name)
  await Promise.all([process, ...many, ...one])
})

t.test('the nodes of a device share its lane', (t) => {
  const drive = '/sys/devices/mhvtl_pseudo/adapter0/host13/target13:0:1/13:0:1:0'
  const links: Record<string, string> = {
    '/sys/class/scsi_generic/sg13/device': drive,
    '/sys/class/scsi_changer/sch0/device': drive,
    '/sys/class/block/nvme0n1/device': '/sys/devices/pci0000:00/0000:00:03.0/nvme/nvme0',
  }
  let canQueue: string | null = '1\n'
  const sysfs = {
    realpath: (path: string) => links[path] ?? null,
    text: (path: string) => (path === '/sys/class/scsi_host/host13/can_queue' ? canQueue : null),
  }
  const lane = (device: string) => laneOf(device, sysfs)
  const found = { device: '13:0:1:0', exclusive: true, scsiHost: 'host13', hostTakesOne: true }
  t.strictSame(lane('/dev/sg13'), found)
  t.strictSame(lane('/dev/sch0'), found)
  for (canQueue of ['32\n', null]) t.equal(lane('/dev/sg13').hostTakesOne, false)
  const none = { exclusive: true, scsiHost: null, hostTakesOne: false }
  t.strictSame(lane('/dev/nvme0n1'), { device: 'nvme0', ...none })
  t.strictSame(lane('/dev/sg99'), { device: '/dev/sg99', ...none })
  t.equal(deviceIn(['mtx', '-f', '/dev/sg13', 'status']), '/dev/sg13')
  t.equal(deviceIn(['mdadm', '--detail', '/dev/md0']), null)
  t.end()
})

t.test(
  'a file call that does not return keeps others from its mount, and only from there',
  async (t) => {
    const calls = new StuckCalls(() => SINCE)
    const answer = deferred()
    let asked = 0
    const statfs = (mount: string, timeoutMs = 10) =>
      calls.within(mount, `statfs ${mount}`, timeoutMs, async () => {
        asked += 1
        if (mount === '/nfs') await answer.promise
        return mount
      })

    await t.rejects(statfs('/nfs'), {
      code: 'ERR_TIMEOUT',
      message: /^statfs \/nfs: no answer within 10 ms/,
    })
    await t.rejects(statfs('/nfs', 60_000), { code: 'ERR_TIMEOUT' }, 'at once')
    t.equal(asked, 1)
    t.equal(await statfs('/srv'), '/srv')
    t.strictSame(
      calls.stuck().map(({ what, device }) => ({ what, device })),
      [{ what: 'statfs /nfs', device: null }],
    )

    answer.resolve()
    await turn()
    t.strictSame(calls.stuck(), [])
    t.equal(await statfs('/nfs'), '/nfs')
  },
)

function open(limits: { processes?: number; maxWaitMs?: number } = {}) {
  return {
    lanes: new Lanes({ processes: limits.processes ?? 10, maxWaitMs: limits.maxWaitMs ?? 60_000 }),
    stage: new Stage(),
  }
}

/** Lets everything that is ready go on. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  const waiting: (() => void)[] = []
  const promise = new Promise<void>((resolve) => {
    waiting.push(resolve)
  })
  return {
    promise,
    resolve: () => {
      for (const resolve of waiting) resolve()
    },
  }
}
