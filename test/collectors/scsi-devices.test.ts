import t from 'tap'
import { changers } from '../../src/collectors/changers.ts'
import { ABSENT, defaultSettings } from '../../src/collectors/collector.ts'
import { parseSgInqSerial } from '../../src/collectors/scsi-devices.ts'
import { readRecording } from '../../src/host/recording.ts'
import { ReplayHost } from '../../src/host/replay-host.ts'

/** VPD page 80h. */
const SERIAL = '\x08\x80\0\x04LIB1'

interface Units {
  /** The page as sysfs has it; null when it has none. */
  vpd_pg80: string | null
  /** The devices do not know the page. */
  refused: boolean
  /** The devices do not answer when they are asked for it. */
  silent: boolean
}

t.test('a library that is reached by two paths is one library', async (t) => {
  const host = new ReplayHost(readRecording(t.testdir(twoPaths())))
  const collected = await changers.collect(host, defaultSettings)
  t.strictSame(collected, {
    value: [
      {
        id: 'LIB1',
        serial: 'LIB1',
        wwn: null,
        vendor: 'ACME',
        product: 'Robot',
        revision: '1.0',
        device: '/dev/sg10',
        paths: ['/dev/sg2', '/dev/sg10'],
        hctl: '10:0:0:0',
        hctls: ['2:0:0:0', '10:0:0:0'],
        virtual: true,
        state: 'online',
        error: null,
        inventory: { takenAt: null, source: 'scsi', elements: [] },
        exportedAs: null,
      },
    ],
    problems: [],
    coverage: 'all',
  })
})

t.test('two devices without a serial number are two', async (t) => {
  const paths = twoPaths({ vpd_pg80: null, refused: true })
  const collected = await changers.collect(
    new ReplayHost(readRecording(t.testdir(paths))),
    defaultSettings,
  )
  t.match(collected, {
    value: [
      { id: '2:0:0:0', serial: null, state: 'unreachable' },
      { id: '10:0:0:0', serial: null, state: 'online' },
    ],
    problems: [{ labels: { library: '2:0:0:0' } }],
    coverage: 'some',
  })
})

t.test('a device whose serial number cannot be had may be any that is known', async (t) => {
  const paths = twoPaths({ vpd_pg80: null, silent: true })
  const collected = await changers.collect(
    new ReplayHost(readRecording(t.testdir(paths))),
    defaultSettings,
  )
  t.match(collected, {
    value: [
      { id: '2:0:0:0', serial: null, state: 'unreachable' },
      { id: '10:0:0:0', serial: null, state: 'online' },
    ],
    problems: [{ error: /^2:0:0:0: / }, { error: /^10:0:0:0: / }],
    coverage: 'some',
  })
  t.strictSame(collected !== ABSENT && collected.problems.map(({ labels }) => labels), [{}, {}])
})

t.test('a serial number is had from the device where the kernel keeps none', async (t) => {
  const paths = twoPaths({ vpd_pg80: null, refused: false })
  const collected = await changers.collect(
    new ReplayHost(readRecording(t.testdir(paths))),
    defaultSettings,
  )
  t.match(collected, { value: [{ id: 'LIB1', paths: ['/dev/sg2', '/dev/sg10'] }] })
})

t.test('the output of sg_inq', (t) => {
  const title = 'VPD INQUIRY: Unit serial number page\n'
  t.equal(parseSgInqSerial(`${title}  Unit serial number: XYZZY_A     \n`), 'XYZZY_A')
  t.equal(parseSgInqSerial(`${title}  Unit serial number: \n`), null)
  t.throws(() => parseSgInqSerial('Product Type: Disk Drive\n'), {
    code: 'ERR_PARSE',
    message: 'sg_inq -p sn: no "Unit serial number" line',
  })
  t.end()
})

/** The first path, over iSCSI, is dead; the second one leads through a virtual adapter. */
function twoPaths({ vpd_pg80 = SERIAL, refused = false, silent = false }: Partial<Units> = {}) {
  const files: object[] = [{ path: '/sys/class/scsi_generic', dir: ['sg10', 'sg2', 'sg3'] }]
  for (const [node, hctl, type, driver] of [
    ['sg2', '2:0:0:0', '8', 'iscsi_tcp'],
    ['sg10', '10:0:0:0', '8', 'mhvtl'],
    ['sg3', '3:0:0:0', '0', 'ahci'],
  ] as const) {
    const device = `/sys/devices/${hctl}`
    const host = `/sys/class/scsi_host/host${hctl.split(':')[0] ?? ''}`
    files.push(
      { path: `/sys/class/scsi_generic/${node}/device`, link: `../../../devices/${hctl}` },
      { path: `${device}/type`, content: `${type}\n` },
      { path: `${device}/vendor`, content: 'ACME    \n' },
      { path: `${device}/model`, content: 'Robot           \n' },
      { path: `${device}/rev`, content: '1.0 \n' },
      { path: `${host}/proc_name`, content: `${driver}\n` },
    )
    if (vpd_pg80 !== null) {
      files.push({ path: `${device}/vpd_pg80`, contentBase64: base64(vpd_pg80) })
    }
  }
  const elements = { cdb: 'b8100000ffff010400000000', alloc: 262144, driverStatus: 0, sense: '' }
  const serial = refused
    ? { status: 2, resid: 256, sense: '70000500000000060000000024000000', data: '' }
    : { status: 0, resid: 248, sense: '', data: base64(SERIAL) }
  const hostStatus = silent ? 3 : 0
  const inquiry = { cdb: '120180010000', alloc: 256, hostStatus, driverStatus: 0, ...serial }
  const scsi = [
    { ...inquiry, device: '/dev/sg2' },
    { ...inquiry, device: '/dev/sg10' },
    // Bytes of an earlier answer.
    { ...elements, device: '/dev/sg2', status: 0, hostStatus: 3, resid: 0, data: base64(SERIAL) },
    {
      ...elements,
      device: '/dev/sg10',
      status: 0,
      hostStatus: 0,
      resid: 262136,
      data: base64('\0'.repeat(8)),
    },
  ]
  const lines = (objects: object[]) => objects.map((each) => JSON.stringify(each)).join('\n')
  return {
    'manifest.json': JSON.stringify({ format: 1, name: 'two-paths', description: '' }),
    'files.jsonl': lines(files),
    'commands.jsonl': '',
    'scsi.jsonl': lines(scsi),
  }
}

function base64(text: string): string {
  return Buffer.from(text, 'latin1').toString('base64')
}
