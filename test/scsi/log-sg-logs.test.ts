import t, { type Test } from 'tap'
import { distinctLogPages, recordedLogPages } from '../support/recorded-log-pages.ts'
import { recorded } from '../support/recorded.ts'
import { SAMPLE_LOG_PAGES } from '../support/sample-log-pages.ts'
import { LISTS } from '../support/sg-logs-lists.ts'
import {
  toldOfChangerDiagnostics,
  toldOfChangerStatistics,
  toldOfElements,
} from '../support/sg-logs-changer-words.ts'
import {
  toldOfCapacity,
  toldOfCompression,
  toldOfDeviceStatistics,
  toldOfErrors,
  toldOfExceptions,
  toldOfPartitions,
  toldOfSequentialAccess,
  toldOfTapeDiagnostics,
  toldOfTemperature,
  toldOfUsage,
  toldOfVolume,
  type Told,
} from '../support/sg-logs-words.ts'
import { factsOf, hasSgLogs, sgLogs } from '../support/sg-logs.ts'

const skip = !hasSgLogs() && 'sg_logs of sg3-utils 1.46 is not installed'

/** Pages that are lists of labels and values, by type of device and page number. */
const TABLES: Readonly<Record<string, (data: Uint8Array) => Told>> = {
  '1 02': toldOfErrors,
  '1 03': toldOfErrors,
  '1 0c': toldOfSequentialAccess,
  '1 0d': toldOfTemperature,
  '8 0d': toldOfTemperature,
  '1 14': toldOfDeviceStatistics,
  '8 14': toldOfChangerStatistics,
  '8 15': toldOfElements,
  '1 16': toldOfTapeDiagnostics,
  '8 16': toldOfChangerDiagnostics,
  '1 17': toldOfVolume,
  '1 1b': toldOfCompression,
  '1 2f': toldOfExceptions,
  '1 30': toldOfUsage,
  '1 31': toldOfCapacity,
  '1 32': toldOfCompression,
}

const key = (type: number, page: number) => `${type} ${page.toString(16).padStart(2, '0')}`

/** What sg_logs prints of a page, as far as the table of the page has it, without what is all FFh. */
function facts(text: string, labels: ReadonlySet<string>) {
  return factsOf(text)
    .filter(([label, value], i, all) => labels.has(label) && !isPadding(all, i) && known(value))
    .map(([label, value]) => [label, value.replace(/ \[\D.*/, '')])
}

function known(value: string): boolean {
  return !UNKNOWN.test(value)
}

const UNKNOWN = /(^|: )(0xf{11}[ef]|429496729[45])$/

/** The zeros at the end of mhvtl's page 17h, which sg_logs takes for parameters of code 0. */
function isPadding(all: readonly (readonly [string, string])[], i: number): boolean {
  return all[i]?.[0] === 'Page valid' && i > 0
}

function told(table: Told) {
  return table.filter(([, value]) => value !== null).map(([label, value]) => [label, String(value)])
}

function expectSame(t: Test, text: string, table: Told, name: string) {
  const printed = facts(text, new Set(table.map(([label]) => label)))
  t.strictSame(told(table), printed, name)
}

function expectLists(t: Test, type: number, data: Buffer, text: string, name: string) {
  const subpage = ((data[0] ?? 0) & 0x40) === 0 ? 0 : data[1]
  for (const list of LISTS) {
    if (list.page !== ((data[0] ?? 0) & 0x3f) || list.subpage !== subpage) continue
    if (list.page !== 0x2e || type === 1) t.strictSame(list.decoded(data), list.said(text), name)
  }
}

t.test('pages of all drives and changers say what sg_logs says of them', { skip }, (t) => {
  const pages = distinctLogPages()
  for (const { recording, device, type, page, data } of pages) {
    const name = `${recording} ${device} ${page.toString(16)}h`
    const text = sgLogs(data, type)
    const table = TABLES[key(type, page)]
    if (table !== undefined) expectSame(t, text, table(data), name)
    if (page === 0x17) expectSame(t, text, toldOfPartitions(data), `${name} partitions`)
    expectLists(t, type, data, text, name)
  }
  const seen = new Set(pages.map(({ type, page }) => key(type, page)))
  const DRIVE = ['00', '02', '03', '0c', '0d', '11', '17', '2e', '30', '31', '32']
  const all = [...DRIVE.map((page) => `1 ${page}`), '8 00', '8 0d', '8 2e']
  t.strictSame([...seen].sort(), all, 'every page that a recording has')
  t.end()
})

t.test('pages made by hand after the standards say what sg_logs says of them', { skip }, (t) => {
  const { deviceWellness, writeErrors, performance, fourPartitions, ...known } = SAMPLE_LOG_PAGES
  for (const [name, { type, data }] of Object.entries(known)) {
    const text = sgLogs(data, type)
    const page = (data[0] ?? 0) & 0x3f
    const subpage = ((data[0] ?? 0) & 0x40) === 0 ? 0 : (data[1] ?? 0)
    const table = subpage === 0 ? TABLES[key(type, page)] : undefined
    if (table !== undefined) expectSame(t, text, valid(table(data), text), name)
    if (page === 0x17) expectSame(t, text, toldOfPartitions(data), `${name} partitions`)
    expectLists(t, type, data, text, name)
  }
  for (const { type, data } of [deviceWellness, writeErrors, performance]) {
    t.match(sgLogs(data, type), 'Unable to decode', 'sg_logs does not know these')
  }
  t.match(sgLogs(fourPartitions.data, 1), /capacity \(in MiB\): 3\n +unknown parameter code = 0x5/)
  t.end()
})

t.test('pages of the drives of recording 01 say what sg_logs said on the machine', (t) => {
  const { printed } = recorded('01-steady')
  const asked = new Set<string>()
  for (const { device, type, page, data } of recordedLogPages().filter(
    ({ recording, subpage }) => recording === '01-steady' && subpage === 0,
  )) {
    const argv = `sg_logs -p 0x${page.toString(16)} ${device}`
    const text = printed(argv)
    const table = TABLES[key(type, page)]
    if (text === null || table === undefined || asked.has(argv)) continue
    asked.add(argv)
    // Without -v it does not print the bytes.
    const words = table(data).map(([label, value]): Told[number] => [
      label,
      typeof value === 'string' ? value.replace(/ \[\d.*/, '') : value,
    ])
    expectSame(t, text, words, argv)
  }
  t.equal(asked.size, 70, 'seven pages of ten drives')
  t.end()
})

/** Addresses that are not valid sg_logs prints all the same. */
function valid(table: Told, text: string): Told {
  const printed = factsOf(text).filter(([label]) => label.endsWith('address'))
  return table.map(([label, value]) => {
    const [, address] = (label.endsWith('address') ? printed.shift() : undefined) ?? []
    return [label, value ?? address ?? null]
  })
}
