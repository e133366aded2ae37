import fc from 'fast-check'
import t from 'tap'
import { assertReadOnlyRequest } from '../../src/host/guard.ts'
import type { ScsiAnswer } from '../../src/host/host.ts'
import { parseSgRaw, SgRawError } from '../../src/host/sg-raw.ts'
import { openRecording } from '../support/recording.ts'

// Printed by sg_raw 0.4.34 of sg3_utils 1.46, with -v and -b, before an SG_IO that was made to answer so.
const INQUIRY = Buffer.from(
  '088005025b00000253544b20202020204c37303020202020202020202020202030313037',
  'hex',
)
const SENT = '    cdb to send: [12 00 00 00 60 00]\n'
const NOT_READY = `${SENT}SCSI Status: Check Condition 

Sense Information:
Fixed format, current; Sense key: Not Ready
Additional sense: Medium not present
  Info fld=0x0 [0] 
 Raw sense data (in hex), sb_len=20
        f0 00 02 00 00 00 00 58  00 00 00 00 3a 00 00 00
        00 00 00 00

Error 2 occurred, no data received
Device not ready
`
const DESCRIPTOR = `${SENT}SCSI Status: Check Condition 

Sense Information:
Descriptor format, current; Sense key: Unit Attention
ASC=04, ASCQ=29 (hex)
 Raw sense data (in hex), sb_len=10, embedded_len=8
        72 06 04 29 00 00 00 00

Error 6 occurred, no data received
Unit attention
`
const RECOVERED = `${SENT}SCSI Status: Check Condition 

Sense Information:
Fixed format, current; Sense key: Recovered Error
Additional sense: Failure prediction threshold exceeded
  Info fld=0x0 [0] 
 Raw sense data (in hex), sb_len=18
        f0 00 01 00 00 00 00 0a  00 00 00 00 5d 00 00 00
        00 00

Writing 36 bytes of data to stdout
Recovered error (warning)
`
const TIMED_OUT = `${SENT}>>> transport error: Host_status=0x03 [DID_TIME_OUT]
Driver_status=0x06 [DRIVER_TIMEOUT]

SCSI Status: Good 

Error 99 occurred, no data received
Some other error
`
const OFFLINE_WITHOUT_V = `SCSI Status: Check Condition 

Sense Information:
Fixed format, current; Sense key: Not Ready
Additional sense: Logical unit not ready, offline
  Info fld=0x0 [0] 

Error 2 occurred, no data received
`

t.test('every kind of answer is told as the kernel gave it', (t) => {
  t.strictSame(
    read(0, `${SENT}SCSI Status: Good \n\nWriting 36 bytes of data to stdout\n\n`, INQUIRY),
    answer({ data: INQUIRY }),
  )
  t.strictSame(read(0, `${SENT}SCSI Status: Good \n\n\n`), answer({}))
  t.strictSame(
    read(2, NOT_READY),
    answer({ status: 2, sense: 'f000020000000058000000003a00000000000000' }),
  )
  t.strictSame(read(6, DESCRIPTOR), answer({ status: 2, sense: '7206042900000000' }))
  t.strictSame(
    read(21, RECOVERED, INQUIRY),
    answer({ status: 2, sense: 'f00001000000000a000000005d0000000000', data: INQUIRY }),
    'a recovered error comes with data',
  )
  t.strictSame(read(99, TIMED_OUT), answer({ hostStatus: 3, driverStatus: 6 }))
  t.strictSame(read(99, failed('Busy')), answer({ status: 0x08 }))
  t.strictSame(read(24, failed('Reservation Conflict')), answer({ status: 0x18 }))
  t.strictSame(read(99, failed('Task Set Full')), answer({ status: 0x28 }))
  t.end()
})

t.test('without sense bytes no more is told than the text says for certain', (t) => {
  t.strictSame(read(2, OFFLINE_WITHOUT_V), answer({ status: 2, sense: '7000020000000000' }))
  const withCodes = OFFLINE_WITHOUT_V.replace(/Additional sense:.*/, 'ASC=04, ASCQ=12 (hex)')
  t.strictSame(
    read(2, withCodes),
    answer({ status: 2, sense: '70000200000000' + '0a' + '00000000' + '0412' + '00000000' }),
  )
  t.end()
})

t.test('what is no answer is an error that names the reason', (t) => {
  const cases: [number | null, string, string, number | null][] = [
    [
      72,
      `${SENT}do_scsi_pt: Invalid argument\nInvalid argument\n`,
      'do_scsi_pt: Invalid argument',
      22,
    ],
    [
      63,
      `${SENT}do_scsi_pt: Permission denied\nPermission denied\n`,
      'do_scsi_pt: Permission denied',
      13,
    ],
    [52, '/dev/sg77: No such file or directory\n', '/dev/sg77: No such file or directory', 2],
    [null, '', 'exit by signal', null],
    [0, 'SCSI Status: Splendid \n', 'unknown SCSI status "Splendid"', null],
    [
      0,
      'SCSI Status: Good \n\nWriting 36 bytes of data to stdout\n',
      '0 of 36 bytes arrived',
      null,
    ],
    [2, NOT_READY.replace('        00 00 00 00\n', ''), 'sense data cut short', null],
    [
      0,
      'SCSI Status: Good \n\nReceived 2 bytes of data:\n 00     00\n',
      '1 of 2 bytes listed',
      null,
    ],
  ]
  for (const [exitCode, stderr, reason, errno] of cases) {
    t.throws(() => read(exitCode, stderr), {
      code: 'ERR_SG_RAW',
      message: `sg_raw: ${reason}`,
      errno,
    })
  }
  t.end()
})

t.test('the hex dumps of the recordings say what was transferred', async (t) => {
  let compared = 0
  for (const name of ['01-steady', '03-tape-moves', '11-big-library']) {
    const host = openRecording(name)
    for (const [key, command] of host.recording.commands ?? []) {
      const argv = key.split('\0')
      if (argv[0] !== 'sg_raw' || command.exitCode !== 0) continue
      const text = parseSgRaw({ ...command, stdout: new Uint8Array() })
      // Recorded with DVCID and 65,535 bytes; the same question by SG_IO had room for all of it.
      const device = argv[3] ?? ''
      const cdb = Buffer.from(argv.slice(4).join(''), 'hex')
      t.strictSame(text, await host.scsi(device, cdb, { dataInBytes: 65_535 }), `${name} ${device}`)
      compared += 1
    }
  }
  t.equal(compared, 7)
})

t.test('any text gives an answer or an SgRawError', (t) => {
  const part = fc.constantFrom(
    'SCSI Status: Good \n',
    'SCSI Status: Check Condition \n',
    'Received 20 bytes of data:\n',
    ' 00     00 01 00 49\n',
    ' Raw sense data (in hex), sb_len=4\n',
    '        f0 00 02 00\n',
    'Host_status=0x03 [DID_TIME_OUT]\n',
  )
  const text = fc.array(fc.oneof(part, fc.string())).map((parts) => parts.join(''))
  fc.assert(
    fc.property(text, fc.option(fc.nat(255)), (stderr, exitCode) => {
      try {
        read(exitCode, stderr)
      } catch (error) {
        if (!(error instanceof SgRawError)) throw error
      }
    }),
  )
  t.end()
})

t.test('only requests that change nothing are sent', (t) => {
  const permitted = [
    '120000002400',
    '000000000000',
    '03000000fc00',
    '4d00510000000000ff00',
    '1a003f00ff00',
    '5a003f0000000000ff00',
    'b81000000000ffff03ffff00',
    'a00000000000000010000000',
    '8c00000000000000000000001000' + '0000',
    '34000000000000000000',
    '44000000000000ffff00',
    '5e00000000000000ff00',
    '25000000000000000000',
    '9e100000000000000000000000200000',
  ]
  for (const cdb of permitted) {
    t.doesNotThrow(() => {
      assertReadOnlyRequest('/dev/sg3', Buffer.from(cdb, 'hex'))
    }, cdb)
  }
  const refused = {
    'MOVE MEDIUM': 'a50000000000000000000000',
    REWIND: '010000000000',
    'MODE SELECT(6)': '15100000ff00',
    'LOG SELECT': '4c000000000000000000',
    'LOG SENSE with SP': '4d01510000000000ff00',
    'LOG SENSE with PPC': '4d02510000000000ff00',
    'LOG SENSE of TapeAlert, which clears it': '4d006e00000000ffff00',
    'GET LBA STATUS': '9e120000000000000000000000200000',
    'INITIALIZE ELEMENT STATUS': '070000000000',
    nothing: '',
  }
  for (const [name, cdb] of Object.entries(refused)) {
    t.throws(
      () => {
        assertReadOnlyRequest('/dev/sg3', Buffer.from(cdb, 'hex'))
      },
      { code: 'ERR_REFUSED' },
      name,
    )
  }
  for (const device of [
    '/dev/st0',
    '/dev/nst0',
    '/dev/sda',
    'sg3',
    '/dev/sg3/../nst0',
    '/dev/sg3\n',
  ]) {
    t.throws(
      () => {
        assertReadOnlyRequest(device, Buffer.from('000000000000', 'hex'))
      },
      { code: 'ERR_REFUSED' },
      device,
    )
  }
  t.end()
})

function read(exitCode: number | null, stderr: string, stdout: Uint8Array = new Uint8Array()) {
  return parseSgRaw({ exitCode, stdout, stderr })
}

function answer(parts: Partial<Omit<ScsiAnswer, 'sense'>> & { sense?: string }): ScsiAnswer {
  return {
    status: parts.status ?? 0,
    hostStatus: parts.hostStatus ?? 0,
    driverStatus: parts.driverStatus ?? 0,
    sense: new Uint8Array(Buffer.from(parts.sense ?? '', 'hex')),
    data: new Uint8Array(parts.data ?? []),
  }
}

function failed(status: string): string {
  return `${SENT}>>> unknown pass through result category (1)\nSCSI Status: ${status} \n\nError 99 occurred, no data received\nSome other error\n`
}
