import t from 'tap'
import { defaultSettings } from '../../src/collectors/collector.ts'
import { reportScsiUnits } from '../../src/collectors/scsi-report.ts'
import { TimeoutError, type Host, type ScsiAnswer } from '../../src/host/host.ts'
import { RECORDINGS, openRecording } from '../support/recording.ts'

const LOG_SENSE = '4d'
const WITHOUT_TAPE = ['09-no-tape', '12-large-scst']

interface Asked {
  device: string
  /** Hex. */
  cdb: string
  answer: ScsiAnswer | null
}

/** Who was asked what, by a report on the host; `answer` may answer in its place. */
async function askedOf(
  host: Host,
  answer: (device: string, cdb: Uint8Array) => ScsiAnswer | Error | null = () => null,
): Promise<Asked[]> {
  const asked: Asked[] = []
  const listening: Host = {
    run: (...question) => host.run(...question),
    readText: (path) => host.readText(path),
    readBytes: (path) => host.readBytes(path),
    list: (path) => host.list(path),
    exists: (path) => host.exists(path),
    realpath: (path) => host.realpath(path),
    stat: (path) => host.stat(path),
    statfs: (path) => host.statfs(path),
    async scsi(device, cdb, options) {
      const one: Asked = { device, cdb: Buffer.from(cdb).toString('hex'), answer: null }
      asked.push(one)
      const other = answer(device, cdb)
      if (other instanceof Error) throw other
      return (one.answer = other ?? (await host.scsi(device, cdb, options)))
    },
  }
  await reportScsiUnits(listening, defaultSettings)
  return asked
}

/** The page of a LOG SENSE. */
function logPage(cdb: string): number {
  return Number.parseInt(cdb.slice(4, 6), 16) & 0x3f
}

for (const name of RECORDINGS) {
  await t.test(`${name}: no page that is not listed, and never TapeAlert`, async (t) => {
    const host = openRecording(name)
    const asked = await askedOf(host)
    const listed = new Map<string, number[]>()
    for (const { device, cdb, answer } of asked) {
      if (!cdb.startsWith(LOG_SENSE)) continue
      const page = logPage(cdb)
      if (page === 0) {
        const usable = answer?.status === 0 && answer.hostStatus === 0
        listed.set(device, usable ? [...answer.data.subarray(4)] : [])
        continue
      }
      t.not(page, 0x2e, device)
      t.ok(listed.get(device)?.includes(page), `${device} lists page ${page}`)
    }
    const permitted = ['12', LOG_SENSE, '5a']
    t.strictSame(
      asked.filter(({ cdb }) => !permitted.includes(cdb.slice(0, 2))),
      [],
      'INQUIRY, LOG SENSE and MODE SENSE, nothing else',
    )
    t.equal(asked.length > 0, !WITHOUT_TAPE.includes(name))
  })
}

t.test('everything that a drive lists is asked for', async (t) => {
  const asked = await askedOf(openRecording('01-steady'))
  const pages = asked
    .filter(({ device, cdb }) => device === '/dev/sg13' && cdb.startsWith(LOG_SENSE))
    .map(({ cdb }) => logPage(cdb))
  const list = asked.find(
    ({ device, cdb }) => device === '/dev/sg13' && cdb.startsWith(LOG_SENSE) && logPage(cdb) === 0,
  )
  const listed = [...(list?.answer?.data.subarray(4) ?? [])]
  t.ok(listed.length > 8)
  t.strictSame(
    [...new Set(pages)].sort((one, other) => one - other),
    listed.filter((page) => page !== 0x2e),
  )
})

t.test('a drive that moves its medium is asked for its status and no more', async (t) => {
  const host = openRecording('01-steady')
  const page11 = Buffer.from('4d005100000000ffff00', 'hex')
  const idle = await host.scsi('/dev/sg13', page11, { dataInBytes: 0xffff })
  for (const [what, offset, value] of [
    ['locating', 10, 0x07],
    ['in transition', 9, 0x80],
  ] as const) {
    const data = Uint8Array.from(idle.data)
    data[offset] = value
    const asked = await askedOf(host, (device, cdb) =>
      device === '/dev/sg13' && cdb[0] === 0x4d && ((cdb[2] ?? 0) & 0x3f) === 0x11
        ? { ...idle, data }
        : null,
    )
    const after = asked
      .filter(({ device, cdb }) => device === '/dev/sg13' && !cdb.startsWith('12'))
      .map(({ cdb }) => cdb)
    t.strictSame(after, ['4d004000000000ffff00', '4d005100000000ffff00'], what)
  }
})

t.test('a drive that does not answer is asked once, and the others all the same', async (t) => {
  const asked = await askedOf(openRecording('01-steady'), (device) =>
    device === '/dev/sg13' ? new TimeoutError(device, 5_000) : null,
  )
  t.equal(asked.filter(({ device }) => device === '/dev/sg13').length, 1)
  t.ok(asked.filter(({ device }) => device === '/dev/sg15').length > 10)
})
