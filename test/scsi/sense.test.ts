import t from 'tap'
import { SENSE_CODES } from '../../src/scsi/sense-codes.ts'
import type { SenseDetails } from '../../src/scsi/sense-details.ts'
import { decodeSense, describeSense, senseCodeName } from '../../src/scsi/sense.ts'

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'))
const NOTHING: SenseDetails = {
  information: null,
  commandSpecific: null,
  replaceableUnit: null,
  filemark: false,
  endOfMedium: false,
  incorrectLength: false,
  specific: null,
  otherProgress: null,
}

t.test('fixed format', (t) => {
  // READ of a tape that met a filemark with four blocks left, as st sees it.
  t.strictSame(decodeSense(bytes('f0 00 80 00 00 00 04 0a 00000000 00 01 00 000000')), {
    deferred: false,
    ...{ key: 0, asc: 0, ascq: 1 },
    details: { ...NOTHING, information: 4, filemark: true },
  })
  t.strictSame(decodeSense(bytes('f1 00 63 00 00 00 05 0a 00000102 11 00 07 80 00 03')), {
    deferred: true,
    ...{ key: 3, asc: 0x11, ascq: 0 },
    details: {
      ...NOTHING,
      information: 5,
      commandSpecific: 0x0102,
      replaceableUnit: 7,
      endOfMedium: true,
      incorrectLength: true,
      specific: { kind: 'retries', count: 3 },
    },
  })
  t.equal(
    decodeSense(bytes('70 00 02 00 00 00 05 0a 00000000 04 01 00 000000')).details.information,
    null,
    'information that is not marked as valid',
  )
  t.end()
})

t.test('descriptor format', (t) => {
  const information = '00 0a 80 00 0000000100000005'
  const command = '01 0a 00 00 0000000000000009'
  const unit = '03 02 00 07'
  const stream = '04 02 00 e0'
  const other = '0a 06 02 04 04 00 4000'
  const data = bytes(
    `72 03 11 00 00000000 ${information} ${command} 02 06 0000 80 0003 00 ${unit} ${stream} ${other}`,
  )
  data[7] = data.length - 8
  t.strictSame(decodeSense(data), {
    deferred: false,
    ...{ key: 3, asc: 0x11, ascq: 0 },
    details: {
      information: 0x100000005,
      commandSpecific: 9,
      replaceableUnit: 7,
      filemark: true,
      endOfMedium: true,
      incorrectLength: true,
      specific: { kind: 'retries', count: 3 },
      otherProgress: 0.25,
    },
  })

  const disk = '0d 1e a0 00 c8 0008 07 00000000 00000006 00000000 00000009 00000000 00000000'
  t.strictSame(decodeSense(bytes(`73 05 24 00 00000020 ${disk}`)), {
    deferred: true,
    ...{ key: 5, asc: 0x24, ascq: 0 },
    details: {
      ...NOTHING,
      information: 6,
      commandSpecific: 9,
      replaceableUnit: 7,
      incorrectLength: true,
      specific: { kind: 'field', inCdb: true, byte: 8, bit: 0 },
    },
  })
  t.match(decodeSense(bytes('72 05 24 00 00000004 05 02 00 20')).details, { incorrectLength: true })
  t.end()
})

t.test('what the sense key makes of the three bytes that are specific to it', (t) => {
  const specific = (key: string, field: string) =>
    decodeSense(bytes(`70 00 ${key} 00000000 0a 00000000 0000 00 ${field}`)).details.specific
  t.strictSame(specific('02', '80 8000'), { kind: 'progress', fraction: 0.5 })
  t.strictSame(specific('00', '80 ffff'), { kind: 'progress', fraction: 65535 / 65536 })
  t.strictSame(specific('05', 'cb 0008'), { kind: 'field', inCdb: true, byte: 8, bit: 3 })
  t.strictSame(specific('05', '80 0102'), { kind: 'field', inCdb: false, byte: 258, bit: null })
  t.strictSame(specific('0a', 'a9 0004'), { kind: 'segment', inSegment: true, byte: 4, bit: 1 })
  t.strictSame(specific('06', '81 0000'), { kind: 'queue-overflow', overflow: true })
  t.strictSame(specific('04', '80 0002'), { kind: 'retries', count: 2 })
  t.equal(specific('02', '00 8000'), null, 'not marked as valid')
  t.equal(specific('07', '80 8000'), null, 'no meaning for this key')
  t.end()
})

t.test('what lies behind the length that sense data tells is not part of it', (t) => {
  t.match(decodeSense(bytes('70 00 03 00000000 00 00000000 11 00')), { key: 3, asc: 0, ascq: 0 })
  t.match(decodeSense(bytes('72 05 24 00 00000000 04 02 00 e0')).details, { filemark: false })
  t.end()
})

t.test('names', (t) => {
  t.equal(senseCodeName(0x3b, 0x12), 'medium magazine removed')
  t.equal(senseCodeName(0x40, 0x85), 'diagnostic failure on component 85h')
  t.equal(senseCodeName(0x4d, 0x07), 'tagged overlapped commands, task tag 07h')
  t.equal(senseCodeName(0x00, 0x00), null)
  t.equal(senseCodeName(0x84, 0x01), null)
  t.equal(
    describeSense({ deferred: false, key: 2, asc: 0x3a, ascq: 0 }),
    'medium not present (02/3a/00)',
  )
  t.equal(SENSE_CODES.size, 758)
  t.ok([...SENSE_CODES.values()].every((name) => name.trim() === name && !name.includes('(obs)')))
  t.end()
})
