import t from 'tap'
import { runCli } from '../support/cli.ts'

process.env.TZ = 'Europe/Berlin'

const now = new Date('2026-11-20T21:00:00Z')
const hardware = '/api/v1/hardware'
const listing = (items: object[], changes: object = {}) => ({
  items,
  total: items.length,
  state: 'read',
  taken_at: '2026-11-20T20:59:30Z',
  error: null,
  missing: [],
  ...changes,
})
const element = (type: string, number: number, volumeTag: string | null, more: object = {}) => ({
  type,
  number,
  full: volumeTag !== null,
  volume_tag: volumeTag,
  source_element: null,
  exception: null,
  drive_serial: null,
  ...more,
})
const library = (changes: object) => ({
  id: 'L1',
  vendor: 'STK',
  product: 'L700',
  revision: '0107',
  device: '/dev/sg12',
  virtual: true,
  state: 'online',
  error: null,
  failed_since: null,
  read_at: '2026-11-20T20:59:30Z',
  inventory: {
    elements: [
      element('import-export', 3, 'E00003L8'),
      element('storage', 1, 'E00001L8'),
      element('storage', 2, null, { exception: 0x8300 }),
      element('data-transfer', 0, null, { full: true, source_element: 2, drive_serial: 'D1' }),
    ],
  },
  ...changes,
})
const cells = (out: string) =>
  out
    .trimEnd()
    .split('\n')
    .map((line) => line.trim().split(/ {2,}/))

t.test('libraries are listed with what is in them', async (t) => {
  const items = [
    library({}),
    library({ id: 'L2', virtual: false, state: 'unreachable', inventory: null, read_at: null }),
  ]
  const answer = listing(items, {
    state: 'partial',
    error: 'L2: no\u0007 answer',
    missing: [{ id: 'L3', name: 'HP MSL', last_seen: '2026-11-18T21:00:00Z' }],
  })
  const answers = { [`${hardware}/libraries`]: answer }
  const { status, out, error } = await runCli(['libraries'], { now, answers })
  t.equal(status, 0)
  t.strictSame(cells(out), [
    ['ID', 'MODEL', 'KIND', 'STATE', 'DRIVES LOADED', 'SLOTS FULL', 'IMPORT/EXPORT FULL', 'READ'],
    ['L1', 'STK L700', 'virtual', 'online', '1 of 1', '1 of 2', '1 of 1', '21:59 (30 s ago)'],
    ['L2', 'STK L700', 'tape', 'unreachable', 'unknown', 'unknown', 'unknown', 'unknown'],
    ['gone: L3 HP MSL, last seen 2026-11-18 22:00:00 (2 d ago)'],
  ])
  t.equal(
    error,
    'libraries: could be read in part: L2: no\\u0007 answer, last 2026-11-20 21:59:30 (30 s ago)\n',
  )
  const json = await runCli(['libraries', '--json'], { answers })
  t.strictSame(JSON.parse(json.out), answer)
})

t.test('a library shows its drives, slots and import/export, in this order', async (t) => {
  const answers = { [`${hardware}/libraries`]: listing([library({}), library({ id: 'M1' })]) }
  const { out } = await runCli(['libraries', 'l'], { now, answers })
  t.strictSame(cells(out), [
    ['library', 'L1'],
    ['model', 'STK L700 0107'],
    ['kind', 'virtual'],
    ['state', 'online'],
    ['device', '/dev/sg12'],
    ['read', '2026-11-20 21:59:30 (30 s ago)'],
    [''],
    ['ELEMENT', 'NUMBER', 'CARTRIDGE', 'REMARKS'],
    ['drive', '0', 'full, barcode unknown', 'drive D1, from slot 2'],
    ['slot', '1', 'E00001L8'],
    ['slot', '2', 'empty', 'exception 83h/00h'],
    ['import/export', '3', 'E00003L8'],
  ])
  const unread = await runCli(['libraries', 'L1'], {
    now,
    answers: {
      [`${hardware}/libraries`]: listing([
        library({
          inventory: null,
          state: 'offline',
          error: 'not ready',
          failed_since: now.toISOString(),
        }),
      ]),
    },
  })
  t.match(unread.out, /^error {4}not ready$/m)
  t.match(unread.out, /^since {4}2026-11-20 22:00:00 \(0 s ago\)$/m)
  t.match(unread.out, /^elements: unknown$/m)
})

t.test('an empty list says why it is empty', async (t) => {
  const said = async (changes: object) => {
    const answers = { [`${hardware}/drives`]: listing([], changes) }
    const { out, error } = await runCli(['drives'], { now, answers })
    return out + error
  }
  t.equal(await said({ state: 'absent' }), 'no drives\n')
  t.equal(await said({ state: 'pending', taken_at: null }), 'drives: not read yet\n')
  t.equal(
    await said({ state: 'failed', error: 'lsscsi failed', taken_at: null }),
    'drives: unknown\ndrives: could not be read: lsscsi failed\n',
  )
})

const target = (name: string, changes: object = {}) => ({
  id: `iscsi/${name}`,
  driver: 'iscsi',
  name,
  enabled: true,
  comment: null,
  luns: [{ lun: 0, device: 'disk0', read_only: false }],
  groups: [
    {
      name: 'esx',
      initiators: ['iqn.esx1', 'iqn.esx2'],
      luns: [{ lun: 1, device: null, read_only: null }],
    },
    { name: 'none', initiators: [], luns: [] },
  ],
  sessions: 1,
  error: null,
  read_at: '2026-11-20T20:59:30Z',
  ...changes,
})

t.test('targets are listed, and one shows LUNs, groups and sessions', async (t) => {
  const answers = {
    [`${hardware}/targets`]: listing([
      target('iqn.a:one'),
      target('iqn.b', { enabled: false, sessions: null }),
    ]),
    [`${hardware}/sessions`]: listing([
      {
        driver: 'iscsi',
        target: 'iqn.a:one',
        initiator: 'iqn.esx1',
        group: 'esx',
        active_commands: 2,
        connections: [{ ip: '10.0.0.1' }, { ip: '10.0.1.1' }],
        counters: { read_bytes: 2048, written_bytes: 0 },
      },
      { driver: 'iscsi', target: 'iqn.b', initiator: 'iqn.other', connections: [] },
    ]),
  }
  t.strictSame(cells((await runCli(['targets'], { now, answers })).out), [
    ['ID', 'ENABLED', 'LUNS', 'GROUPS', 'SESSIONS', 'COMMENT'],
    ['iscsi/iqn.a:one', 'yes', '2', '2', '1'],
    ['iscsi/iqn.b', 'no', '2', '2', 'unknown'],
  ])
  t.strictSame(cells((await runCli(['targets', 'iqn.a'], { now, answers })).out), [
    ['target', 'iscsi/iqn.a:one'],
    ['enabled', 'yes'],
    ['read', '2026-11-20 21:59:30 (30 s ago)'],
    [''],
    ['LUNs'],
    ['GROUP', 'LUN', 'DEVICE', 'READ-ONLY'],
    ['every initiator', '0', 'disk0', 'no'],
    ['esx', '1', 'unknown', 'unknown'],
    [''],
    ['groups'],
    ['GROUP', 'INITIATOR'],
    ['esx', 'iqn.esx1'],
    ['esx', 'iqn.esx2'],
    ['none', 'none'],
    [''],
    ['sessions'],
    ['INITIATOR', 'GROUP', 'FROM', 'IN FLIGHT', 'READ', 'WRITTEN'],
    ['iqn.esx1', 'esx', '10.0.0.1, 10.0.1.1', '2', '2.00 KiB', '0 B'],
  ])
  const several = await runCli(['targets', 'ISCSI/'], { now, answers })
  t.strictSame(
    [several.status, several.error],
    [1, 'storwarden targets: target ISCSI/: may be iscsi/iqn.a:one, iscsi/iqn.b\n'],
  )
})

t.test('tasks are listed as they were asked for', async (t) => {
  const task = {
    id: '33333333-3333-4333-8333-333333333333',
    kind: 'move-medium',
    state: 'failed',
    progress: 0.5,
    resource: null,
    error: 'no answer',
    created_by: 'jo',
    created_at: '2026-11-20T20:00:00Z',
  }
  const said = await runCli(['tasks', '--state', 'failed', '--limit', '1'], {
    now,
    answers: { '/api/v1/tasks': { tasks: [task], total: 2 } },
  })
  t.strictSame(said.asked, ['GET /api/v1/tasks?state=failed&limit=1'])
  t.strictSame(cells(said.out)[1], [
    task.id,
    'move-medium',
    'failed',
    '50.0 %',
    'none',
    '21:00 (1 h ago)',
    'jo',
    'no answer',
  ])
  t.equal(said.error, '1 of 2 tasks; --limit NUMBER shows more\n')
})

t.test('repositories are listed with what they are on, and one is shown', async (t) => {
  const repository = (id: string, changes: object) => ({
    ...{ id, mount_point: id, state: 'mounted', mounted: true, source: 'mountinfo', error: null },
    ...{ device: '/dev/mapper/vg-lv', type: 'xfs', read_only: false, usage: null },
    ...{ logical_volume: null, volume_group: null, volumes_read_at: null },
    ...{ mount_unit: null, configured_by: null, read_at: '2026-11-20T20:59:30Z', ...changes },
  })
  const GIB = 2 ** 30
  const items = [
    repository('/srv/a', {
      usage: {
        ...{ size_bytes: 4 * GIB, used_bytes: GIB, available_bytes: 3 * GIB, used_percent: 25 },
      },
      logical_volume: { id: 'vg/lv', name: 'lv', size_bytes: 4 * GIB, segment_type: 'linear' },
      volume_group: {
        ...{ name: 'vg', free_bytes: 2 * GIB, extent_bytes: 4 * 2 ** 20, free_extents: 512 },
        missing_physical_volumes: 0,
      },
      ...{ volumes_read_at: '2026-11-20T20:59:00Z', mount_unit: 'srv-a.mount' },
      configured_by: 'unit',
    }),
    repository('/srv/gone', {
      ...{ state: 'missing', mounted: false, source: 'fstab', device: null, type: null },
    }),
  ]
  const answers = { answers: { [`${hardware}/repositories`]: listing(items) }, now }
  const list = await runCli(['repository'], answers)
  t.equal(list.status, 0)
  t.strictSame(cells(list.out), [
    ['ID', 'STATE', 'TYPE', 'USED', 'SIZE', 'AVAILABLE', 'VOLUME', 'FREE IN GROUP'],
    ['/srv/a', 'mounted', 'xfs', '25.0 %', '4.00 GiB', '3.00 GiB', 'vg/lv', '2.00 GiB'],
    ['/srv/gone', 'missing', 'unknown', 'unknown', 'unknown', 'unknown', 'unknown'],
  ])
  const one = await runCli(['repository', '/srv/a'], answers)
  t.match(one.out, /volume group +vg, 2\.00 GiB free \(512 extents of 4\.00 MiB free\)\n/)
  t.match(one.out, /mount unit +srv-a\.mount\nconfigured by +unit\nknown from +mountinfo\n/)
  const json = await runCli(['repository', '--json'], answers)
  t.strictSame((JSON.parse(json.out) as { items: object[] }).items, items)
})
