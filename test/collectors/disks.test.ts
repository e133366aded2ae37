import t from 'tap'
import { accumulateDisks, disks, identify, type Disk } from '../../src/collectors/disks.ts'
import { worldWideName } from '../../src/collectors/disk-identity.ts'
import { parseDiskstats } from '../../src/collectors/proc-diskstats.ts'
import { collected } from '../support/collected.ts'
import { machineOf } from '../support/machine.ts'
import { openRecording } from '../support/recording.ts'

t.test('a disk and its I/O, number by number', async (t) => {
  const { value } = await collected(disks, openRecording('01-steady'))
  t.strictSame(
    value.find(({ name }) => name === 'sdb'),
    {
      id: 'LABMD0B0001',
      name: 'sdb',
      vendor: 'LABDISK',
      model: 'SAS-A',
      serial: 'LABMD0B0001',
      wwn: '0x5000c50000000a01',
      sizeBytes: 536870912,
      rotational: true,
      readOnly: false,
      state: 'running',
      hctl: '0:0:1:0',
      // 8 16 sdb 161 0 8218 321 802 7628 1182717 4367 0 3704 …
      io: {
        reads: 161,
        readBytes: 8218 * 512,
        readSeconds: 0.321,
        writes: 802,
        writtenBytes: 1182717 * 512,
        writeSeconds: 4.367,
        inFlight: 0,
        ioSeconds: 3.704,
        busyPercent: null,
      },
    },
  )
})

t.test('how busy a disk was since the reading before', async (t) => {
  const { value: before } = await collected(disks, openRecording('02a-io-running'))
  const { value: after } = await collected(disks, openRecording('02b-io-running'))
  const ioSeconds = async (name: string) => {
    const text = await openRecording(name).readText('/proc/diskstats')
    return Number(/ sde (.*)/.exec(text)?.[1]?.split(' ')[9]) / 1000
  }
  const busy = (await ioSeconds('02b-io-running')) - (await ioSeconds('02a-io-running'))

  const sde = accumulateDisks(before, after, 180).find(({ name }) => name === 'sde')
  t.ok(busy > 0)
  t.equal(sde?.io?.busyPercent, (busy / 180) * 100)
  t.strictSame(accumulateDisks(undefined, after, 0), after, 'not known at the first reading')
  const fell = accumulateDisks(after, before, 180).find(({ name }) => name === 'sde')
  t.equal(fell?.io?.busyPercent, null, 'counters that fell tell nothing')
})

const bare = {
  vendor: null,
  model: null,
  serial: null,
  wwn: null,
  sizeBytes: 1,
  rotational: true,
  readOnly: false,
  state: null,
  hctl: null,
  io: null,
}

function idsOf(...found: Omit<Disk, 'id'>[]): string[] {
  return identify(found).map(({ id }) => id)
}

t.test('a disk is known by its serial number, by its WWN, by its name', (t) => {
  t.strictSame(
    idsOf(
      { ...bare, name: 'sda', serial: 'S1', wwn: '0x5' },
      { ...bare, name: 'sdb', wwn: '0x6' },
      { ...bare, name: 'vda' },
    ),
    ['S1', '0x6', 'vda'],
  )
  t.end()
})

t.test('disks with one serial number are told apart', (t) => {
  t.strictSame(
    idsOf(
      { ...bare, name: 'nvme0n1', serial: 'N1', wwn: 'eui.1' },
      { ...bare, name: 'nvme0n2', serial: 'N1', wwn: 'eui.2' },
      { ...bare, name: 'sda', serial: 'M1', wwn: '0x5', hctl: '1:0:0:0' },
      { ...bare, name: 'sdb', serial: 'M1', wwn: '0x5', hctl: '2:0:0:0' },
      { ...bare, name: 'sdc', serial: '0000', hctl: '3:0:0:0' },
      { ...bare, name: 'sdd', serial: '0000', hctl: '4:0:0:0' },
      { ...bare, name: 'mmcblk0', serial: '0x1' },
      { ...bare, name: 'mmcblk0boot0', serial: '0x1' },
    ),
    [
      'N1-eui.1',
      'N1-eui.2',
      'M1-1:0:0:0',
      'M1-2:0:0:0',
      '0000-3:0:0:0',
      '0000-4:0:0:0',
      '0x1-mmcblk0',
      '0x1-mmcblk0boot0',
    ],
    'namespaces by WWN, paths by address, the rest by name',
  )
  t.end()
})

t.test('a name that is made up of vendor and model is no WWN', (t) => {
  t.equal(worldWideName('naa.5000c50000000a00'), '0x5000c50000000a00')
  t.equal(worldWideName('eui.3234616639386665'), 'eui.3234616639386665')
  t.equal(worldWideName('t10.ATA     LAB-ATA-512   LABATA0001'), null)
  t.end()
})

t.test('what is no disk is left out, and so is a disk that goes away', async (t) => {
  const device = '/sys/devices/x'
  const host = machineOf({
    files: {
      '/proc/diskstats': '   8       0 sda 1 0 8 4 1 0 8 4 0 8 8\n',
      [`${device}/sda/size`]: '2048\n',
      [`${device}/sda/device/model`]: 'DISK\n',
      [`${device}/sr0/size`]: '2048\n',
      [`${device}/sr0/device/model`]: 'DVD\n',
      [`${device}/reader/size`]: '0\n',
      [`${device}/reader/removable`]: '1\n',
      [`${device}/reader/device/model`]: 'CARD READER\n',
      [`${device}/loop0/size`]: '2048\n',
      [`${device}/nvme0c0n1/size`]: '2048\n',
      [`${device}/nvme0c0n1/device/model`]: 'PATH\n',
      [`${device}/cciss!c0d0/size`]: '4096\n',
      [`${device}/cciss!c0d0/device/vendor`]: '0x1af4\n',
    },
    links: {
      '/sys/block/sda': '../devices/x/sda',
      '/sys/block/sr0': '../devices/x/sr0',
      '/sys/block/sdb': '../devices/x/reader',
      '/sys/block/loop0': '../devices/x/loop0',
      '/sys/block/nvme0c0n1': '../devices/x/nvme0c0n1',
      '/sys/block/sdz': '../devices/gone',
      '/sys/block/cciss!c0d0': '../devices/x/cciss!c0d0',
    },
  })
  const { value } = await collected(disks, host)
  t.match(value, [
    { name: 'cciss/c0d0', vendor: null, sizeBytes: 4096 * 512, io: null },
    { name: 'sda', model: 'DISK', sizeBytes: 2048 * 512, io: { reads: 1, readBytes: 4096 } },
  ])
  t.equal(value.length, 2)
})

t.test('statistics that are cut short are refused', (t) => {
  t.throws(() => parseDiskstats('   8       0 sda 1 0 8 4\n'), {
    code: 'ERR_PARSE',
    message: '/proc/diskstats: "8       0 sda 1 0 8 4" has too few fields',
  })
  t.throws(() => parseDiskstats('8 0 sda 1 0 8 4 1 0 -8 4 0 8 8\n'), { code: 'ERR_PARSE' })
  t.end()
})
