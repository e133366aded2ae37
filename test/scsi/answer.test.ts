import fc from 'fast-check'
import t from 'tap'
import { describeOutcome, interpret, isUnitAttention } from '../../src/scsi/answer.ts'
import { decodeSense, describeSense } from '../../src/scsi/sense.ts'

const bytes = (hex: string) => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'))
const none = new Uint8Array()
const GOOD = { status: 0, hostStatus: 0, driverStatus: 0, sense: none, data: none }

// What an mhvtl library that was set offline answers, shortened behind the fields.
const OFFLINE = bytes('f0 00 02 00 00 00 00 58 00 00 00 00 04 12 00 00 00 00')

t.test('what an answer means', (t) => {
  t.test('good has the data', (t) => {
    const data = bytes('01 02')
    t.strictSame(interpret({ ...GOOD, data }), { kind: 'good', data })
    t.end()
  })

  t.test('after a transport failure the data is no answer, whatever the status says', (t) => {
    const outcome = interpret({ ...GOOD, hostStatus: 3, data: bytes('00 01') })
    t.strictSame(outcome, { kind: 'transport-failure', reason: 'timed out (DID_TIME_OUT)' })
    t.end()
  })

  t.test('a driver status other than "there is sense data" is a transport failure', (t) => {
    t.strictSame(interpret({ ...GOOD, driverStatus: 0x06 }), {
      kind: 'transport-failure',
      reason: 'driver status 06h',
    })
    t.end()
  })

  t.test('a check condition says why', (t) => {
    const outcome = interpret({ ...GOOD, status: 2, driverStatus: 8, sense: OFFLINE })
    t.match(outcome, {
      kind: 'check-condition',
      sense: { deferred: false, key: 2, asc: 0x04, ascq: 0x12 },
    })
    t.equal(describeOutcome(outcome), 'logical unit not ready, offline (02/04/12)')
    t.end()
  })

  t.test('a check condition with sense data that cannot be read is one all the same', (t) => {
    const outcome = interpret({ ...GOOD, status: 2, sense: bytes('ff ff') })
    t.strictSame(outcome, { kind: 'check-condition', sense: null })
    t.equal(describeOutcome(outcome), 'check condition without sense data')
    t.end()
  })

  t.test('a recovered error is an answer', (t) => {
    const data = bytes('aa')
    const sense = bytes('70 00 01 00 00 00 00 06 00 00 00 00 17 01')
    t.strictSame(interpret({ ...GOOD, status: 2, sense, data }), { kind: 'good', data })
    t.end()
  })

  t.test('busy and reserved devices have answered', (t) => {
    t.strictSame(interpret({ ...GOOD, status: 0x08 }), { kind: 'busy' })
    t.strictSame(interpret({ ...GOOD, status: 0x28 }), { kind: 'busy' })
    t.strictSame(interpret({ ...GOOD, status: 0x18 }), { kind: 'reservation-conflict' })
    t.end()
  })

  t.test('a unit attention is told from a refusal', (t) => {
    const attention = bytes('70 00 06 00 00 00 00 06 00 00 00 00 29 00')
    t.ok(isUnitAttention(interpret({ ...GOOD, status: 2, sense: attention })))
    t.notOk(isUnitAttention(interpret({ ...GOOD, status: 2, sense: OFFLINE })))
    t.notOk(isUnitAttention(interpret(GOOD)))
    t.end()
  })
  t.end()
})

t.test('sense data', (t) => {
  t.test('in descriptor format', (t) => {
    const sense = { deferred: false, key: 5, asc: 0x24, ascq: 0x00 }
    t.match(decodeSense(bytes('72 05 24 00 00 00 00 00')), sense)
    t.equal(describeSense(sense), 'invalid field in CDB (05/24/00)')
    t.end()
  })

  t.test('of an earlier command', (t) => {
    t.match(decodeSense(bytes('71 00 03')), { deferred: true, key: 3 })
    t.match(decodeSense(bytes('73 03 11 00')), { deferred: true, key: 3, asc: 0x11 })
    t.end()
  })

  t.test('what shortened sense data does not hold counts as 0', (t) => {
    t.match(decodeSense(bytes('70 00 02')), { deferred: false, key: 2, asc: 0, ascq: 0 })
    t.end()
  })

  t.test('a code without words is described by its key', (t) => {
    const words = describeSense({ deferred: false, key: 4, asc: 0x9a, ascq: 0x01 })
    t.equal(words, 'hardware error (04/9a/01)')
    t.end()
  })

  t.test('other formats and no bytes are refused', (t) => {
    t.throws(() => decodeSense(bytes('00 00 00')), {
      code: 'ERR_DECODE',
      message: 'sense data: response code 00h',
    })
    t.throws(() => decodeSense(none), { code: 'ERR_DECODE' })
    t.throws(() => decodeSense(bytes('70 00')), { code: 'ERR_DECODE' })
    t.end()
  })

  t.test('any answer is interpreted, and only an answered one has data', (t) => {
    const anyBytes = fc.uint8Array({ maxLength: 40 })
    const byte = fc.nat(255)
    const answer = fc.record({
      status: byte,
      hostStatus: fc.oneof(fc.constant(0), byte),
      driverStatus: fc.oneof(fc.constant(0), byte),
      sense: anyBytes,
      data: anyBytes,
    })
    fc.assert(
      fc.property(answer, (raw) => {
        const outcome = interpret(raw)
        const answered = raw.hostStatus === 0 && [0, 8].includes(raw.driverStatus & 0x0f)
        return describeOutcome(outcome) !== '' && (answered || !('data' in outcome))
      }),
    )
    t.end()
  })
  t.end()
})
