import t from 'tap'
import { runCli } from '../support/cli.ts'

process.env.TZ = 'Europe/Berlin'

const now = new Date('2026-11-20T21:00:00Z')
const hardware = '/api/v1/hardware'
const cells = (out: string) =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/))

t.test('drives show what is in them and what to look at', async (t) => {
  const drive = {
    id: 'D1',
    vendor: 'IBM',
    product: 'ULT3580-TD8',
    virtual: false,
    tape_node: 'st0',
    reachable: true,
    error: null,
    library: { serial: 'L1', element: 0 },
    volume_tag: 'E00001L8',
    loaded: true,
    status: { activity: 'writing', medium_present: true, cleaning_requested: true },
    health: {
      taken_at: '2026-11-20T20:58:00Z',
      recent_errors: [{ write_errors: 2, read_errors: 0 }],
      lifetime: { motion_hours_since_cleaning: 12 },
      cartridge: { life_remaining_percent: 93 },
    },
  }
  const items = [
    drive,
    {
      ...drive,
      id: 'D2',
      volume_tag: null,
      loaded: false,
      status: { activity: 'no-activity', medium_present: false, write_protected: true },
      health: {
        ...drive.health,
        watched_since: '2026-11-19T21:00:00Z',
        recent_errors: [],
        cartridge: null,
      },
    },
    {
      ...drive,
      id: 'D4',
      status: { activity: 'no-activity', medium_present: true, write_protected: true },
      health: { ...drive.health, watched_since: '2026-11-20T19:00:00Z', recent_errors: [] },
    },
    {
      ...drive,
      id: 'D3',
      reachable: false,
      error: 'no answer',
      library: null,
      volume_tag: null,
      loaded: null,
      status: null,
      tape_node: null,
      health: null,
    },
  ]
  const { out } = await runCli(['drives'], {
    now,
    answers: { [`${hardware}/drives`]: { items, state: 'read', missing: [] } },
  })
  t.strictSame(cells(out), [
    [
      ...['ID', 'MODEL', 'KIND', 'PLACE', 'CARTRIDGE', 'ACTIVITY', 'NODE'],
      ...['ERRORS/DAY', 'SINCE CLEANING', 'LIFE LEFT', 'REMARKS'],
    ],
    [
      'D1',
      'IBM ULT3580-TD8',
      'tape',
      'L1 drive 0',
      'E00001L8',
      'writing',
      'st0',
      '2 write',
      '12 hours',
      '93 %',
      'cleaning requested',
    ],
    [
      ...['D2', 'IBM ULT3580-TD8', 'tape', 'L1 drive 0', 'empty', 'no-activity', 'st0'],
      ...['none', '12 hours'],
    ],
    [
      ...['D4', 'IBM ULT3580-TD8', 'tape', 'L1 drive 0', 'E00001L8', 'no-activity', 'st0'],
      ...['none for 2 h', '12 hours', '93 %', 'write-protected'],
    ],
    [
      'D3',
      'IBM ULT3580-TD8',
      'tape',
      'unknown',
      'unknown',
      'unknown',
      'none',
      'unknown',
      'unknown',
      'not reachable, no answer',
    ],
  ])
})

const listed = { id: 'D1', vendor: 'IBM', product: 'ULT3580-TD8', virtual: false }
const verdict = {
  about: 'drive',
  id: 'D1',
  name: 'D1',
  verdict: 'tape',
  reason: 'its errors were all with cartridge E00001L8, which has them elsewhere too',
  action: 'Copy its data to another cartridge and retire it.',
  matrix: [
    {
      ...{ drive: 'D1', cartridge_name: 'E00001L8', loads: 3, bad_loads: 2, good_loads: 0 },
      ...{ unrecovered_write_errors: 4, unrecovered_read_errors: 0, tape_alerts: [4, 6] },
      ...{ written_bytes: 2 ** 30, read_bytes: 2 ** 30 },
    },
    {
      ...{ drive: 'D1', cartridge_name: 'E00002L8', loads: 1, bad_loads: 0, good_loads: 1 },
      ...{ unrecovered_write_errors: 0, unrecovered_read_errors: 0, tape_alerts: [] },
      ...{ written_bytes: 0, read_bytes: 0 },
    },
  ],
}
const whole = {
  ...listed,
  revision: 'P3S0',
  place: 'drive 0 of library L1 = serial D1 = /dev/sg7 = st1 = LUN 3 of target iqn.vtl',
  wwn: '0x5000e111c0ffee01',
  status: { activity: 'writing', recovery_requested: true },
  recovery: ['unload', 'power-cycle'],
  health: {
    taken_at: '2026-11-20T20:58:00Z',
    passed_over: 'locating',
    recent_errors: [{ write_errors: 1, read_errors: 3 }],
    mount: { rewrites_per_gigabyte: 1.25, rereads_per_gigabyte: null },
    write_compression_ratio: 2.5,
    read_compression_ratio: null,
    temperature: { celsius: 41, limit_celsius: 55 },
    lifetime: { loads: 1200, power_on_hours: 9000, motion_hours: null },
    cartridge: {
      barcode: 'E00001L8',
      serial: 'S1',
      remaining_bytes: 2 ** 40,
      capacity_bytes: 12 * 2 ** 40,
      loads: 80,
      life_remaining_percent: 71,
      unrecovered_write_errors: 4,
      unrecovered_read_errors: null,
      last_drives: [{ serial: 'D1' }, { serial: 'D9' }],
    },
  },
  loads: [
    {
      ...{ volume_tag: 'E00001L8', loaded_at: '2026-11-20T20:00:00Z', unloaded_at: null },
      ...{ written_bytes: 2 ** 30, read_bytes: null, rewrites: 5, tape_alerts: [6] },
      ...{ unrecovered_write_errors: 1, unrecovered_read_errors: 0 },
    },
    {
      ...{ volume_tag: null, serial: 'S2', loaded_at: '2026-11-19T20:00:00Z' },
      ...{ unloaded_at: '2026-11-19T21:00:00Z', written_bytes: 0, read_bytes: 0, rewrites: 0 },
      ...{ unrecovered_write_errors: 0, unrecovered_read_errors: 0, tape_alerts: [] },
    },
  ],
  verdict,
}
const answers = {
  [`${hardware}/drives`]: { items: [listed], state: 'read', missing: [] },
  [`${hardware}/drives/D1`]: whole,
}

t.test('one drive shows all its names, its health, its cartridges and what follows', async (t) => {
  const { out } = await runCli(['drives', 'd'], { now, answers })
  t.strictSame(cells(out), [
    ['drive', whole.place],
    ['model', 'IBM ULT3580-TD8 P3S0'],
    ['kind', 'tape'],
    ['WWN', '0x5000e111c0ffee01'],
    ['activity', 'writing'],
    ['remarks', 'recovery requested (unload, else power-cycle)'],
    ['errors of the last day', '1 write, 3 read'],
    ['retries per gigabyte', '1.3 written, unknown read'],
    ['compression', '2.50:1 written, unknown read'],
    ['temperature', '41 °C of at most 55 °C'],
    ['loads', '1200'],
    ['hours', '9000 under power, unknown moving tape'],
    ['since cleaning', 'unknown'],
    ['read', '2026-11-20 21:58:00 (2 min ago)'],
    ['left alone', 'locating'],
    [''],
    ['cartridge', 'E00001L8'],
    ['serial number', 'S1'],
    ['left', '1.00 TiB of 12.0 TiB'],
    ['loads', '80'],
    ['life left', '71 %'],
    ['errors of its life', '4 write, unknown read'],
    ['last drives', 'D1, D9'],
    [''],
    ['CARTRIDGE', 'LOADED', 'UNLOADED', 'WRITTEN', 'READ', 'REWRITES', 'ERRORS', 'TAPEALERT'],
    [...['E00001L8', '21:00 (1 h ago)', 'loaded', '1.00 GiB', 'unknown', '5'], ...['1 write', '6']],
    ['S2', '2026-11-19 21:00 (25 h ago)', '2026-11-19 22:00 (24 h ago)', '0 B', '0 B', '0', 'none'],
    [''],
    ['drive D1: errors follow the tape'],
    [`${verdict.reason}. ${verdict.action}`],
    [
      'DRIVE',
      'CARTRIDGE',
      'LOADS',
      'BAD',
      'GOOD',
      'WRITE ERRORS',
      'READ ERRORS',
      'MOVED',
      'TAPEALERT',
    ],
    ['D1', 'E00001L8', '3', '2', '0', '4', '0', '2.00 GiB', '4 6'],
    ['D1', 'E00002L8', '1', '0', '1', '0', '0', '0 B'],
  ])
})

t.test('a drive of which nothing is known yet', async (t) => {
  const plain = { ...listed, place: 'serial D1', health: null, loads: [], verdict: null }
  const { out } = await runCli(['drives', 'D1'], {
    now,
    answers: { ...answers, [`${hardware}/drives/D1`]: plain },
  })
  t.match(out, /^drive +serial D1$/m)
  t.match(out, /^temperature +unknown$/m)
  t.match(out, /^read +unknown$/m)
  t.notMatch(out, /CARTRIDGE|cartridge/)
})

t.test('--errors shows what errors follow', async (t) => {
  const { out } = await runCli(['drives', '--errors'], { now, answers })
  t.match(out, /^drive D1: errors follow the tape$/m)
  t.match(out, /^D1 +E00001L8 +3 +2 +0 +4 +0 +2.00 GiB +4 6$/m)
  const open = { ...whole, verdict: { ...verdict, verdict: 'undetermined' } }
  const one = await runCli(['drives', 'D1', '--errors'], {
    now,
    answers: { ...answers, [`${hardware}/drives/D1`]: open },
  })
  t.match(one.out, /^drive D1: undetermined$/m)
  t.notMatch(one.out, /WWN/)

  const none = { ...answers, [`${hardware}/drives/D1`]: { ...whole, verdict: null } }
  const well = await runCli(['drives', '--errors'], { now, answers: none })
  t.equal(well.out, 'no errors in the last 90 days\n')
})

t.test('--json is what the daemon answers', async (t) => {
  const json = async (...argv: string[]) =>
    JSON.parse((await runCli(['drives', ...argv, '--json'], { now, answers })).out) as unknown
  t.strictSame(await json('D1'), whole)
  t.strictSame(await json('--errors'), [whole])
  t.strictSame(await json(), answers[`${hardware}/drives`])
})
