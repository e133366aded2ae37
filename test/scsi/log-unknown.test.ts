import t from 'tap'
import { decodeDataCompression } from '../../src/scsi/log/data-compression.ts'
import { decodeErrorCounters } from '../../src/scsi/log/error-counters.ts'
import { decodeTapeCapacity } from '../../src/scsi/log/tape-capacity.ts'
import { decodeTapeUsage } from '../../src/scsi/log/tape-usage.ts'
import { decodeVolumeStatistics } from '../../src/scsi/log/volume-statistics.ts'
import { LOG_DECODERS } from '../support/log-decoders.ts'
import { logPage } from '../support/log-page.ts'
import { distinctLogPages } from '../support/recorded-log-pages.ts'
import { SAMPLE_LOG_PAGES } from '../support/sample-log-pages.ts'

const REAL_PAGES = [
  ...Object.values(SAMPLE_LOG_PAGES).map(({ data }) => data),
  ...distinctLogPages().map(({ data }) => data),
]

/** Parameter codes that a page of a device has, read past the code under test. */
function codesOf(data: Buffer): number[] {
  const codes: number[] = []
  for (let at = 4; at + 4 <= data.length; at += 4 + (data[at + 3] ?? 0)) {
    codes.push(data.readUInt16BE(at))
  }
  return codes
}

/** What says where a value belongs, and is known also when the value is not. */
const NAMES = ['code', 'entry', 'address', 'index', 'sensor', 'kind', 'direction']

/** Everything that a decoded page claims to know. */
function claims(value: unknown, name = ''): string[] {
  if (value === null || value === undefined || value instanceof Uint8Array) return []
  if (typeof value !== 'object') return [`${name} ${JSON.stringify(value)}`]
  return Object.entries(value)
    .filter(([key]) => !NAMES.includes(key))
    .flatMap(([key, each]) => claims(each, `${name}.${key}`))
}

t.test('all FFh of any width is unknown everywhere', (t) => {
  // Lists of pages have no values, and the bits of page 11h no way to say that they are not known.
  const BITS = ['decodeSupportedLogPages', 'decodeSupportedSubpages', 'decodeDeviceStatus']
  const CLAIMED: Record<string, string[]> = {
    // In one byte FFh is the worst of the scale.
    'decodePerformance 1': ['.mediumEfficiency 255'],
  }
  let pages = 0
  for (const data of REAL_PAGES) {
    const page = (data[0] ?? 0) & 0x3f
    const subpage = ((data[0] ?? 0) & 0x40) === 0 ? 0 : (data[1] ?? 0)
    for (const { name, decode } of LOG_DECODERS.filter(
      (each) => each.page === page && each.subpage === subpage,
    )) {
      if (BITS.includes(name) || name === 'decodeLogPage') continue
      for (const width of [1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 16, 24, 32, 60, 100, 255]) {
        const parameters = codesOf(data).map((code) => [code, 'ff'.repeat(width)] as const)
        const unknown = logPage(
          page,
          parameters.slice(0, 200).map(([code, value]) => [code, value]),
          subpage === 0 ? undefined : subpage,
        )
        const found = claims(decode(unknown)).filter((claim) => !isList(claim))
        t.strictSame(found, CLAIMED[`${name} ${width}`] ?? [], `${name} of ${width} bytes`)
        pages++
      }
    }
  }
  t.ok(pages > 1000, `${pages} pages`)
  t.end()
})

/** Partitions are numbered, and a position of FFh says that there is none. */
function isList(claim: string): boolean {
  return /\.partition \d+$/.test(claim) || claim.endsWith('.none true')
}

t.test('numbers are read in any width', (t) => {
  for (const width of [1, 2, 3, 4, 5, 6, 7, 8]) {
    const page = (number: number, code: number) => logPage(number, [[code, 0x42, width]])
    t.equal(decodeErrorCounters(page(0x02, 6)).uncorrected, 0x42)
    t.equal(decodeTapeUsage(page(0x30, 4)).unrecoveredWriteErrors, 0x42)
    t.equal(decodeVolumeStatistics(page(0x17, 1)).threads, 0x42)
    t.equal(decodeDataCompression(page(0x32, 0)).readRatio, 0.66)
    t.strictSame(decodeTapeCapacity(page(0x31, 3)), [
      { partition: 0, remainingMegabytes: null, maximumMegabytes: 0x42 },
    ])
  }
  t.equal(
    decodeErrorCounters(logPage(0x03, [[6, 0x42, 9]])).uncorrected,
    null,
    'nine bytes are none',
  )
  t.equal(decodeErrorCounters(logPage(0x03, [[6, '']])).uncorrected, null, 'no bytes are none')
  const large = decodeErrorCounters(logPage(0x03, [[5, 'ffffffffffffff00']])).processedBytes
  t.equal(large, Number(0xffffffffffffff00n), 'above 2^53 the last digits are rounded')
  t.end()
})
