import t from 'tap'
import { ABSENT, defaultSettings } from '../../src/collectors/collector.ts'
import { accumulateSmart, smart, smartctlCommand } from '../../src/collectors/smart.ts'
import { parseSmartctl, parseSmartctlScan } from '../../src/collectors/smartctl.ts'
import { CommandError } from '../../src/host/host.ts'
import { collected } from '../support/collected.ts'
import { machineOf } from '../support/machine.ts'
import { openRecording } from '../support/recording.ts'

/** What smartctl said of a device of the recording, whatever its exit status. */
async function asked(device: string) {
  const host = openRecording('01-steady')
  const argv = ['smartctl', '-j', '-a', device]
  const { stdout, exitCode } = await host.run(argv, { exitCodes: () => true })
  return parseSmartctl(stdout, exitCode, { name: device, type: 'scsi' })
}

const nothing = {
  temperatureCelsius: null,
  powerOnHours: null,
  reallocated: null,
  pending: null,
  uncorrectable: null,
  lifeUsedPercent: null,
  remarks: [],
}

t.test('an NVMe disk', async (t) => {
  const { value } = await collected(smart, openRecording('07-raid-degraded-and-full'))
  t.strictSame(
    value.find(({ type }) => type === 'nvme'),
    {
      id: 'LABNVME0001',
      device: '/dev/nvme0n1',
      type: 'nvme',
      model: 'QEMU NVMe Ctrl',
      serial: 'LABNVME0001',
      state: 'passed',
      ...nothing,
      temperatureCelsius: 50,
      powerOnHours: 1,
      uncorrectable: 0,
      lifeUsedPercent: 0,
    },
  )
})

t.test('an ATA disk behind SCSI', async (t) => {
  t.strictSame(await asked('/dev/sdj'), {
    report: {
      device: '/dev/sdj',
      type: 'sat',
      model: 'LAB-ATA-512',
      serial: 'LABATA0001',
      state: 'passed',
      ...nothing,
      temperatureCelsius: 31,
      powerOnHours: 1,
      reallocated: 0,
    },
    error: null,
  })
})

t.test('a SCSI disk without SMART, and without a thermometer', async (t) => {
  t.strictSame(await asked('/dev/sda'), {
    report: {
      device: '/dev/sda',
      type: 'scsi',
      model: 'LABDISK SAS-A',
      serial: 'LABMD0A0001',
      state: 'unsupported',
      ...nothing,
    },
    error: null,
  })
})

t.test('a device that smartctl has no way to', async (t) => {
  const { report, error } = await asked('/dev/vda')
  t.match(report, {
    state: 'unsupported',
    remarks: ['/dev/vda: Unable to detect device type'],
  })
  t.equal(error, null)
})

const said = (more: object) => JSON.stringify({ smartctl: { version: [7, 3] }, ...more })
const messaged = (message: string) =>
  JSON.stringify({ smartctl: { messages: [{ string: message }] } })
const sda = { name: '/dev/sda', type: 'scsi' }

t.test('a failing disk says what is wrong with it', (t) => {
  const text = said({
    device: { type: 'sat' },
    smart_status: { passed: false },
    ata_smart_attributes: {
      table: [
        { id: 5, raw: { value: 55834575102, string: '1278 (13 0)' } },
        { id: 197, raw: { value: 16, string: '16' } },
        { id: 198, raw: { value: 3 } },
      ],
    },
  })
  t.match(parseSmartctl(text, 0b1101_1000, sda), {
    report: {
      state: 'failing',
      reallocated: 1278,
      pending: 16,
      uncorrectable: 3,
      remarks: [
        'the SMART status is "disk failing"',
        'prefail attributes are at or below their thresholds',
        'the error log holds errors',
        'the self-test log holds errors',
      ],
    },
    error: null,
  })
  t.end()
})

t.test('SAS and NVMe keep other counters', (t) => {
  const sas = said({
    smart_status: { passed: true },
    temperature: { current: 34 },
    scsi_grown_defect_list: 7,
    scsi_error_counter_log: {
      read: { total_uncorrected_errors: 2 },
      write: { total_uncorrected_errors: 1 },
    },
    scsi_percentage_used_endurance_indicator: 4,
  })
  t.match(parseSmartctl(sas, 0, sda).report, {
    state: 'passed',
    temperatureCelsius: 34,
    reallocated: 7,
    uncorrectable: 3,
    lifeUsedPercent: 4,
  })
  const nvme = said({
    smart_status: { passed: false },
    nvme_smart_health_information_log: {
      critical_warning: 0b101,
      percentage_used: 104,
      media_errors: 9,
    },
  })
  t.match(parseSmartctl(nvme, 8, { name: '/dev/nvme0n1', type: 'nvme' }).report, {
    state: 'failing',
    uncorrectable: 9,
    lifeUsedPercent: 104,
    remarks: [
      'the SMART status is "disk failing"',
      'the spare space is below its threshold',
      'reliability is degraded by media or internal errors',
    ],
  })
  t.end()
})

t.test('a disk in standby is asleep and not broken', (t) => {
  const text = messaged('Device is in STANDBY mode, exit(2)')
  t.match(parseSmartctl(text, 2, sda), { report: { state: 'asleep', remarks: [] }, error: null })
  t.end()
})

t.test('a disk that cannot be opened is a problem', (t) => {
  const message = 'Smartctl open device: /dev/sda failed: Permission denied'
  const text = messaged(message)
  t.match(parseSmartctl(text, 2, sda), { report: { state: 'unknown' }, error: message })
  t.match(parseSmartctl(said({}), 2, sda), { error: 'smartctl /dev/sda: exit 2' })
  t.end()
})

t.test('disks are asked without being woken, and by the way that is needed', (t) => {
  t.strictSame(smartctlCommand(sda), ['smartctl', '-j', '-a', '-n', 'standby', '/dev/sda'])
  t.strictSame(smartctlCommand({ name: '/dev/nvme0n1', type: 'nvme' }), [
    'smartctl',
    '-j',
    '-a',
    '/dev/nvme0n1',
  ])
  t.strictSame(smartctlCommand({ name: '/dev/bus/0', type: 'megaraid,1' }).slice(3), [
    '-n',
    'standby',
    '-d',
    'megaraid,1',
    '/dev/bus/0',
  ])
  t.end()
})

const scan = (...devices: object[]) => ({ stdout: said({ devices }) })
const page80 = (serial: string) => Buffer.from([0, 0x80, 0, serial.length, ...Buffer.from(serial)])

t.test('each disk of the machine is asked once, those of others are not', async (t) => {
  const sys = '/sys/devices'
  const host = machineOf({
    files: {
      [`${sys}/a/vpd_pg80`]: page80('S1'),
      [`${sys}/a/wwid`]: 'naa.51',
      [`${sys}/b/vpd_pg80`]: page80('S1'),
      [`${sys}/b/wwid`]: 'naa.51',
      [`${sys}/c/vpd_pg80`]: page80('S1'),
      [`${sys}/c/wwid`]: 'naa.52',
      [`${sys}/qemu/vendor`]: 'QEMU\n',
      [`${sys}/platform/host3/session1/target3:0:0/d/model`]: 'REMOTE\n',
    },
    links: {
      '/sys/block/sda/device': '../../devices/a',
      '/sys/block/sdb/device': '../../devices/b',
      '/sys/block/sdc/device': '../../devices/c',
      '/sys/block/sdd/device': '../../devices/qemu',
      '/sys/block/sde': '../devices/platform/host3/session1/target3:0:0/d',
    },
    commands: {
      'smartctl --scan -j': scan(
        ...['sda', 'sdb', 'sdc', 'sdd', 'sde'].map((name) => ({
          name: `/dev/${name}`,
          type: 'scsi',
        })),
        { name: '/dev/bus/0', type: 'megaraid,0' },
        { name: '/dev/bus/0', type: 'megaraid,1' },
      ),
      'smartctl -j -a -n standby /dev/sda': { stdout: said({ smart_status: { passed: true } }) },
      'smartctl -j -a -n standby /dev/sdc': { exitCode: 2, stdout: said({}) },
      'smartctl -j -a -n standby -d megaraid,0 /dev/bus/0': {
        stdout: said({ serial_number: 'R0', smart_status: { passed: true } }),
      },
      'smartctl -j -a -n standby -d megaraid,1 /dev/bus/0': { stdout: 'Segmentation fault' },
    },
  })
  const { value, problems, coverage } = await collected(smart, host)
  t.strictSame(
    value.map(({ id, device, serial, state }) => ({ id, device, serial, state })),
    [
      { id: 'S1-0x51', device: '/dev/sda', serial: 'S1', state: 'passed' },
      { id: 'S1-0x52', device: '/dev/sdc', serial: 'S1', state: 'unknown' },
      { id: 'R0', device: '/dev/bus/0', serial: 'R0', state: 'passed' },
      { id: '/dev/bus/0 megaraid,1', device: '/dev/bus/0', serial: null, state: 'unknown' },
    ],
  )
  t.strictSame(problems, [
    { labels: { serial: 'S1-0x52' }, error: 'smartctl /dev/sdc: exit 2' },
    {
      labels: { serial: '/dev/bus/0 megaraid,1' },
      error: 'smartctl /dev/bus/0: not JSON',
    },
  ])
  t.equal(coverage, 'some')
})

t.test('no smartctl and no disk of its own both mean that there is nothing to tell', async (t) => {
  const without = machineOf({ commands: { 'smartctl --scan -j': { exitCode: 127 } } })
  t.equal(await smart.collect(without, defaultSettings), ABSENT)
  const diskless = machineOf({ commands: { 'smartctl --scan -j': scan() } })
  t.equal(await smart.collect(diskless, defaultSettings), ABSENT)
})

t.test('a scan that fails is a failure', async (t) => {
  const host = machineOf({ commands: { 'smartctl --scan -j': { exitCode: 1, stderr: 'broken' } } })
  await t.rejects(smart.collect(host, defaultSettings), CommandError)
  t.throws(() => parseSmartctlScan('[]'), { code: 'ERR_PARSE' })
  t.throws(() => parseSmartctlScan('{}'), { message: 'smartctl --scan: no "smartctl" object' })
  t.throws(() => parseSmartctlScan(said({ devices: [{ name: '/dev/sda' }] })), {
    message: 'smartctl --scan: a device without name or type',
  })
})

t.test(
  'a disk that fell asleep keeps what it said last, and the verdict that it fails',
  async (t) => {
    const { value } = await collected(smart, openRecording('01-steady'))
    const [first] = value
    if (first === undefined) throw new Error('no disk')
    const healthy = { ...first, state: 'passed' as const, temperatureCelsius: 40, remarks: [] }
    const failing = { ...healthy, state: 'failing' as const, remarks: ['it said so'] }
    const asleep = { ...first, state: 'asleep' as const, remarks: [] }

    t.strictSame(accumulateSmart([healthy], [asleep]), [{ ...healthy, state: 'asleep' }])
    t.strictSame(accumulateSmart([failing], [asleep]), [failing])
    t.strictSame(accumulateSmart([failing], [healthy]), [healthy])
    t.strictSame(accumulateSmart(undefined, [asleep]), [asleep])
  },
)
