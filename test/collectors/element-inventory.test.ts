import t from 'tap'
import { readElements } from '../../src/collectors/element-inventory.ts'
import type { Element } from '../../src/collectors/changers.ts'
import type { Host, ScsiAnswer } from '../../src/host/host.ts'
import { recorded } from '../support/recorded.ts'
import { openRecording, RECORDINGS } from '../support/recording.ts'

interface ToldElement {
  type: number
  address: number
  /** T and the address otherwise. */
  tag?: string
  /** Where the medium was moved from; it is not told otherwise. */
  source?: number
}

/** A library that answers READ ELEMENT STATUS, a few elements at a time. */
class Library implements Pick<Host, 'scsi'> {
  readonly asked: string[] = []
  readonly #elements: readonly ToldElement[]
  readonly #perAnswer: number
  readonly #refusals: { when: (cdb: Uint8Array) => boolean; sense: string }[]

  constructor(
    elements: readonly ToldElement[],
    perAnswer: number,
    refusals: { when: (cdb: Uint8Array) => boolean; sense: string }[] = [],
  ) {
    this.#elements = elements
    this.#perAnswer = perAnswer
    this.#refusals = refusals
  }

  async scsi(_device: string, cdb: Uint8Array): Promise<ScsiAnswer> {
    this.asked.push(Buffer.from(cdb).toString('hex'))
    const refusal = this.#refusals.find(({ when }) => when(cdb))
    if (refusal) {
      this.#refusals.splice(this.#refusals.indexOf(refusal), 1)
      const sense = new Uint8Array(Buffer.from(refusal.sense, 'hex'))
      return { status: 2, hostStatus: 0, driverStatus: 8, sense, data: new Uint8Array() }
    }
    const request = Buffer.from(cdb)
    const type = request.readUInt8(1) & 0x0f
    const start = request.readUInt16BE(2)
    const wanted = this.#elements.filter(
      (element) => element.address >= start && (type === 0 || element.type === type),
    )
    // A page for every element, as the standard permits.
    const pages = wanted.map(({ type, address, tag = `T${address}`, source }) => {
      const page = Buffer.alloc(8 + 48)
      page.writeUInt8(type, 0)
      page.writeUInt8(0x80, 1)
      page.writeUInt16BE(48, 2)
      page.writeUInt16BE(48, 6)
      page.writeUInt16BE(address, 8)
      page.writeUInt8(0x01, 10)
      page.write(tag.padEnd(32), 20, 'latin1')
      if (source !== undefined) {
        page.writeUInt8(0x80, 17)
        page.writeUInt16BE(source, 18)
      }
      return page
    })
    const header = Buffer.alloc(8)
    header.writeUInt16BE(wanted.length, 2)
    header.writeUInt32BE(wanted.length * 56, 4)
    const data = new Uint8Array(Buffer.concat([header, ...pages.slice(0, this.#perAnswer)]))
    return { status: 0, hostStatus: 0, driverStatus: 0, sense: new Uint8Array(), data }
  }
}

const range = (type: number, from: number, count: number) =>
  Array.from({ length: count }, (_, index) => ({ type, address: from + index }))

// Addresses that fall where the types rise, as in many libraries.
const elements: ToldElement[] = [
  ...range(1, 900, 1),
  ...range(2, 500, 25),
  ...range(3, 100, 3),
  ...range(4, 10, 4),
]

const refusal = (key: string, asc: string) => `7000${key}00000000060000000000`.slice(0, 24) + asc

t.test('elements are numbered by address within their type, as mtx does', async (t) => {
  const told = await readElements(new Library(elements, 1000), '/dev/sg1')
  const numbers = ('elements' in told ? told.elements : []).map(
    ({ type, number, volumeTag }) => `${type} ${number} ${volumeTag}`,
  )
  t.strictSame(numbers.slice(0, 5), [
    'data-transfer 0 T10',
    'data-transfer 1 T11',
    'data-transfer 2 T12',
    'data-transfer 3 T13',
    'storage 1 T500',
  ])
  t.strictSame(numbers.slice(-3), [
    'import-export 26 T100',
    'import-export 27 T101',
    'import-export 28 T102',
  ])
})

t.test('an answer that does not hold all elements is followed up', async (t) => {
  const whole = await readElements(new Library(elements, 1000), '/dev/sg1')
  const library = new Library(elements, 10)

  t.strictSame(await readElements(library, '/dev/sg1'), whole)
  t.strictSame(library.asked, [
    'b8100000ffff010400000000',
    'b8120000ffff010400000000',
    'b81201feffff010400000000',
    'b8120208ffff010400000000',
    'b8130000ffff010400000000',
    'b8140000ffff010400000000',
  ])
})

t.test('what a library says as before is what it was, and what it says anew is read', async (t) => {
  const elementsTold = async (from: typeof elements, previous?: readonly Element[]) => {
    const told = await readElements(new Library(from, 10), '/dev/sg1', previous)
    return 'elements' in told ? told.elements : []
  }
  const first = await elementsTold(elements)
  t.equal(await elementsTold(elements, first), first)

  // Behind the first answer, and an answer less.
  for (const other of [elements.with(25, { type: 2, address: 540 }), elements.slice(0, -4)]) {
    const changed = await elementsTold(other, first)
    t.strictSame(changed, await elementsTold(other))
    t.notSame(changed, first)
    t.equal(await elementsTold(other, changed), changed)
    t.strictSame(await elementsTold(elements, changed), first)
  }
})

t.test(
  'of a library in which some media moved the other elements are what they were',
  async (t) => {
    for (const perAnswer of [1000, 10]) {
      const elementsTold = async (from: ToldElement[], previous?: readonly Element[]) => {
        const told = await readElements(new Library(from, perAnswer), '/dev/sg1', previous)
        return 'elements' in told ? told.elements : []
      }
      let previous = await elementsTold(elements)
      // A slot, a drive out of a slot and one out of nowhere, the station, the robot; then all of it back.
      const moved: ToldElement[] = elements
        .with(3, { type: 2, address: 502, tag: 'OTHER' })
        .with(29, { type: 4, address: 10, tag: 'T503', source: 503 })
        .with(30, { type: 4, address: 11, source: 900 })
        .with(27, { type: 3, address: 101, tag: '' })
        .with(0, { type: 1, address: 900, tag: 'HELD' })
      for (const now of [moved, elements, moved]) {
        const read = await elementsTold(now, previous)
        t.strictSame(read, await elementsTold(now), 'as if it had been read for the first time')
        const kept = read.filter((element, index) => element === previous[index])
        t.equal(read.length - kept.length, 4, 'the robot holds nothing that is told')
        previous = read
      }
      t.match(
        previous.filter(({ volumeTag }) => volumeTag === 'T503' || volumeTag === 'OTHER'),
        [
          { type: 'data-transfer', number: 0, sourceElement: 4 },
          { type: 'storage', number: 3, volumeTag: 'OTHER' },
          { type: 'storage', number: 4 },
        ],
      )
    }
  },
)

t.test('a library that counts more than it tells is refused, and not asked for ever', async (t) => {
  const library = new Library(elements, 0)
  await t.rejects(readElements(library, '/dev/sg1'), {
    code: 'ERR_DECODE',
    message: 'READ ELEMENT STATUS: 0 of 25 elements told',
  })
  t.equal(library.asked.length, 2)
})

t.test('a library that refuses drive identifiers is asked without them', async (t) => {
  const dvcid = (cdb: Uint8Array) => ((cdb[6] ?? 0) & 1) === 1
  const library = new Library(elements, 1000, [{ when: dvcid, sense: refusal('05', '2400') }])

  const told = await readElements(library, '/dev/sg1')

  t.equal('elements' in told && told.elements.length, 32)
  t.strictSame(library.asked, ['b8100000ffff010400000000', 'b8100000ffff000400000000'])
})

t.test('unit attentions are taken note of and the question is put again', async (t) => {
  const once = () => true
  const library = new Library(elements, 1000, [
    { when: once, sense: refusal('06', '2900') },
    { when: once, sense: refusal('06', '2800') },
  ])
  t.match(await readElements(library, '/dev/sg1'), { elements: { length: 32 } })
  t.equal(library.asked.length, 3)
})

t.test('a library that is not ready says so', async (t) => {
  const library = new Library(elements, 1000, [{ when: () => true, sense: refusal('02', '0401') }])
  t.match(await readElements(library, '/dev/sg1'), {
    refused: {
      kind: 'check-condition',
      sense: { deferred: false, key: 2, asc: 0x04, ascq: 0x01 },
    },
  })
})

/** What mtx 1.3.12 prints of these elements, without the blanks that it pads with. */
function asMtxPrints(device: string, elements: readonly Element[]): string[] {
  const count = (type: Element['type']) => elements.filter((each) => each.type === type).length
  const slots = count('storage') + count('import-export')
  const line = ({ type, number, full, volumeTag, sourceElement }: Element): string => {
    const name = `Storage Element ${number}${type === 'import-export' ? ' IMPORT/EXPORT' : ''}`
    if (type !== 'data-transfer') {
      return `${name}:${full ? (volumeTag === null ? 'Full' : `Full :VolumeTag=${volumeTag}`) : 'Empty'}`
    }
    const contents = full
      ? `Full (Storage Element ${sourceElement} Loaded):VolumeTag = ${volumeTag}`
      : 'Empty'
    return `Data Transfer Element ${number}:${contents}`
  }
  return [
    `Storage Changer ${device}:${count('data-transfer')} Drives, ${slots} Slots ( ${count('import-export')} Import/Export )`,
    ...elements.map(line),
  ]
}

t.test('every library of every recording holds what mtx prints of it', async (t) => {
  let compared = 0
  for (const recording of RECORDINGS) {
    const evidence = recorded(recording)
    if (!evidence.hasScsi) continue
    const host = openRecording(recording)
    for (const number of Array.from({ length: 40 }, (_, index) => index)) {
      const device = `/dev/sg${number}`
      const text = evidence.succeeded(`mtx -f ${device} status`)
      if (text === null) continue
      const told = await readElements(host, device)
      const ours = 'elements' in told ? asMtxPrints(device, told.elements) : []
      const theirs = text.trim().split(/ *\n */)
      t.strictSame(ours.map(withoutGuess), theirs.map(withoutGuess), `${recording} ${device}`)

      /** Where the source of a cartridge is full again, mtx makes it an empty one. */
      function withoutGuess(line: string, index: number): string {
        const [, source] = /\(Storage Element (\d+) Loaded\)/.exec(ours[index] ?? '') ?? []
        const isFull = theirs.some((each) => each.startsWith(`Storage Element ${source}:Full`))
        return isFull ? line.replace(/\(Storage Element \d+/, '(Storage Element') : line
      }
      compared += 1
    }
  }
  t.equal(compared, 21)
})
