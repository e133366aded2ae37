import t from 'tap'
import { assertNoTapeNode, assertReadOnlyRequest } from '../../src/host/guard.ts'

function isPermitted(cdb: string): boolean {
  try {
    assertReadOnlyRequest('/dev/sg3', Buffer.from(cdb, 'hex'), { clearsTapeAlert: true })
    return true
  } catch {
    return false
  }
}

const hex = (byte: number) => byte.toString(16).padStart(2, '0')
const ALL = Array.from({ length: 256 }, (_, byte) => byte)

t.test('of all operation codes these are sent, and no other', (t) => {
  const codes = ALL.filter((code) =>
    ALL.some((second) => isPermitted(`${hex(code)}${hex(second)}00000000`)),
  )
  t.strictSame(codes.map(hex), [
    '00', // TEST UNIT READY
    '03', // REQUEST SENSE
    '12', // INQUIRY
    '1a', // MODE SENSE(6)
    '25', // READ CAPACITY(10)
    '34', // READ POSITION
    '44', // REPORT DENSITY SUPPORT
    '4d', // LOG SENSE
    '5a', // MODE SENSE(10)
    '5e', // PERSISTENT RESERVE IN
    '8c', // READ ATTRIBUTE
    '9e', // SERVICE ACTION IN(16)
    'a0', // REPORT LUNS
    'b8', // READ ELEMENT STATUS
  ])
  t.end()
})

t.test('of those with service actions only what reads', (t) => {
  const serviceActions = ALL.filter((second) => isPermitted(`9e${hex(second)}${'00'.repeat(14)}`))
  t.strictSame(
    serviceActions.filter((second) => second < 0x20),
    [0x10],
    'READ CAPACITY(16)',
  )
  t.ok(serviceActions.every((second) => (second & 0x1f) === 0x10))
  const logSense = ALL.filter((second) => isPermitted(`4d${hex(second)}${'00'.repeat(8)}`))
  t.ok(
    logSense.every((second) => (second & 0x03) === 0),
    'neither SP nor PPC',
  )
  t.end()
})

t.test('nothing that moves, writes, reserves, tests or unlocks is sent', (t) => {
  const refused = {
    'REWIND, REZERO UNIT': '010000000000',
    'FORMAT MEDIUM': '040000000000',
    'INITIALIZE ELEMENT STATUS': '070000000000',
    'READ(6), which moves a tape': '080000000100',
    'WRITE(6)': '0a0000000100',
    'SET CAPACITY': '0b0000000000',
    'READ REVERSE(6)': '0f0000000100',
    'WRITE FILEMARKS(6)': '100000000000',
    'SPACE(6)': '110000000100',
    'VERIFY(6)': '130000000100',
    'RECOVER BUFFERED DATA': '140000000100',
    'MODE SELECT(6)': '15100000ff00',
    'RESERVE(6)': '160000000000',
    'RELEASE(6)': '170000000000',
    'ERASE(6)': '190100000000',
    'LOAD UNLOAD, START STOP UNIT, OPEN CLOSE ELEMENT': '1b0000000000',
    'RECEIVE DIAGNOSTIC RESULTS': '1c010100ff00',
    'SEND DIAGNOSTIC': '1d0400000000',
    'PREVENT ALLOW MEDIUM REMOVAL': '1e0000000100',
    'LOCATE(10), POSITION TO ELEMENT': '2b000000000000000000',
    'INITIALIZE ELEMENT STATUS WITH RANGE': '37000000000000000000',
    'WRITE BUFFER': '3b050000000000000000',
    'READ BUFFER': '3c020000000000000000',
    UNMAP: '42000000000000000000',
    SANITIZE: '48020000000000000000',
    'LOG SELECT': '4c020000000000000000',
    'MODE SELECT(10)': '55100000000000000000',
    'PERSISTENT RESERVE OUT': '5f000000000000001800',
    'READ(16)': '88000000000000000000000000010000',
    'WRITE ATTRIBUTE': '8d000000000000000000000000000000',
    'SPACE(16)': '91000000000000000000000000000000',
    'LOCATE(16)': '92000000000000000000000000000000',
    'ERASE(16)': '93010000000000000000000000000000',
    'SECURITY PROTOCOL IN': 'a20000000000000000000000',
    'MAINTENANCE IN': 'a30c00000000000000000000',
    'MAINTENANCE OUT': 'a40600000000000000000000',
    'MOVE MEDIUM': 'a50000000000000000000000',
    'EXCHANGE MEDIUM': 'a60000000000000000000000',
    'SECURITY PROTOCOL OUT': 'b50000000000000000000000',
    'SEND VOLUME TAG': 'b60000000000000000000000',
    'INITIALIZE ELEMENT STATUS WITH RANGE, of long ago': 'e70000000000',
  }
  for (const [name, cdb] of Object.entries(refused)) t.notOk(isPermitted(cdb), name)
  t.end()
})

t.test('no command is given a tape node, however it is written', (t) => {
  const nodes = ['/dev/st0', '/dev/nst12', '/dev/nst0a', '/dev/st3l', '/dev/tape/by-id/x-nst']
  nodes.push('//dev//nst0', '/dev/./st0', '/dev/../dev/st0', '/dev/sg0/../st0', '-f/dev/nst0')
  nodes.push('if=/dev/nst0', '--device=/dev/st0', '/dev/sg1,/dev/st0', '/proc/1/root/dev/nst0')
  for (const node of nodes) {
    t.throws(
      () => {
        assertNoTapeNode(['tool', node])
      },
      { code: 'ERR_REFUSED' },
      node,
    )
  }
  const others = ['/dev/sg0', '/dev/sch0', '/dev/sda', '/dev/stdin', '/dev/disk/by-id/st0rage-1']
  others.push('/sys/class/scsi_tape/st0', 'st0', '/dev/mapper/st0x', '/dev/vg_tape/lv')
  t.doesNotThrow(() => {
    assertNoTapeNode(others)
  })
  t.end()
})
