import { spawnSync } from 'node:child_process'
import fc from 'fast-check'
import t from 'tap'
import type { Mount } from '../../src/collectors/mountinfo.ts'
import type { LogicalVolume, VolumeGroup } from '../../src/collectors/volume-groups.ts'
import {
  faultOfMountPoint,
  faultOfVolumeName,
  mountUnitName,
  mountUnitText,
} from '../../src/host/repository-changes.ts'
import { parseMountUnit } from '../../src/repositories/mount-units.ts'
import { findGrowable, planGrow } from '../../src/repositories/plan-grow.ts'
import { planCreate, type Facts } from '../../src/repositories/plan.ts'
import { parseDumpe2fs, parseXfsInfo } from '../../src/repositories/said.ts'
import { sizeText } from '../../src/repositories/sizes.ts'

const MIB = 1024 * 1024
const EXTENT = 4 * MIB

const group = (changes: Partial<VolumeGroup> = {}): VolumeGroup => ({
  ...{ id: 'vg', name: 'vg', sizeBytes: 4000 * MIB, freeBytes: 800 * MIB, physicalVolumes: 1 },
  ...{ logicalVolumes: 1, missingPhysicalVolumes: 0, attributes: 'wz--n-', extentBytes: EXTENT },
  ...{ freeExtents: 200, ...changes },
})
const volume = (changes: Partial<LogicalVolume> = {}): LogicalVolume => ({
  ...{ id: 'vg/lv', name: 'lv', group: 'vg', sizeBytes: 100 * EXTENT, attributes: '-wi-ao----' },
  ...{ segmentType: 'linear', pool: null, dataPercent: null, metadataPercent: null, health: null },
  ...changes,
})
const mount = (changes: Partial<Mount> = {}): Mount => ({
  ...{ deviceNumber: '253:0', root: '/', mountPoint: '/srv/a', options: ['rw'], type: 'xfs' },
  ...{ source: '/dev/mapper/vg-lv', superOptions: ['rw'], ...changes },
})
const facts = (changes: Partial<Facts> = {}): Facts => ({
  ...{ groups: [group()], volumes: [volume()], mounts: [mount()], configured: [], ...changes },
})
const wish = {
  ...{ volume_group: 'vg', name: 'new', size_bytes: 512 * MIB, filesystem: 'xfs' as const },
  mount_point: '/srv/new',
}
const absent = { state: 'absent', at: '/srv/new' } as const

t.test('what keeps a repository from being made', (t) => {
  const cases: [Partial<typeof wish>, Partial<Facts>, RegExp | null][] = [
    [{}, {}, null],
    [{ size_bytes: 800 * MIB }, {}, null],
    [
      { size_bytes: 800 * MIB + 1 },
      {},
      /not enough free extents: 201 are needed, and 200 of 4 MiB/,
    ],
    [{ size_bytes: MIB }, {}, /^1 MiB are too few for xfs: 512 MiB at least$/],
    [{}, { groups: [] }, /^there is no volume group vg$/],
    [{}, { groups: [group({ missingPhysicalVolumes: 1 })] }, /incomplete: 1 of its physical/],
    [{}, { groups: [group({ attributes: 'wz-pn-' })] }, /incomplete/],
    [{}, { groups: [group({ attributes: 'wzx-n-' })] }, /is exported/],
    [{}, { groups: [group({ attributes: 'wz--ns' })] }, /is shared with other machines/],
    [{}, { groups: [group({ attributes: 'wz--nc' })] }, /is shared with other machines/],
    [{}, { groups: [group({ attributes: 'rz--n-' })] }, /is read-only/],
    [{}, { groups: [group({ attributes: 'w---n-' })] }, /not resizeable/],
    [{}, { groups: [group({ attributes: null })] }, /is not known/],
    [{}, { groups: [group({ freeExtents: null })] }, /is not known/],
    [{ name: 'lv' }, {}, /vg\/lv is there already/],
    [{ name: 'pvmove0' }, {}, /LVM keeps names like it/],
    [{ name: '-rf' }, {}, /begins with no hyphen/],
    [{ name: 'st0' }, {}, /its node would read like that of a tape drive/],
    [{ name: 'x'.repeat(100), volume_group: 'v'.repeat(90) }, {}, /too long together/],
    [{ mount_point: '/srv/a' }, {}, /\/dev\/mapper\/vg-lv is mounted there already/],
    [{ mount_point: '/srv' }, {}, /is a path of the system: a folder below it will do/],
    [{}, { mounts: [mount({ mountPoint: '/srv/new/x' })] }, /is mounted below it/],
    [{}, { configured: [{ mountPoint: '/srv/new', by: 'a.mount' }] }, /a.mount has something/],
  ]
  for (const [changes, around, words] of cases) {
    const planned = planCreate({ ...wish, ...changes }, facts(around), absent)
    const said = 'reasons' in planned ? planned.reasons.join('; ') : null
    if (words === null) t.equal(said, null)
    else t.match(said, words)
  }
  const places = [
    [null, /what is there is not known/],
    [{ state: 'link', at: '/srv' }, /^\/srv is a symbolic link/],
    [{ state: 'no_directory', at: '/srv/new' }, /is no folder/],
    [{ state: 'not_empty', at: '/srv/new' }, /is not empty/],
  ] as const
  for (const [place, words] of places) {
    const planned = planCreate(wish, facts(), place)
    t.match('reasons' in planned && planned.reasons[0], words)
  }
  t.end()
})

t.test('what keeps a repository from being grown', (t) => {
  const thin = volume({ ...{ segmentType: 'thin', pool: 'pool', attributes: 'Vwi-aotz--' } })
  const pool = (dataPercent: number | null) =>
    volume({
      ...{ id: 'vg/pool', name: 'pool', attributes: 'twi-aotz--', segmentType: 'thin-pool' },
      ...{ dataPercent, metadataPercent: 1 },
    })
  const cases: [Partial<Facts>, RegExp | null][] = [
    [{}, null],
    [{ mounts: [] }, /^nothing is mounted at \/srv\/a$/],
    [{ mounts: [mount({ type: 'btrfs' })] }, /is btrfs: xfs and ext4 are grown/],
    [{ mounts: [mount({ root: '/sub' })] }, /folder of a file system that is mounted elsewhere/],
    [{ mounts: [mount({ superOptions: ['ro'] })] }, /is read-only/],
    [{ mounts: [mount({ superOptions: ['rw', 'shutdown'] })] }, /is read-only/],
    [{ mounts: [mount({ source: '/dev/sdb1' })] }, /\/dev\/sdb1, which is no logical volume/],
    [{ volumes: [volume({ attributes: 'owi-aos---' })] }, /is the origin of a snapshot/],
    [{ volumes: [volume({ attributes: 'swi-aos---' })] }, /is a snapshot/],
    [{ volumes: [volume({ segmentType: 'raid1' })] }, /is of type raid1/],
    [{ volumes: [volume({ attributes: '-ri-ao----' })] }, /is read-only/],
    [{ volumes: [volume({ attributes: '-wC-ao----' })] }, /is locked/],
    [{ volumes: [volume({ attributes: '-wi-so----' })] }, /is not active/],
    [{ volumes: [volume({ health: 'partial' })] }, /is not well: partial/],
    [{ volumes: [thin, pool(79)] }, null],
    [{ volumes: [thin, pool(80)] }, /thin pool vg\/pool is full to 80 %/],
    [{ volumes: [thin, pool(null)] }, /is not known/],
    [{ volumes: [thin] }, /is not known/],
  ]
  for (const [changes, words] of cases) {
    const planned = findGrowable('/srv/a', facts(changes))
    const said = 'reasons' in planned ? planned.reasons.join('; ') : null
    if (words === null) t.equal(said, null)
    else t.match(said, words)
  }
  t.end()
})

t.test('whatever is asked for, space is neither promised twice nor taken back', (t) => {
  fc.assert(
    fc.property(
      fc.record({
        free: fc.integer({ min: 0, max: 500 }),
        now: fc.integer({ min: 1, max: 500 }),
        behind: fc.integer({ min: 0, max: 100 }),
        wanted: fc.integer({ min: 1, max: 1000 * EXTENT }),
        adds: fc.boolean(),
      }),
      ({ free, now, behind, wanted, adds }) => {
        const sizeBytes = now * EXTENT
        const found = { sizeBytes: Math.max(sizeBytes - behind * EXTENT, MIB), fault: null }
        const around = facts({ groups: [group({ freeExtents: free })] })
        const asked = adds ? { add_bytes: wanted } : { size_bytes: wanted }
        const planned = planGrow(
          { mount_point: '/srv/a', ...asked },
          { volume: volume({ sizeBytes }), filesystem: 'xfs' },
          { facts: around, found },
        )
        if ('reasons' in planned) return true
        const { extents, toBytes } = planned.plan
        const least = adds ? found.sizeBytes : wanted
        if (extents === null) return toBytes === sizeBytes && sizeBytes - found.sizeBytes >= EXTENT
        return extents > now && extents - now <= free && toBytes >= least && toBytes % EXTENT === 0
      },
    ),
  )
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 900 * MIB }), (size) => {
      const planned = planCreate({ ...wish, filesystem: 'ext4', size_bytes: size }, facts(), absent)
      if ('reasons' in planned) return size < 64 * MIB || size > 800 * MIB
      const { extents, sizeBytes } = planned.plan
      return extents <= 200 && sizeBytes >= size && sizeBytes - size < EXTENT
    }),
  )
  t.end()
})

t.test('names and mount points that nobody can misread', (t) => {
  const refused = [
    ...['srv/a', '/', '/srv/', '/srv//a', '/srv/../etc', '/srv/a b', '/srv/-a', '/srv/%i', ''],
    ...['/boot/x', '/etc/a', '/usr', '/usr/local/a', '/proc/a', '/sys/a', '/dev/a', '/run/a'],
    ...[
      '/var/lib/postgresql',
      '/var/lib/postgresql/x',
      '/var',
      '/home',
      '/srv/a\n',
      '/srv/ä',
      '/srv/dev/nst0',
    ],
  ]
  for (const path of refused) t.type(faultOfMountPoint(path), 'string', path)
  for (const path of ['/srv/a', '/backup', '/var/lib/pgbackrest', '/mnt/a/b.c_d-e', '/home/backup'])
    t.equal(faultOfMountPoint(path), null, path)
  for (const name of ['', '.', '..', '-a', 'a b', 'a/b', 'snapshot1', 'a_tdata', 'x'.repeat(101)])
    t.type(faultOfVolumeName(name), 'string', name)
  for (const name of ['a', 'daily-1', 'A.b_c+d']) t.equal(faultOfVolumeName(name), null, name)
  t.end()
})

const hasEscape = spawnSync('systemd-escape', ['--version']).error === undefined

t.test('a unit has the name that systemd gives it', { skip: !hasEscape }, (t) => {
  const paths = ['/', '/srv/a-b', '/.a/.b', '/srv/ä b', '/mnt/a_b.c:d+e', '/srv//x/']
  const said = spawnSync('systemd-escape', ['--path', '--suffix=mount', ...paths], {
    encoding: 'utf8',
  })
  t.strictSame(paths.map(mountUnitName), said.stdout.trim().split(/\s+/))
  t.end()
})

t.test('a mount unit is read as it was written, and others as systemd reads them', (t) => {
  const of = { group: 'vg', volume: 'lv', filesystem: 'xfs', mount_point: '/srv/a' }
  t.strictSame(parseMountUnit(mountUnitText(of)), {
    ...{ mountPoint: '/srv/a', device: '/dev/vg/lv', type: 'xfs', options: ['nodev', 'nosuid'] },
    automatic: true,
  })
  t.strictSame(parseMountUnit('[Mount]\nWhat=UUID=1\nWhere = /b\n; Type=no\nOptions=noauto\n'), {
    ...{ mountPoint: '/b', device: 'UUID=1', type: null, options: ['noauto'], automatic: false },
  })
  t.equal(parseMountUnit('[Mount]\nWhere=/b\n'), null)
  t.equal(parseMountUnit('[Unit]\nWhat=a\nWhere=/b\n'), null)
  t.end()
})

t.test('what tools say of sizes, and nothing that they do not say', (t) => {
  const info =
    'meta-data=/dev/x isize=512\ndata     =        bsize=4096   blocks=102400, imaxpct=25\n'
  t.equal(parseXfsInfo(info), 400 * MIB)
  t.throws(() => parseXfsInfo('xfs_info: cannot open'), { code: 'ERR_PARSE' })
  const head = (state: string, more = '') =>
    `Filesystem state:         ${state}\nBlock count:              65536\nBlock size:               1024\n${more}`
  t.strictSame(parseDumpe2fs(head('clean')), { sizeBytes: 64 * MIB, fault: null })
  t.match(parseDumpe2fs(head('clean with errors')), { fault: 'its state is "clean with errors"' })
  t.match(parseDumpe2fs(head('clean', 'FS Error count: 2\n')), { fault: /^2 errors/ })
  t.throws(() => parseDumpe2fs('dumpe2fs 1.47.0\n'), { code: 'ERR_PARSE' })
  t.strictSame([1, 1536, 400 * MIB, 3.5 * 2 ** 40].map(sizeText), [
    '1 B',
    '1.5 KiB',
    '400 MiB',
    '3.5 TiB',
  ])
  t.end()
})
