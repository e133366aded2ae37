import t from 'tap'
import { decodeChangerDiagnostics } from '../../src/scsi/log/changer-diagnostics.ts'
import { decodeDataCompression } from '../../src/scsi/log/data-compression.ts'
import { decodeDeviceStatistics } from '../../src/scsi/log/device-statistics.ts'
import { decodeDeviceWellness } from '../../src/scsi/log/device-wellness.ts'
import { decodeErrorCounters } from '../../src/scsi/log/error-counters.ts'
import { decodeLogPage } from '../../src/scsi/log/page.ts'
import { decodePerformance } from '../../src/scsi/log/performance.ts'
import { decodePrimaryPorts } from '../../src/scsi/log/ports.ts'
import { decodeRequestedRecovery } from '../../src/scsi/log/requested-recovery.ts'
import {
  decodeLifetimeCounters,
  decodeSequentialAccess,
} from '../../src/scsi/log/sequential-access.ts'
import {
  decodeSupportedLogPages,
  decodeSupportedSubpages,
} from '../../src/scsi/log/supported-pages.ts'
import { decodeTapeAlertFlags } from '../../src/scsi/log/tape-alert.ts'
import { decodeTapeCapacity } from '../../src/scsi/log/tape-capacity.ts'
import { decodeTapeDiagnostics } from '../../src/scsi/log/tape-diagnostics.ts'
import { decodeVolumeStatistics } from '../../src/scsi/log/volume-statistics.ts'
import { LOG_DECODERS } from '../support/log-decoders.ts'
import { ascii, logPage } from '../support/log-page.ts'
import { recordedLogPages } from '../support/recorded-log-pages.ts'
import { SAMPLE_LOG_PAGES as SAMPLES } from '../support/sample-log-pages.ts'

t.test('every log page of every drive and changer of the recordings is decoded', (t) => {
  let decoded = 0
  for (const { page, subpage, data, recording, device } of recordedLogPages()) {
    // These devices ignore the subpage, and answer with the page of page 00h.
    if (subpage !== 0) {
      t.throws(
        () => decodeSupportedSubpages(data),
        { code: 'ERR_DECODE' },
        `${recording} ${device}`,
      )
      t.ok(decodeSupportedLogPages(data).length > 0)
      continue
    }
    const decoders = LOG_DECODERS.filter((each) => each.page === page && each.subpage === subpage)
    t.not(decoders.length, 0, `page ${page.toString(16)}h`)
    for (const { decode } of decoders) {
      decode(data)
      decoded++
    }
  }
  t.ok(decoded > 1200, `${decoded} decoded`)
  t.end()
})

t.test('TapeAlert flags that were set in recording 04, as its operator wrote down', (t) => {
  const set = new Map<string, number[]>()
  for (const { recording, device, page, data } of recordedLogPages()) {
    if (recording !== '04-tapealert' || page !== 0x2e) continue
    const flags = decodeTapeAlertFlags(data)
    if (flags.length > 0) set.set(device, flags)
  }
  t.strictSame(Object.fromEntries(set), {
    '/dev/sg12': [3, 16],
    '/dev/sg13': [3, 20],
    '/dev/sg15': [7],
    '/dev/sg17': [30],
    '/dev/sg18': [21],
  })
  t.end()
})

t.test('what drives of mhvtl do not keep to the standard', (t) => {
  const pages = recordedLogPages().filter(({ type }) => type === 1)
  const volumes = pages.filter(({ page }) => page === 0x17)
  const unloaded = volumes.map(({ data }) => decodeVolumeStatistics(data))
  t.ok(
    unloaded.some(({ nativeCapacityMegabytes }) => nativeCapacityMegabytes === null),
    'FF..FEh without a medium',
  )
  t.ok(
    unloaded.every(({ valid }) => valid === true),
    'valid in spite of the zeros behind the page',
  )
  const cleaning = logPage(0x0c, [[0x0100, 0x40, 8]])
  t.equal(decodeSequentialAccess(cleaning).cleaningRequired, null, 'TapeAlert flag 7')
  t.equal(decodeSequentialAccess(logPage(0x0c, [[0x0100, 0x40, 4]])).cleaningRequired, true)
  const counted = logPage(0x0c, [
    [0x8000, 5],
    [0x8001, 6],
    [0x8002, 7],
    [0x8003, 8],
  ])
  t.strictSame(decodeLifetimeCounters(decodeSequentialAccess(counted)), {
    megabytesSinceCleaning: 5,
    loads: 6,
    cleanings: 7,
    powerOnSeconds: 8,
  })
  t.end()
})

t.test('parameters that are there twice, empty or reserved', (t) => {
  const twice = logPage(0x02, [
    [6, ''],
    [6, 1],
    [6, 2],
    [6, ''],
  ])
  t.equal(decodeErrorCounters(twice).uncorrected, 1, 'the first that has bytes')
  const flags = logPage(0x2e, [
    [0, 1, 1],
    [64, 1, 1],
    [65, 1, 1],
    [1, 1, 1],
    [2, 0xfe, 1],
  ])
  t.strictSame(decodeTapeAlertFlags(flags), [1, 64])
  t.end()
})

t.test('a page that is another is refused by every decoder', (t) => {
  for (const { name, decode } of LOG_DECODERS.filter((each) => each.name !== 'decodeLogPage')) {
    t.throws(() => decode(logPage(0x3f, [])), { name: 'DecodeError' }, name)
    t.throws(() => decode(logPage(0x17, [], 0x05)), { name: 'DecodeError' }, `${name}, a subpage`)
  }
  t.throws(() => decodeErrorCounters(logPage(0x02, [], 0x01)), {
    message: 'log page 02h: the answer is page 02h/01h',
  })
  t.equal(decodeVolumeStatistics(logPage(0x17, [[1, 9]], 0x03), 0x03).threads, 9)
  t.equal(decodeLogPage(logPage(0x17, [], 0x03)).subpage, 3)
  t.end()
})

t.test('ports', (t) => {
  const none = { nodeName: null, loggedIn: null }
  t.strictSame(decodePrimaryPorts(SAMPLES.deviceStatus.data), [
    {
      index: 1,
      protocol: 'sas',
      linkGigabitsPerSecond: 6,
      signal: true,
      initialized: true,
      address: '5000e111c0ffee01',
      ...none,
    },
    {
      index: 2,
      protocol: 'sas',
      linkGigabitsPerSecond: null,
      signal: true,
      initialized: true,
      address: null,
      ...none,
    },
    {
      index: 3,
      protocol: 'fibre-channel',
      linkGigabitsPerSecond: 8,
      signal: true,
      initialized: true,
      address: '500104f000aabbcc',
      nodeName: '500104f000aabbcd',
      loggedIn: true,
    },
    {
      index: 4,
      protocol: null,
      linkGigabitsPerSecond: null,
      signal: null,
      initialized: null,
      address: null,
      ...none,
    },
  ])
  t.end()
})

t.test('texts and lists, which sg_logs prints otherwise', (t) => {
  t.match(decodeDeviceStatistics(SAMPLES.deviceStatistics.data), {
    manufacturerSerial: 'YX1097012345',
    serial: 'XYZZY_A1',
    motionHoursByMedium: [
      { densityCode: 0x5e, mediumType: 0, motionHours: 500 },
      { densityCode: 0x60, mediumType: 1, motionHours: 7 },
    ],
  })
  t.match(decodeTapeDiagnostics(SAMPLES.tapeDiagnostics.data), [
    {
      revision: 'K4K1',
      medium: 'TK0123456789ABCDEFGHIJKLMNOPQRST',
      timestampMilliseconds: 0x018cb0e5a180,
    },
    { revision: null, medium: null, timestampMilliseconds: null },
  ])
  t.match(decodeChangerDiagnostics(SAMPLES.changerDiagnostics.data), [
    {
      revision: '0001',
      volumeTag: 'ABC123L8',
      lastSuccessfulAddress: null,
      destinationAddress: 0x0600,
      timestampMilliseconds: 123456,
    },
    { transportAddress: null, lastSuccessfulAddress: 0x0501, volumeTag: null },
  ])
  t.match(decodeVolumeStatistics(SAMPLES.volumeStatistics.data), {
    lastLoadWriteRatio: 2.12,
    firstEncryptedObjects: [
      { partition: 0, position: 0x1234, none: false },
      { partition: 1, position: null, none: true },
    ],
    firstUnencryptedObjects: [{ partition: 0, position: null, none: false }],
    partitionRemainingCapacities: [
      { partition: 0, megabytes: 5850000 },
      { partition: 1, megabytes: null },
    ],
    mountHistory: [
      { index: 0, vendor: 'IBM', serial: '1097012345' },
      { index: 1, vendor: 'HPE', serial: 'CZ30012345' },
    ],
  })
  t.strictSame(decodeRequestedRecovery(SAMPLES.noRecovery.data), [])
  t.strictSame(decodeRequestedRecovery(logPage(0x13, [])), [])
  t.match(decodeDataCompression(SAMPLES.dataCompression.data), { enabled: true, readRatio: 2.53 })
  const rounded = decodeDataCompression(
    logPage(0x32, [
      [0x0002, 12, 4],
      [0x0003, 'fffc0000'],
      [0x0004, 12, 4],
      [0x0005, 'ffffffff'],
      [0x0006, 12, 4],
      [0x0007, '7fffffff'],
    ]),
  )
  t.strictSame(
    [rounded.sentToServer, rounded.readFromTape, rounded.receivedFromServer],
    [
      { megabytes: 12, bytes: -0x40000 },
      { megabytes: 12, bytes: null },
      { megabytes: 12, bytes: 0x7fffffff },
    ],
    'megabytes that were rounded up',
  )
  t.end()
})

t.test('pages of vendors, which sg_logs does not decode', (t) => {
  t.strictSame(decodeTapeCapacity(SAMPLES.fourPartitions.data), [
    { partition: 0, remainingMegabytes: 1, maximumMegabytes: 3 },
    { partition: 2, remainingMegabytes: 5, maximumMegabytes: null },
    { partition: 3, remainingMegabytes: 6, maximumMegabytes: 8 },
  ])
  t.strictSame(decodeDeviceWellness(SAMPLES.deviceWellness.data), {
    entries: [
      {
        entry: 0,
        timestamp: 0x12345,
        mediumSignature: 0xcafebabe,
        senseKey: 4,
        additionalSenseCode: 0x44,
        additionalSenseCodeQualifier: 0,
        information: 0x17,
      },
    ],
    others: [],
  })
  t.strictSame(decodeDeviceWellness(SAMPLES.writeErrors.data), {
    entries: [],
    others: [
      { code: 0, value: 17 },
      { code: 1, value: 18 },
    ],
  })
  t.strictSame(decodePerformance(SAMPLES.performance.data), {
    mediumEfficiency: 255,
    others: [
      { code: 0, value: 0x20 },
      { code: 0x10, value: 7 },
    ],
  })
  t.equal(decodePerformance(logPage(0x37, [[1, 0, 1]])).mediumEfficiency, null, 'not known')
  t.equal(decodePerformance(logPage(0x37, [[1, 3, 4]])).mediumEfficiency, 3)
  t.end()
})

t.test('a list that claims more than there is ends before', (t) => {
  const { mountHistory, partitionCapacities } = decodeVolumeStatistics(
    logPage(0x17, [
      [0x0202, '07 00 0000 00000005 07 00 0001 0000'],
      [0x0300, `15 00 0000 ${ascii('IBM', 8)} ${ascii('1097012345')} 02 00 0000`],
    ]),
  )
  t.strictSame(partitionCapacities, [{ partition: 0, megabytes: 5 }])
  t.strictSame(mountHistory, [{ index: 0, vendor: 'IBM', serial: '1097012345' }])
  t.end()
})
