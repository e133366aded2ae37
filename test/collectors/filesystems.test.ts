import t from 'tap'
import { ABSENT, defaultSettings } from '../../src/collectors/collector.ts'
import { filesystems, storageMounts, usageOf } from '../../src/collectors/filesystems.ts'
import { parseFstab, parseMountinfo } from '../../src/collectors/mountinfo.ts'
import { collected } from '../support/collected.ts'
import { machineOf } from '../support/machine.ts'
import { openRecording } from '../support/recording.ts'

const mounted = (...lines: string[]) => storageMounts(parseMountinfo(lines.join('\n')))
const points = (...lines: string[]) => mounted(...lines).map(({ mountPoint }) => mountPoint)

t.test('the file system that ran full', async (t) => {
  const { value } = await collected(filesystems, openRecording('07-raid-degraded-and-full'))
  t.strictSame(
    value.map(({ mountPoint, usage }) => [mountPoint, usage?.usedPercent.toFixed(2)]),
    [
      ['/', '88.67'],
      ['/srv/repo-a', '54.06'],
      ['/srv/repo-b', '97.18'],
      ['/srv/repo-c', '66.47'],
      ['/srv/journal', '0.01'],
      ['/srv/luns', '6.47'],
    ],
  )
  t.strictSame(value[2], {
    id: '/srv/repo-b',
    mountPoint: '/srv/repo-b',
    device: '/dev/mapper/vg_data-repo_b',
    type: 'xfs',
    readOnly: false,
    remountedReadOnly: false,
    usage: {
      totalBytes: 1006632960,
      usedBytes: 1006632960 - 28340224,
      availableBytes: 28340224,
      usedPercent: ((1006632960 - 28340224) / 1006632960) * 100,
      files: 55416,
      filesFree: 55409,
    },
  })
})

t.test('when no file system can be asked, mounts are known and their use is not', async (t) => {
  const { value, problems, coverage } = await collected(
    filesystems,
    openRecording('x1-drive-daemon-segv'),
  )
  t.equal(coverage, 'none')
  t.equal(value.length, 6)
  t.ok(value.every(({ usage }) => usage === null))
  t.strictSame(
    problems.map(({ labels }) => labels),
    value.map(({ mountPoint }) => ({ mountpoint: mountPoint })),
  )
})

t.test('what stores nothing is not listed', (t) => {
  t.strictSame(
    points(
      '1 0 0:19 / /sys rw - sysfs sysfs rw',
      '2 0 0:22 / /run rw - tmpfs tmpfs rw',
      '3 0 7:0 / /snap/core/1 ro - squashfs /dev/loop0 ro',
      '4 0 0:40 / /var/lib/docker/overlay2/x/merged rw - overlay overlay rw',
      '5 0 0:41 / /mnt/ltfs rw - fuse ltfs:/dev/sg3 rw',
      '6 0 8:1 / / rw - ext4 /dev/sda1 rw',
      '7 0 0:42 / /tank rw - zfs tank rw',
      '8 0 0:43 / /mnt/nas rw - nfs4 nas:/export rw',
      '9 0 0:44 / /data rw - btrfs /dev/sdb rw',
    ),
    ['/', '/tank', '/mnt/nas', '/data'],
  )
  t.strictSame(points('1 0 0:40 / / rw - overlay overlay rw'), ['/'], "but a container's root is")
  t.end()
})

t.test('a file system in several places is listed once, where the whole of it is', (t) => {
  t.strictSame(
    points(
      '1 0 8:1 / / rw - ext4 /dev/sda1 rw',
      '2 0 8:1 /srv/x /mnt/bound rw - ext4 /dev/sda1 rw',
      '3 0 8:2 /part /mnt/part rw - xfs /dev/sda2 rw',
      '4 0 8:2 / /mnt/whole rw - xfs /dev/sda2 rw',
      '5 0 0:44 /@ /data rw - btrfs /dev/sdb rw',
      '6 0 0:44 /@home /home rw - btrfs /dev/sdb rw',
    ),
    ['/', '/mnt/whole', '/data'],
  )
  t.end()
})

t.test('of mounts on one place the last one is seen', (t) => {
  t.match(
    mounted(
      '1 0 8:2 / /srv rw - xfs /dev/sda2 rw',
      '2 0 8:3 / /srv rw - ext4 /dev/sda3 rw',
      '3 0 8:4 / /mnt rw - ext4 /dev/sda4 rw',
      '4 0 0:22 / /mnt rw - tmpfs tmpfs rw',
    ),
    [{ mountPoint: '/srv', source: '/dev/sda3' }],
  )
  t.end()
})

t.test('blanks, optional fields and dashes in names', (t) => {
  t.strictSame(
    parseMountinfo(
      '30 26 8:1 / /srv/my\\040tapes\\011x rw,noatime shared:1 master:2 - ext4 /dev/a\\134b rw',
    ),
    [
      {
        deviceNumber: '8:1',
        root: '/',
        mountPoint: '/srv/my tapes\tx',
        options: ['rw', 'noatime'],
        type: 'ext4',
        source: '/dev/a\\b',
        superOptions: ['rw'],
      },
    ],
  )
  t.throws(() => parseMountinfo('30 26 8:1 / - rw ext4 /dev/sda1 rw'), {
    code: 'ERR_PARSE',
    message: 'mountinfo: "30 26 8:1 / - rw ext4 /dev/sda1 rw" is not a mount',
  })
  t.end()
})

t.test('fstab as people write it', (t) => {
  t.strictSame(
    parseFstab(
      '# <file system> <mount point>\n\nUUID=1\t/srv/my\\040tapes/  ext4 ro,noatime 0 2\n' +
        '/dev/sda2 none swap sw 0 0\nproc\n  LABEL=x / \n',
    ),
    [
      {
        ...{ device: 'UUID=1', mountPoint: '/srv/my tapes', type: 'ext4' },
        options: ['ro', 'noatime'],
      },
      { device: 'LABEL=x', mountPoint: '/', type: 'auto', options: ['defaults'] },
    ],
  )
  t.end()
})

const sizes = [1000, 400, 300, 10, 5] as const

t.test('read-only against the configuration', async (t) => {
  const host = machineOf({
    files: {
      '/proc/self/mountinfo': [
        '1 0 8:1 / /a ro,relatime - ext4 /dev/sda1 ro,errors=remount-ro',
        '2 0 8:2 / /b ro - ext4 /dev/sda2 rw',
        '3 0 8:3 / /c rw - ext4 /dev/sda3 ro',
        '4 0 8:4 / /d ro - iso9660 /dev/sr0 ro',
        '5 0 8:5 / /e ro - xfs /dev/sda5 ro',
        '6 0 8:6 / /f rw - ext4 /dev/sda6 rw,emergency_ro',
        '7 0 8:7 / /g rw - ext4 /dev/sda7 rw',
      ].join('\n'),
      '/etc/fstab':
        '/dev/sda1 /a ext4 defaults\n/dev/sda2 /b ext4 ro\n/dev/sda3 /c ext4 rw\n/dev/sr0 /d iso9660 defaults\n',
    },
    statfs: Object.fromEntries(Array.from('abcdefg').map((name) => [`/${name}`, sizes])),
  })
  const { value, coverage } = await collected(filesystems, host)
  t.equal(coverage, 'all')
  t.strictSame(
    value.map(({ id, readOnly, remountedReadOnly }) => [id, readOnly, remountedReadOnly]),
    [
      ['/a', true, true],
      ['/b', true, false],
      ['/c', true, true],
      ['/d', true, false],
      ['/e', true, false],
      ['/f', true, true],
      ['/g', false, false],
    ],
  )
})

t.test('the mounts are those of init, whose service units hide nothing', async (t) => {
  const host = machineOf({
    files: {
      '/proc/1/mountinfo': '1 0 8:1 / / rw - ext4 /dev/sda1 rw\n',
      '/proc/self/mountinfo': '1 0 8:1 / / ro - ext4 /dev/sda1 rw\n',
      '/etc/fstab': '/dev/sda1 / ext4 defaults\n',
    },
    statfs: { '/': sizes },
  })
  t.match((await collected(filesystems, host)).value, [{ readOnly: false }])
})

t.test('a mount that does not answer leaves the others known', async (t) => {
  const host = machineOf({
    files: {
      '/proc/self/mountinfo':
        '1 0 8:1 / /a rw - ext4 /dev/sda1 rw\n2 0 0:50 / /nas rw - nfs nas:/x rw\n',
    },
    statfs: { '/a': sizes },
  })
  const { value, problems, coverage } = await collected(filesystems, host)
  t.equal(coverage, 'some')
  t.match(problems, [{ labels: { mountpoint: '/nas' } }])
  t.match(value, [
    {
      id: '/a',
      usage: { usedBytes: 600, usedPercent: (600 / 900) * 100, files: 10, filesFree: 5 },
    },
    { id: '/nas', usage: null },
  ])
})

t.test('a machine without a file system that stores something', async (t) => {
  const host = machineOf({ files: { '/proc/self/mountinfo': '1 0 0:1 / / rw - ramfs x rw\n' } })
  t.equal(await filesystems.collect(host, defaultSettings), ABSENT)
})

t.test('sizes at their ends', (t) => {
  const none = { totalBytes: 0, freeBytes: 0, availableBytes: 0, files: 0, filesFree: 0 }
  t.equal(usageOf(none), null)
  t.match(usageOf({ ...none, totalBytes: 100 }), { usedPercent: 100, files: null, filesFree: null })
  // Root may use what is reserved: nothing is available and something is free.
  t.match(usageOf({ ...none, totalBytes: 100, freeBytes: 5 }), { usedBytes: 95, usedPercent: 100 })
  t.end()
})
