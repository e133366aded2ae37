import t from 'tap'
import { cartridgesOf } from '../../src/api/hardware/cartridges.ts'
import { ObjectFailures } from '../../src/api/hardware/failures.ts'
import { kinds } from '../../src/api/hardware/kinds.ts'
import { listingOf } from '../../src/api/hardware/listing.ts'
import type { Changer, Element } from '../../src/collectors/changers.ts'
import type { Snapshot } from '../../src/snapshot.ts'
import { startTestApi } from '../support/api.ts'
import { makeStateDirectory, openTestDatabase } from '../support/database.ts'
import { hardwareOf, type HardwareList } from '../support/hardware.ts'
import { absent, failed, read, snapshotOf } from '../support/readings.ts'

const database = await openTestDatabase(t)
const api = await startTestApi(database, await makeStateDirectory(t))
t.teardown(() => api.stop())
const { list, get, token } = await hardwareOf(api)

function elementOf(more: Partial<Element>): Element {
  return {
    type: 'storage',
    number: 1,
    address: null,
    full: true,
    volumeTag: null,
    sourceElement: null,
    exception: null,
    ...{ exceptionText: null, accessible: null, mediumType: null },
    driveSerial: null,
    ...more,
  }
}

function changerOf(id: string, elements: Element[], more: Partial<Changer> = {}): Changer {
  return {
    id,
    serial: id,
    wwn: null,
    vendor: 'STK',
    product: 'L700',
    revision: '0107',
    device: '/dev/sg3',
    paths: ['/dev/sg3'],
    hctl: '3:0:0:0',
    hctls: ['3:0:0:0'],
    virtual: true,
    state: 'online',
    error: null,
    inventory: { takenAt: new Date('2026-11-20T20:50:00Z'), source: 'scsi', elements },
    exportedAs: null,
    ...more,
  }
}

t.test('an appliance without SCST has none, and that is no error', async (t) => {
  api.show(snapshotOf({ scst: absent() }))
  t.strictSame(await list('targets'), {
    items: [],
    total: 0,
    state: 'absent',
    taken_at: '2026-11-20T21:00:00.000Z',
    age_seconds: 0,
    error: null,
    missing: [],
  } as unknown as HardwareList)
})

t.test('what was not read is not taken for nothing', async (t) => {
  api.show(snapshotOf({ md_arrays: failed('mdstat: no answer') }))
  t.match(await list('arrays'), { total: null, state: 'failed', error: 'mdstat: no answer' })
  t.match(await list('disks'), { total: null, state: 'pending', error: null })
})

t.test(
  'what was read before a failure is told with its age, the reason and since when',
  async (t) => {
    const takenAt = new Date('2026-11-20T20:55:00Z')
    const since = new Date('2026-11-20T20:56:00Z')
    const service = {
      id: 'scst.service',
      unit: 'scst.service',
      load: 'loaded',
      active: 'active',
      sub: 'exited',
      description: 'SCST',
      expected: null,
    }
    api.show(
      snapshotOf({
        services: {
          state: 'failed',
          error: 'systemctl: no answer',
          since,
          durationSeconds: 10,
          last: { value: [service], takenAt },
        },
      }),
    )
    const told = {
      ...service,
      appliance: null,
      read_at: takenAt.toISOString(),
      error: 'systemctl: no answer',
      failed_since: since.toISOString(),
    }
    t.strictSame(await list('services'), {
      items: [told],
      total: 1,
      state: 'failed',
      taken_at: takenAt.toISOString(),
      age_seconds: 300,
      error: 'systemctl: no answer',
      missing: [],
    } as unknown as HardwareList)
    t.strictSame((await get('services', 'scst.service')).body, told)
  },
)

t.test('one object that cannot be read does not spoil the others', async (t) => {
  const well = changerOf('A', [])
  const ill = changerOf('B', [], { state: 'unreachable', error: 'B: no answer' })
  const problem = { labels: { library: 'B' }, error: 'B: no answer' }
  const other = { labels: {}, error: 'something else' }
  api.show(snapshotOf({ changers: read([well, ill], { problems: [problem, other] }) }))
  const { items, state, error } = await list('libraries')
  t.strictSame(
    {
      state,
      error,
      items: items.map(({ id, read_at, error, failed_since }) => ({
        id,
        read_at,
        error,
        failed_since,
      })),
    },
    {
      state: 'partial',
      error: 'B: no answer; something else',
      items: [
        { id: 'A', read_at: '2026-11-20T21:00:00.000Z', error: null, failed_since: null },
        {
          id: 'B',
          read_at: '2026-11-20T20:50:00.000Z',
          error: 'B: no answer',
          failed_since: '2026-11-20T21:00:00.000Z',
        },
      ],
    },
  )
})

t.test('since when an object fails is remembered until it does not', (t) => {
  const failures = new ObjectFailures()
  const at = (minute: number, error: string | null): Snapshot => ({
    takenAt: new Date(Date.UTC(2026, 10, 20, 21, minute)),
    readings: { changers: read([changerOf('A', [], { error })]) },
  })
  failures.observe(at(0, null))
  t.equal(failures.since('libraries', 'A'), null)
  failures.observe(at(1, 'no answer'))
  failures.observe(at(2, 'still no answer'))
  t.strictSame(failures.since('libraries', 'A'), new Date('2026-11-20T21:01:00Z'))
  failures.observe(at(3, null))
  failures.observe(at(4, 'again'))
  t.strictSame(failures.since('libraries', 'A'), new Date('2026-11-20T21:04:00Z'))
  t.end()
})

t.test('cartridges are known by their volume tags where those tell them apart', (t) => {
  const inDrive = elementOf({ type: 'data-transfer', number: 0, volumeTag: 'C1', driveSerial: 'D' })
  const changers = [
    changerOf('A', [
      inDrive,
      elementOf({ number: 1, volumeTag: 'C2' }),
      elementOf({ number: 2, volumeTag: 'C3' }),
      elementOf({ number: 3 }),
      elementOf({ number: 4, full: false }),
    ]),
    changerOf('B', [elementOf({ type: 'import-export', number: 7, volumeTag: 'C2' })]),
    changerOf('C', [], { inventory: null }),
  ]
  const cartridges = cartridgesOf(changers, snapshotOf({})).map(({ object }) => object)
  const nouns: Record<string, string> = { storage: 'slot', 'import-export': 'import/export slot' }
  const place = (library: string, place: string, number: number, volumeTag: string | null) => ({
    volumeTag,
    library,
    virtual: true,
    place,
    number,
    driveSerial: null,
    placeText:
      `${nouns[place] ?? 'drive'} ${number} of library ${library} holds ` +
      (volumeTag ?? 'a cartridge without barcode'),
    ...{ health: null, errorsFollow: null },
  })
  t.strictSame(cartridges, [
    { id: 'C1', ...place('A', 'data-transfer', 0, 'C1'), driveSerial: 'D' },
    { id: 'A/storage/1', ...place('A', 'storage', 1, 'C2') },
    { id: 'C3', ...place('A', 'storage', 2, 'C3') },
    { id: 'A/storage/3', ...place('A', 'storage', 3, null) },
    { id: 'B/import-export/7', ...place('B', 'import-export', 7, 'C2') },
  ])
  t.end()
})

t.test('ports are those of Fibre Channel and of the network, whatever one of them says', (t) => {
  const ports = kinds.find(({ name }) => name === 'ports')
  if (!ports) throw new Error('no ports')
  const states = (readings: Snapshot['readings']) => {
    const { state, error } = listingOf(ports, snapshotOf(readings))
    return [state, error]
  }
  t.strictSame(states({ fc_hosts: absent(), network: read([]) }), ['read', null])
  t.strictSame(states({ fc_hosts: failed('no'), network: read([]) }), ['partial', 'no'])
  t.strictSame(states({ fc_hosts: absent(), network: absent() }), ['absent', null])
  t.strictSame(states({ fc_hosts: failed('a'), network: failed('b') }), ['failed', 'a; b'])
  t.end()
})

t.test(
  'ids with slashes are found when they are encoded; what is gone says when it was seen',
  async (t) => {
    const mount = {
      id: '/srv/backup',
      mountPoint: '/srv/backup',
      device: '/dev/md0',
      type: 'xfs',
      readOnly: false,
      remountedReadOnly: false,
      usage: null,
    }
    const gone = {
      kind: 'library' as const,
      id: 'XYZZY_A',
      name: 'STK L700 (XYZZY_A)',
      labels: {},
      partOf: {},
      virtual: true,
      lastSeen: new Date('2026-11-20T20:00:00Z'),
    }
    api.show(
      snapshotOf({
        filesystems: read([mount]),
        changers: read([]),
        inventory: read({ missing: [gone] }),
      }),
    )
    t.match(await get('filesystems', '/srv/backup'), {
      status: 200,
      body: { mount_point: '/srv/backup', remounted_read_only: false, usage: null },
    })
    t.match(await list('libraries'), {
      total: 0,
      missing: [
        { id: 'XYZZY_A', name: 'STK L700 (XYZZY_A)', last_seen: '2026-11-20T20:00:00.000Z' },
      ],
    })
    t.match(await get('libraries', 'XYZZY_A'), {
      status: 404,
      body: {
        code: 'object_not_found',
        detail: 'libraries/XYZZY_A: last seen 2026-11-20T20:00:00.000Z',
      },
    })
    t.match(await get('disks', '../../etc/passwd'), {
      status: 404,
      body: { code: 'object_not_found' },
    })
    t.match(await api.ask('GET', '/api/v1/hardware/toasters', { token }), { status: 404 })
  },
)

t.test('what is gone for good is forgotten by an operator, what is there is not', async (t) => {
  await database.query(
    `insert into inventory (kind, id, name, labels, virtual, first_seen, last_seen, gone_since)
     values ('library', 'GONE', 'STK L700 (GONE)', '{"library": "GONE"}', false, $1, $1, $1)`,
    [new Date('2026-11-20T20:00:00Z')],
  )
  const missing = {
    kind: 'library' as const,
    id: 'GONE',
    name: 'STK L700 (GONE)',
    labels: { library: 'GONE' },
    partOf: {},
    virtual: false,
    lastSeen: new Date('2026-11-20T20:00:00Z'),
  }
  api.show(
    snapshotOf({ changers: read([changerOf('A', [])]), inventory: read({ missing: [missing] }) }),
  )
  const operator = await api.session('operator')
  const forget = async (path: string, as = operator) => {
    return (await api.ask('DELETE', `/api/v1/hardware/${path}`, { token: as })).status
  }
  t.equal(await forget('libraries/GONE', token), 403, 'a viewer may not')
  t.equal(await forget('libraries/A'), 404, 'it is there')
  t.equal(await forget('libraries/GONE'), 204)
  t.strictSame(await database.query(`select id from inventory where id = 'GONE'`), [])
  t.match(
    await database.query('select actor, action, subject from audit order by id desc limit 1'),
    [{ action: 'hardware.forget', subject: 'libraries/GONE' }],
  )
})
