import fc from 'fast-check'
import t from 'tap'
import { ABSENT, defaultSettings } from '../../src/collectors/collector.ts'
import type { DriveHealth } from '../../src/collectors/drive-health.ts'
import { tapeHealth } from '../../src/collectors/tape-health.ts'
import { PassThroughUnavailableError, TimeoutError, type Host } from '../../src/host/host.ts'
import { collected } from '../support/collected.ts'
import { recorded } from '../support/recorded.ts'
import { openRecording, RECORDINGS } from '../support/recording.ts'

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))

type Answer = Uint8Array | Error | { status: number; sense?: string } | { hostStatus: number }

/**
 * The drives of 01-steady, of which the first, XYZZY_A01, answers otherwise: by the first bytes of the CDB
 * without its allocation length. What is asked of it is written down.
 */
function altered(answers: Record<string, Answer>): Host & { asked: string[] } {
  const host = openRecording('01-steady')
  const real = host.scsi.bind(host)
  const asked: string[] = []
  return Object.assign(host, {
    asked,
    async scsi(device: string, cdb: Uint8Array, options: Parameters<typeof real>[2]) {
      if (device !== '/dev/sg13') return real(device, cdb, options)
      const hex = Buffer.from(cdb).toString('hex')
      asked.push(hex)
      const key = Object.keys(answers).find((prefix) => hex.startsWith(prefix))
      const answer = key === undefined ? undefined : answers[key]
      if (answer === undefined) return real(device, cdb, options)
      if (answer instanceof Error) throw answer
      const good = { status: 0, hostStatus: 0, driverStatus: 0, sense: bytes('') }
      if (answer instanceof Uint8Array) return { ...good, data: answer }
      const sense = 'sense' in answer ? bytes(answer.sense ?? '') : good.sense
      return { ...good, ...answer, sense, data: bytes('') }
    },
  })
}

async function first(host: Host, previous?: readonly DriveHealth[]) {
  const outcome = await tapeHealth.collect(host, defaultSettings, previous)
  if (outcome === ABSENT) throw new Error('absent')
  const [health] = outcome.value
  if (!health) throw new Error('no drive')
  return { health, problems: outcome.problems, coverage: outcome.coverage, all: outcome.value }
}

const SUPPORTED = '4d0040000000'
const STATUS = '4d0051'
const WRITE_ERRORS = '4d0042'
const READ_ERRORS = '4d0043'
const RECOVERY = '4d0053'
const MEMORY = '8c'
/** Page 11h whose four bytes of very high frequency data are these. */
const vhf = (hex: string) => bytes(`11 00 0008 0000 03 04 ${hex}`)
const pages = (...list: number[]) => {
  const length = list.length.toString(16).padStart(4, '0')
  return bytes(`0000${length}${Buffer.from(list).toString('hex')}`)
}

for (const name of RECORDINGS) {
  t.test(`${name}: each drive and cartridge as its memory says, byte for byte`, async (t) => {
    const outcome = await tapeHealth.collect(openRecording(name), defaultSettings)
    const evidence = recorded(name)
    if (outcome === ABSENT) {
      const drives = evidence.lines.some(({ path }) => path.endsWith('scsi_tape/st0'))
      t.notOk(drives, 'absent only without drives')
      return
    }
    for (const { id, device, error, cartridge, mount, takenAt } of outcome.value) {
      const memory = evidence.scsi(device, '8c0000000000000000000000ffff0000')
      if (memory === null || memory.length < 100 || error !== null) continue
      const attribute = (identifier: string) => {
        const at = memory.indexOf(Buffer.from(identifier, 'hex'), 4)
        return memory.subarray(at + 5, at + 5 + memory.readUInt16BE(at + 3))
      }
      // Ids of attributes are searched for with their format byte, which no value of these media holds.
      if (cartridge === null) throw new Error(`${id} has no cartridge`)
      t.equal(cartridge.serial, attribute('040181').toString().replace(/\0.*$/, ''), id)
      t.equal(cartridge.barcode, attribute('080601').toString().trim().replace(/\0.*$/, '').trim())
      t.equal(cartridge.loads, Number(attribute('000380').readBigUInt64BE()))
      const mebibytes = Number(attribute('000180').readBigUInt64BE())
      t.equal(cartridge.capacityBytes, mebibytes * 1024 * 1024)
      t.equal(cartridge.lifeRemainingPercent, null, 'mhvtl says 0 % of every cartridge')
      t.strictSame([mount, takenAt], [null, null])
    }
  })
}

t.test('a drive is asked what page 00h lists, in order, and TapeAlert never', async (t) => {
  const host = altered({})
  const { health, problems, coverage } = await first(host)

  const logPages = host.asked.filter((cdb) => cdb.startsWith('4d')).map((cdb) => cdb.slice(4, 8))
  t.strictSame(
    logPages.map(
      (code) => (Number.parseInt(code.slice(0, 2), 16) & 0x3f).toString(16) + code.slice(2),
    ),
    ['000', '1100', '200', '300', 'c00', 'd00', '3200', '1700', '3000', '3100', '3700', '0ff'],
  )
  t.equal(host.asked.filter((cdb) => cdb.startsWith(MEMORY)).length, 1)
  t.strictSame([problems, coverage], [[], 'all'])
  t.match(health, {
    id: 'XYZZY_A01',
    revision: '2160',
    passedOver: null,
    error: null,
    write: { retries: 0, uncorrected: 0, processedBytes: 0 },
    lifetime: { loads: 0, cleanings: 0, powerOnHours: null },
    temperature: { celsius: null },
    recovery: [],
    automation: null,
    cartridge: {
      serial: 'E01001L8_1795206838',
      barcode: 'E01001L8',
      manufacturer: 'linuxVTL',
      loads: 2,
      capacityBytes: 500 * 2 ** 20,
      remainingBytes: 491 * 2 ** 20,
      worm: false,
      lastDrives: [
        { vendor: 'IBM', serial: 'XYZZY_A01' },
        { vendor: 'IBM', serial: 'XYZZY_A01' },
      ],
    },
  })
})

t.test('an empty drive has no cartridge, and is not asked for its memory', async (t) => {
  const host = altered({ [STATUS]: vhf('19000000') })
  const { health, problems } = await first(host)
  t.equal(health.cartridge, null)
  t.notOk(host.asked.some((cdb) => cdb.startsWith(MEMORY)))
  t.strictSame(problems, [])

  const { all } = await first(openRecording('01-steady'))
  const cartridges = Object.fromEntries(all.map((drive) => [drive.id, drive.cartridge?.barcode]))
  t.match(cartridges, { DEC3005001: 'K05001L6', DEC3005002: undefined }, 'without page 11h too')
})

t.test('a drive that moves its medium is left alone', async (t) => {
  const activities = [
    ['01', 'cleaning'],
    ['02', 'loading'],
    ['03', 'unloading'],
    ['07', 'locating'],
    ['08', 'rewinding'],
    ['0d', 'updating-microcode'],
    ['77', 'unknown'],
  ]
  for (const [code = '', passedOver] of activities) {
    const host = altered({ [STATUS]: vhf(`3137${code}00`) })
    const { health, problems, coverage } = await first(host)
    t.equal(health.passedOver, passedOver)
    t.equal(host.asked.length, 2)
    t.strictSame([problems, coverage], [[], 'all'], 'which is no failure')
  }
  const changing = altered({ [STATUS]: vhf('31b70000') })
  t.equal((await first(changing)).health.passedOver, 'in transition')
  const starting = altered({ [STATUS]: vhf('30b70700') })
  t.equal((await first(starting)).health.passedOver, null, 'unless it is not initialized to say so')
  for (const code of ['00', '05', '06', '0e', '0f']) {
    const host = altered({ [STATUS]: vhf(`3137${code}00`) })
    t.equal((await first(host)).health.passedOver, null)
  }
})

t.test('a drive that is stuck says what it asks for, whatever it does', async (t) => {
  const host = altered({
    [SUPPORTED]: pages(0x00, 0x11, 0x13),
    [STATUS]: vhf('31370304'),
    [RECOVERY]: bytes('13 00 0006 0000 03 02 04 05'),
  })
  const { health } = await first(host)
  t.strictSame(health.recovery, ['unload-and-reinsert-volume', 'power-cycle'])
  t.equal(health.passedOver, 'unloading')

  const content = altered({ [SUPPORTED]: pages(0x00, 0x11, 0x13), [STATUS]: vhf('31370000') })
  t.strictSame((await first(content)).health.recovery, [])
  t.notOk(content.asked.some((cdb) => cdb.startsWith(RECOVERY)))
})

t.test('what a drive refuses by its nature is not asked again with that firmware', async (t) => {
  const refusal = { status: 2, sense: '70 00 05 00 00 00 00 06 00 00 00 00 24 00' }
  const unknown = { status: 2, sense: '70 00 05 00 00 00 00 06 00 00 00 00 20 00' }
  const answers = { [WRITE_ERRORS]: refusal, [MEMORY]: unknown }
  const { health, problems } = await first(altered(answers))
  t.strictSame(health.refused, ['02', 'memory'])
  t.strictSame(problems, [])
  t.match(health, { write: null, read: { uncorrected: 0 } })

  const again = altered(answers)
  t.strictSame((await first(again, [health])).health.refused, ['02', 'memory'])
  t.notOk(again.asked.some((cdb) => cdb.startsWith(WRITE_ERRORS) || cdb.startsWith(MEMORY)))

  const updated = altered({})
  t.strictSame((await first(updated, [{ ...health, revision: '2159' }])).health.refused, [])

  const noMemory = altered({ [MEMORY]: refusal })
  t.strictSame((await first(noMemory)).health.refused, [], 'another cartridge may have one')
})

t.test(
  'a drive that is not ready, busy or reserved is no failure, and is left alone',
  async (t) => {
    const later: [Answer, string][] = [
      [{ status: 8 }, 'busy'],
      [{ status: 0x28 }, 'busy'],
      [{ status: 0x18 }, 'reservation conflict'],
      [
        { status: 2, sense: '70 00 02 00 00 00 00 06 00 00 00 00 04 01' },
        'logical unit is in process of becoming ready (02/04/01)',
      ],
    ]
    for (const [answer, passedOver] of later) {
      const host = altered({ [READ_ERRORS]: answer })
      const { health, problems, coverage } = await first(host)
      t.equal(health.passedOver, passedOver)
      t.strictSame([problems, coverage], [[], 'all'])
      t.equal(host.asked.at(-1)?.slice(0, 6), READ_ERRORS, 'nothing is asked behind it')
    }
  },
)

t.test('the first answer that does not come ends it', async (t) => {
  const failures: [Answer, RegExp][] = [
    [new TimeoutError('/dev/sg13', 10_000), /no answer within 10000 ms/],
    [{ hostStatus: 3 }, /DID_TIME_OUT/],
    [{ status: 2, sense: '70 00 04 00 00 00 00 06 00 00 00 00 44 00' }, /internal target failure/],
    [{ status: 2, sense: '70 00 05 00 00 00 00 06 00 00 00 00 25 00' }, /not supported/],
  ]
  for (const [answer, error] of failures) {
    const host = altered({ [READ_ERRORS]: answer })
    const { health, problems, coverage } = await first(host)
    t.match(health.error, error)
    t.match(problems, [{ labels: { serial: 'XYZZY_A01' }, error }])
    t.equal(coverage, 'some')
    t.equal(host.asked.at(-1)?.slice(0, 6), READ_ERRORS)
  }
})

t.test('an answer that is another page is a problem, and the rest is known', async (t) => {
  const others = [
    ['2e000000', /answer is page 2eh/],
    ['03000000', /answer counts errors of reads/],
  ] as const
  for (const [answer, error] of others) {
    t.match(await first(altered({ [WRITE_ERRORS]: bytes(answer) })), {
      health: { write: null, read: { uncorrected: 0 }, cartridge: { barcode: 'E01001L8' } },
      problems: [{ labels: { serial: 'XYZZY_A01' }, error }],
    })
  }
})

t.test(
  'without pass-through nothing is known, and the drives are there all the same',
  async (t) => {
    const closed = () =>
      Object.assign(openRecording('01-steady'), {
        async scsi(device: string): Promise<never> {
          throw new PassThroughUnavailableError(device, 'no permission')
        },
      })
    const never = await first(closed())
    t.equal(never.coverage, 'none')
    t.equal(never.all.length, 10)
    t.strictSame(never.problems[0], {
      labels: { serial: 'XYZZY_A01' },
      error: 'XYZZY_A01: /dev/sg13: no SCSI pass-through: no permission',
    })

    const { all } = await first(openRecording('01-steady'))
    const lost = await first(closed(), all)
    t.equal(lost.coverage, 'none')
    t.equal(lost.problems.length, all.length)
  },
)

t.test('drives of which none answers are there, too', async (t) => {
  const silent = Object.assign(openRecording('01-steady'), {
    async scsi(device: string): Promise<never> {
      throw new TimeoutError(device, 10_000)
    },
  })
  const { all, coverage, problems } = await first(silent)
  t.equal(coverage, 'none')
  t.strictSame([all.length, problems.length], [10, 10])
})

t.test('what drives answer never ends the collection', async (t) => {
  const { read } = { read: (host: Host) => collected(tapeHealth, host) }
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom(
        WRITE_ERRORS,
        '4d004c',
        '4d0057',
        '4d0071',
        '4d0077',
        STATUS,
        MEMORY,
        SUPPORTED,
      ),
      async (data, question) => {
        const { value } = await read(altered({ [question]: data }))
        t.equal(value.length, 10)
      },
    ),
    { numRuns: 60 },
  )
})
