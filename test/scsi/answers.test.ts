import t from 'tap'
import { decodeCapacity10, decodeCapacity16 } from '../../src/scsi/capacity.ts'
import {
  persistentReserveIn,
  readCapacity16,
  readPosition,
  reportDensitySupport,
  requestSense,
  testUnitReady,
} from '../../src/scsi/cdb.ts'
import { decodeDensities, decodeMediumTypes } from '../../src/scsi/densities.ts'
import {
  decodeExtendedPosition,
  decodeLongPosition,
  decodeShortPosition,
} from '../../src/scsi/position.ts'
import { decodeRegisteredKeys, decodeReservation } from '../../src/scsi/reservations.ts'
import { decodeSense } from '../../src/scsi/sense.ts'
import { distinctAnswers, recordedAnswers } from '../support/recorded-answers.ts'
import { recorded } from '../support/recorded.ts'
import { RECORDINGS } from '../support/recording.ts'
import { SAMPLE_ANSWERS } from '../support/sample-answers.ts'

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'))
const hex = (data: Uint8Array) => Buffer.from(data).toString('hex')

t.test('the commands are laid out as the standards say', (t) => {
  t.equal(hex(requestSense()), '03000000fc00')
  t.equal(hex(testUnitReady()), '000000000000')
  t.equal(hex(readPosition('short')), '34000000000000000000')
  t.equal(hex(readPosition('long')), '34060000000000000000')
  t.equal(hex(readPosition('extended')), '34080000000000002000')
  t.equal(hex(reportDensitySupport({ ofMedium: true, mediumTypes: false })), '44010000000000ffff00')
  t.equal(
    hex(reportDensitySupport({ ofMedium: false, mediumTypes: true }, 0x100)),
    '44020000000000010000',
  )
  t.equal(hex(persistentReserveIn('keys')), '5e000000000000ffff00')
  t.equal(hex(persistentReserveIn('reservation')), '5e010000000000ffff00')
  t.equal(hex(readCapacity16()), '9e100000000000000000000000200000')
  t.end()
})

t.test('where a tape stands', (t) => {
  const none = { lastObject: null, file: null, bufferedObjects: null, bufferedBytes: null }
  const middle = { atBegin: false, nearEnd: false, beyondEarlyWarning: false }
  t.strictSame(decodeShortPosition(bytes('41 02 0000 00000247 00000245 00 000002 00000400')), {
    ...{ ...middle, nearEnd: true, beyondEarlyWarning: true, partition: 2 },
    ...{ object: 0x247, lastObject: 0x245, file: null, bufferedObjects: 2, bufferedBytes: 1024 },
  })
  for (const flag of ['04', '02']) {
    t.strictSame(
      decodeShortPosition(bytes(`${flag} 02 0000 00000247 00000245 00 000000 00000000`)),
      { ...middle, partition: null, object: null, ...none, bufferedObjects: 0, bufferedBytes: 0 },
      flag === '04' ? 'not known' : 'too large for the form',
    )
  }
  t.match(decodeShortPosition(bytes('b0 00 0000 00000000 00000000 00 000001 00000001')), {
    atBegin: true,
    object: 0,
    bufferedObjects: null,
    bufferedBytes: null,
  })

  t.strictSame(decodeLongPosition(SAMPLE_ANSWERS.longPosition), {
    ...{ ...middle, nearEnd: true },
    ...{ ...none, partition: 2, object: 0x100000005, file: 9 },
  })
  t.match(decodeLongPosition(bytes(`0c ${'00'.repeat(31)}`)), {
    partition: null,
    object: null,
    file: null,
  })
  t.match(decodeLongPosition(bytes(`08 ${'00'.repeat(31)}`)), { object: 0, file: null })

  t.strictSame(decodeExtendedPosition(SAMPLE_ANSWERS.extendedPosition), {
    ...{ ...middle, atBegin: true, beyondEarlyWarning: true, partition: 1 },
    ...{ object: 0x100000005, lastObject: 0x100000003, file: null },
    ...{ bufferedObjects: 2, bufferedBytes: 1024 },
  })
  t.throws(() => decodeExtendedPosition(bytes('00'.repeat(32))), {
    code: 'ERR_DECODE',
    message: 'READ POSITION: additional length 00h, 1ch expected',
  })
  t.throws(() => decodeShortPosition(bytes('00'.repeat(19))), {
    message: 'READ POSITION: 19 bytes, at least 20 expected',
  })
  t.end()
})

t.test('all forms tell the same of every recorded drive', (t) => {
  let compared = 0
  for (const long of recordedAnswers('3406')) {
    const short = recordedAnswers('3400').find(
      ({ recording, device }) => recording === long.recording && device === long.device,
    )
    if (short === undefined) continue
    const told = decodeLongPosition(long.data)
    const { atBegin, partition, object } = decodeShortPosition(short.data)
    t.strictSame([told.atBegin, told.partition], [atBegin, partition])
    // A drive that is written to stands a little further when it is asked again.
    const moved = (told.object ?? Number.NaN) - (object ?? Number.NaN)
    t.ok(moved >= 0 && moved < 100, `moved by ${moved} of ${object}`)
    compared += 1
  }
  t.ok(compared > 40, `${compared} compared`)
  t.end()
})

t.test('densities', (t) => {
  const [lto8] = distinctAnswers('4401')
    .flatMap(({ data }) => decodeDensities(data))
    .filter(({ primaryCode }) => primaryCode === 0x5e)
  t.strictSame(lto8, {
    primaryCode: 0x5e,
    secondaryCode: 0x5e,
    writable: true,
    default: true,
    bitsPerMillimeter: 19107,
    widthMillimeters: 12.7,
    tracks: 1,
    capacityMegabytes: null,
    assigningOrganization: 'LTO-CVE',
    name: 'U-832',
    description: 'Ultrium 8/32T',
  })
  // Of an LTO-8 drive: it also reads and writes LTO-7.
  const drive = distinctAnswers('4400').find(({ data }) => data[4] === 0x5c && data.length === 108)
  t.match(drive && decodeDensities(drive.data), [
    { primaryCode: 0x5c, name: 'U-732', capacityMegabytes: 6_000_000, tracks: 3584 },
    { primaryCode: 0x5e, name: 'U-832', capacityMegabytes: 12_000_000 },
  ])
  t.equal(drive && decodeDensities(drive.data.subarray(0, 107)).length, 1, 'cut short')
  t.strictSame(decodeMediumTypes(SAMPLE_ANSWERS.mediumTypes), [
    {
      code: 1,
      densityCodes: [0x58, 0x5a],
      widthMillimeters: 12.7,
      lengthMeters: 846,
      assigningOrganization: 'LTO-CVE',
      name: 'U-616W',
      description: 'Ultrium 6/16W',
    },
  ])
  t.end()
})

t.test('who holds a drive', (t) => {
  t.strictSame(decodeRegisteredKeys(SAMPLE_ANSWERS.registeredKeys), {
    generation: 4,
    keys: ['1122334455667788', '99aabbccddeeff00'],
    truncated: false,
  })
  t.match(decodeRegisteredKeys(SAMPLE_ANSWERS.registeredKeys.subarray(0, 20)), {
    keys: ['1122334455667788'],
    truncated: true,
  })
  t.strictSame(decodeReservation(SAMPLE_ANSWERS.reservation), {
    generation: 4,
    held: { key: '1122334455667788', type: 'write-exclusive-registrants-only' },
  })
  for (const cdb of ['5e00', '5e01']) {
    for (const { data } of distinctAnswers(cdb)) {
      t.strictSame(decodeReservation(data), { generation: 0, held: null })
      t.strictSame(decodeRegisteredKeys(data).keys, [])
    }
  }
  t.throws(() => decodeRegisteredKeys(bytes('00000000 00000009')), {
    message: 'PERSISTENT RESERVE IN: keys of 9 bytes',
  })
  t.throws(() => decodeReservation(bytes('00000000 00000010 1122')), { code: 'ERR_DECODE' })
  t.end()
})

t.test('disks are as large as sg_readcap printed', (t) => {
  let compared = 0
  const evidence = new Map(
    RECORDINGS.map((recording) => [recording as string, recorded(recording)]),
  )
  for (const answer of recordedAnswers('9e10', [0])) {
    const text = evidence.get(answer.recording)?.succeeded(`sg_readcap -l ${answer.device}`)
    if (text === undefined || text === null) continue
    const printed = {
      blocks: Number(/Number of logical blocks=(\d+)/.exec(text)?.[1]),
      blockBytes: Number(/Logical block length=(\d+)/.exec(text)?.[1]),
    }
    const thin = text.includes('lbpme=1')
    t.strictSame(decodeCapacity16(answer.data), { ...printed, thin })
    const [short] = recordedAnswers('25', [0]).filter(
      ({ recording, device }) => recording === answer.recording && device === answer.device,
    )
    t.strictSame(short && decodeCapacity10(short.data), { ...printed, thin: null })
    compared += 1
  }
  t.ok(compared >= 10, `${compared} compared`)
  t.equal(decodeCapacity10(bytes('ffffffff 00000200')), null, 'larger than it can say')
  t.end()
})

t.test('what drives and changers answer to REQUEST SENSE', (t) => {
  const senses = distinctAnswers('03', [1, 8]).map(({ data }) => decodeSense(data))
  const keys = new Set(senses.map(({ key }) => key))
  t.strictSame([...keys].sort(), [0, 2, 4, 5, 6])
  // A drive met a filemark and did not transfer 256 KiB of what was asked for.
  const filemark = senses.find(({ details }) => details.filemark)
  t.match(filemark, { key: 0, asc: 0, ascq: 1, details: { information: 0x40000 } })
  t.end()
})
