import fc from 'fast-check'
import t from 'tap'
import { SENSE_CODES } from '../../src/scsi/sense-codes.ts'
import type { SenseKeySpecific } from '../../src/scsi/sense-details.ts'
import { decodeSense, KEYS, senseCodeName } from '../../src/scsi/sense.ts'
import { distinctSenses } from '../support/recorded-answers.ts'
import { hasSgTools, sgTool } from '../support/sg-tool.ts'

const skip = !hasSgTools() && 'sg3-utils 1.46 is not installed'

/** Sense as sg_decode_sense says it. */
interface Said {
  format: string
  key: string
  /** What the code means, lower case. */
  name: string | null
  information: number | null
  replaceableUnit: number | null
  marks: string
  specific: SenseKeySpecific | null
}

function saidOf(text: string): Said {
  const find = (pattern: RegExp) => pattern.exec(text)?.[1] ?? null
  const number = (pattern: RegExp) => {
    const found = find(pattern)
    return found === null ? null : Number(found)
  }
  const unit = number(/replaceable unit code: (\S+)/)
  const isMarked = (short: RegExp, long: string) => short.test(text) || text.includes(long)
  return {
    format: find(/^(.* format, .*); Sense key/m) ?? '',
    key: (find(/Sense key: (.*)$/m) ?? '').toLowerCase(),
    name: find(/^Additional sense: (.*)$/m)?.toLowerCase() ?? null,
    information: number(/^ *Info fld=(\S+)/m) ?? number(/Information: (0x\S+)/),
    replaceableUnit: unit === 0 ? null : unit,
    marks: [
      isMarked(/ FMK/, 'FILEMARK') ? 'filemark' : '',
      isMarked(/ EOM/, 'End Of Medium') ? 'end' : '',
      isMarked(/ ILI/, 'Incorrect Length Indicator (ILI)\n') ? 'length' : '',
    ].join(' '),
    specific: specificSaid(text),
  }
}

function specificSaid(text: string): SenseKeySpecific | null {
  const field = /Error in (.*): byte (\d+)(?: bit (\d))?/.exec(text)
  const bit = (found: string | undefined) => (found === undefined ? null : Number(found))
  if (field) {
    const [, where, byte, at] = field
    return { kind: 'field', inCdb: where === 'Command', byte: Number(byte), bit: bit(at) }
  }
  const segment = /start of (.*), byte (\d+)(?: bit (\d))?/.exec(text)
  if (segment) {
    const [, where, byte, at] = segment
    const inSegment = where === 'segment descriptor'
    return { kind: 'segment', inSegment, byte: Number(byte), bit: bit(at) }
  }
  const retries = /retry count: (\S+)/.exec(text)?.[1]
  if (retries !== undefined) return { kind: 'retries', count: Number(retries) }
  const overflow = /overflow flag is (\d)/.exec(text)?.[1]
  if (overflow !== undefined) return { kind: 'queue-overflow', overflow: overflow === '1' }
  const percent = /Progress indication: ([\d.]+)%/.exec(text)?.[1]
  return percent === undefined ? null : { kind: 'progress', fraction: Number(percent) / 100 }
}

/** The same of what was decoded. */
function decodedOf(data: Uint8Array): Said {
  const { deferred, key, asc, ascq, details } = decodeSense(data)
  const layout = ((data[0] ?? 0) & 0x7f) < 0x72 ? 'Fixed' : 'Descriptor'
  const { specific } = details
  return {
    format: `${layout} format, ${deferred ? '<<<deferred>>>' : 'current'}`,
    key: KEYS[key] ?? '',
    name: senseCodeName(asc, ascq)?.toLowerCase() ?? null,
    information: details.information,
    replaceableUnit: details.replaceableUnit,
    marks: [
      details.filemark ? 'filemark' : '',
      details.endOfMedium ? 'end' : '',
      details.incorrectLength ? 'length' : '',
    ].join(' '),
    specific: rounded(specific),
  }
}

/** The tool tells progress in hundredths of a percent, and means parts of 656 of 65,536. */
function rounded(specific: SenseKeySpecific | null): SenseKeySpecific | null {
  if (specific?.kind !== 'progress') return specific
  return { ...specific, fraction: Math.floor(specific.fraction * 100 + 1e-9) }
}

const NO_CODE = 'no additional sense information'

/** The words of the tool in ours: where it says `[0x85]` or `of 0x7`, and remarks of its own. */
function inOurWords(said: Said): Said {
  const name =
    said.name
      ?.replace(' (obs)', '')
      .replace(' (should use 40 nn)', ' [0x0]')
      .replace(/^(tagged overlapped commands)/, '$1, task tag')
      .replace(/^(decompression exception) (short algorithm id) of (\S+)/, '$1, $2 [$3]')
      .replace(/ \[0x(\w+)\]$/, (_, code: string) => ` ${code.padStart(2, '0')}h`) ?? null
  const key = said.key.replace('(9)', '').replace('equal', 'reserved')
  return { ...said, name: name === NO_CODE ? null : name, key, specific: rounded(said.specific) }
}

const byte = fc.nat(255)
const code = fc.oneof(
  fc.tuple(byte, byte),
  fc.constantFrom(...SENSE_CODES.keys()).map((each) => [each >> 8, each & 0xff] as const),
)
/** Three bytes that are valid, as the tool does not look whether they are in descriptors. */
const specific = fc.tuple(byte, byte, byte).map(([flags, ...rest]) => [flags | 0x80, ...rest])

const fixed = fc
  .record({ flags: fc.tuple(fc.boolean(), fc.boolean(), byte), info: fc.array(byte, FOUR()), code })
  .chain(({ flags: [deferred, valid, key], info, code: [asc, ascq] }) =>
    fc
      .tuple(fc.array(byte, FOUR()), byte, specific, fc.array(byte, { maxLength: 14 }))
      .map(([command, unit, three, rest]) => [
        (deferred ? 0x71 : 0x70) | (valid ? 0x80 : 0),
        ...[0, key & 0xef, ...info, 10 + rest.length],
        ...[...command, asc, ascq, unit, ...three, ...rest],
      ]),
  )

const descriptor = fc.oneof(
  fc.array(byte, EIGHT()).map((info) => [0x00, 0x0a, 0x80, 0, ...info]),
  specific.map((three) => [0x02, 0x06, 0, 0, ...three, 0]),
  byte.map((unit) => [0x03, 0x02, 0, unit]),
  byte.map((flags) => [0x04, 0x02, 0, flags]),
  fc.array(byte, EIGHT()).map((command) => [0x01, 0x0a, 0, 0, ...command]),
)
const described = fc
  .tuple(fc.boolean(), byte, code, fc.uniqueArray(descriptor, { selector: ([type]) => type }))
  .map(([deferred, key, [asc, ascq], descriptors]) => {
    const body = descriptors.flat()
    return [deferred ? 0x73 : 0x72, key & 0x0f, asc, ascq, 0, 0, 0, body.length, ...body]
  })

function FOUR() {
  return { minLength: 4, maxLength: 4 }
}
function EIGHT() {
  return { minLength: 8, maxLength: 8 }
}

/** The tool takes 00h/1Dh in fixed format for something else. */
function isAtaPassThrough(data: readonly number[]): boolean {
  return ((data[0] ?? 0) & 0x7f) < 0x72 && data[12] === 0x00 && data[13] === 0x1d
}

t.test('sense data says what sg_decode_sense says of it', { skip }, (t) => {
  const recorded = distinctSenses()
  t.ok(recorded.length >= 15, `${recorded.length} of recorded devices`)
  const everyCode = [...SENSE_CODES.keys()].map((each) => {
    const [data = []] = fc.sample(fixed, 1)
    data.splice(12, 2, each >> 8, each & 0xff)
    return data
  })
  const made = [...everyCode, ...fc.sample(fixed, 300), ...fc.sample(described, 300)]
    .filter((data) => !isAtaPassThrough(data))
    .map((data) => Buffer.from(data))
  const answers = [...recorded, ...made].map((data) => ({ data }))
  const different = sgTool('sg_decode_sense', answers, (file) => ['-f', file])
    .map(({ answer: { data }, stdout }) => ({
      data: data.toString('hex'),
      said: inOurWords(saidOf(stdout)),
      decoded: decodedOf(data),
    }))
    .filter(({ said, decoded }) => JSON.stringify(said) !== JSON.stringify(decoded))
  t.strictSame(
    different.map(({ data, said }) => ({ data, said })),
    different.map(({ data, decoded }) => ({ data, said: decoded })),
    `${answers.length} compared`,
  )
  t.end()
})
