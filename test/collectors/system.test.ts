import t from 'tap'
import { defaultSettings } from '../../src/collectors/collector.ts'
import {
  accumulateSystem,
  cpuUsagePercent,
  parsePressure,
  system,
} from '../../src/collectors/system.ts'
import { machineOf } from '../support/machine.ts'
import { collected } from '../support/collected.ts'
import { openRecording } from '../support/recording.ts'

t.test('the machine of a recording, number by number', async (t) => {
  const { value, coverage } = await collected(system, openRecording('01-steady'))
  t.equal(coverage, 'all')
  // 6658 + 9326 + 662 of 366294 ticks were neither idle nor waiting for I/O.
  t.equal(value.cpuUsagePercent?.toFixed(9), ((16646 / 366294) * 100).toFixed(9))
  t.strictSame(value, {
    hostname: 'vtl-lab',
    kernel: '6.1.0-56-amd64',
    cpus: 2,
    cpuUsagePercent: value.cpuUsagePercent,
    cpuSeconds: {
      user: 66.58,
      nice: 0,
      system: 93.26,
      idle: 3490.54,
      iowait: 5.94,
      irq: 0,
      softirq: 6.62,
      steal: 0,
    },
    load1: 0.14,
    load5: 0.04,
    load15: 0.07,
    memoryTotalBytes: 4009092 * 1024,
    memoryAvailableBytes: 3619444 * 1024,
    memoryUsedBytes: (4009092 - 3619444) * 1024,
    swapTotalBytes: 0,
    swapUsedBytes: 0,
    pressure: {
      cpu: {
        someAvg60Percent: 1.34,
        someSeconds: 45.858009,
        fullAvg60Percent: 0,
        fullSeconds: 0,
      },
      io: {
        someAvg60Percent: 1.13,
        someSeconds: 8.681178,
        fullAvg60Percent: 1.02,
        fullSeconds: 3.61102,
      },
      memory: { someAvg60Percent: 0, someSeconds: 0, fullAvg60Percent: 0, fullSeconds: 0 },
    },
    uptimeSeconds: 1867.76,
    bootedAt: new Date('2026-11-20T20:31:23Z'),
  })
})

t.test('the use of the processor between two recordings', async (t) => {
  const { value: before } = await collected(system, openRecording('02a-io-running'))
  const { value: after } = await collected(system, openRecording('02b-io-running'))
  const ticks = async (name: string) => {
    const text = await openRecording(name).readText('/proc/stat')
    return (text.split('\n')[0] ?? '').trim().split(/\s+/).slice(1).map(Number)
  }
  const first = await ticks('02a-io-running')
  const passed = (await ticks('02b-io-running')).map((tick, index) => tick - (first[index] ?? 0))
  const total = passed.reduce((sum, tick) => sum + tick, 0)
  const idle = (passed[3] ?? 0) + (passed[4] ?? 0)

  const { cpuUsagePercent: usage } = accumulateSystem(before, after)
  t.ok(Math.abs((usage ?? 0) - (1 - idle / total) * 100) < 1e-6)
  t.ok((usage ?? 0) > 90, 'both processors were at work')
})

t.test('a reading whose counters did not move keeps the use of the one before', async (t) => {
  const { value } = await collected(system, openRecording('01-steady'))
  const before = { ...value, cpuUsagePercent: 12 }
  t.equal(accumulateSystem(before, value).cpuUsagePercent, 12)
  t.end()
})

t.test('after a reboot the use is that since boot', async (t) => {
  const { value: before } = await collected(system, openRecording('07-raid-degraded-and-full'))
  const { value: after } = await collected(system, openRecording('08-no-scst'))
  t.equal(accumulateSystem(before, after).cpuUsagePercent, after.cpuUsagePercent)
  t.equal(after.uptimeSeconds, 107.47)
})

t.test('idle time that steps back a little makes no use below 0 or above 100', (t) => {
  const before = { user: 10, system: 10, idle: 100, iowait: 5 }
  t.equal(cpuUsagePercent({ user: 11, system: 10, idle: 99.9, iowait: 4 }, before), 100)
  t.equal(cpuUsagePercent({ user: 10, system: 9.9, idle: 101, iowait: 4 }, before), 0)
  t.equal(cpuUsagePercent(before, before), null)
  t.end()
})

t.test('a kernel before 5.13 tells no full pressure of the processor', (t) => {
  t.strictSame(
    parsePressure('/proc/pressure/cpu', 'some avg10=0.00 avg60=1.50 avg300=0.00 total=2500000\n'),
    { someAvg60Percent: 1.5, someSeconds: 2.5, fullAvg60Percent: null, fullSeconds: null },
  )
  t.end()
})

const files = {
  '/proc/stat': 'cpu  100 0 100 800\ncpu0 100 0 100 800\nbtime 1795206683\n',
  '/proc/meminfo':
    'MemTotal:  1000 kB\nMemAvailable:  400 kB\nSwapTotal:  200 kB\nSwapFree:  50 kB\n',
  '/proc/loadavg': '0.00 0.01 0.05 1/100 1234\n',
  '/proc/uptime': '10.00 8.00\n',
  '/proc/version': 'Linux version 5.4.0-generic (a@b) (gcc) #1 SMP\n',
  '/etc/hostname': 'vault\n',
}

t.test('a kernel without pressure information, and one that was started with psi=0', async (t) => {
  const off = new Error('EOPNOTSUPP')
  for (const more of [{}, { '/proc/pressure/cpu': off, '/proc/pressure/io': off }]) {
    const { value } = await collected(system, machineOf({ files: { ...files, ...more } }))
    t.strictSame(value.pressure, { cpu: null, io: null, memory: null })
    t.match(value, {
      hostname: 'vault',
      kernel: '5.4.0-generic',
      cpus: 1,
      cpuUsagePercent: 20,
      cpuSeconds: { user: 1, nice: 0, system: 1, idle: 8 },
      memoryUsedBytes: 600 * 1024,
      swapUsedBytes: 150 * 1024,
    })
  }
})

t.test('what is cut short or strange is refused and named', async (t) => {
  const strange: Record<string, [string, string]> = {
    'a stat without processors': ['/proc/stat', 'cpu  1 2 3 4\nbtime 1\n'],
    'a stat without the time of boot': ['/proc/stat', 'cpu  1 2 3 4\ncpu0 1 2 3 4\n'],
    'a stat with words for ticks': ['/proc/stat', 'cpu  1 2 x 4\ncpu0 1 2 3 4\nbtime 1\n'],
    'a meminfo without MemAvailable': ['/proc/meminfo', 'MemTotal: 1 kB\n'],
    'a loadavg of three numbers': ['/proc/loadavg', '0.00 0.01 0.05\n'],
    'an empty uptime': ['/proc/uptime', '\n'],
    'a version of something else': ['/proc/version', 'FreeBSD 14.1\n'],
  }
  for (const [what, [path, content]] of Object.entries(strange)) {
    const host = machineOf({ files: { ...files, [path]: content } })
    await t.rejects(
      system.collect(host, defaultSettings),
      { code: 'ERR_PARSE', message: new RegExp(`^${path}: `) },
      what,
    )
  }
})
