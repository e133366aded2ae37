import t from 'tap'
import { ABSENT, defaultSettings } from '../../src/collectors/collector.ts'
import {
  mdArrays,
  mdUuid,
  parseRaidDisks,
  parseSyncCompleted,
} from '../../src/collectors/md-arrays.ts'
import { collected } from '../support/collected.ts'
import { machineOf, within } from '../support/machine.ts'
import { openRecording } from '../support/recording.ts'

t.test('the array that lost a member', async (t) => {
  const { value } = await collected(mdArrays, openRecording('07-raid-degraded-and-full'))
  t.strictSame(value[0], {
    id: '0a84bb9f:51e70a56:0f53d479:506403fb',
    name: 'md0',
    level: 'raid1',
    state: 'clean',
    sizeBytes: 523264 * 1024,
    raidDisks: 2,
    degraded: 1,
    members: [
      { device: 'sda', states: ['in_sync'], slot: 0, errors: 0 },
      { device: 'sdb', states: ['faulty'], slot: null, errors: 0 },
    ],
    syncAction: 'idle',
    syncProgress: null,
    syncBytesPerSecond: null,
    mismatchSectors: 0,
  })
  t.equal(value[1]?.degraded, 0)
})

t.test('an array without redundancy tells no missing members and no action', async (t) => {
  const host = machineOf({
    files: {
      '/sys/block/md127/size': '4096\n',
      ...within('/sys/block/md127/md', {
        array_state: 'clean\n',
        level: 'raid0\n',
        raid_disks: '2\n',
        metadata_version: '1.2\n',
        'dev-sda1/state': 'in_sync\n',
        'dev-sda1/slot': '0\n',
        'dev-sda1/errors': '0\n',
      }),
      '/dev/md127': '',
    },
    links: { '/dev/disk/by-id/md-uuid-0a84bb9f:51e70a56:0f53d479:506403fb': '../../md127' },
  })
  t.strictSame((await collected(mdArrays, host)).value, [
    {
      id: '0a84bb9f:51e70a56:0f53d479:506403fb',
      name: 'md127',
      level: 'raid0',
      state: 'clean',
      sizeBytes: 4096 * 512,
      raidDisks: 2,
      degraded: null,
      members: [{ device: 'sda1', states: ['in_sync'], slot: 0, errors: 0 }],
      syncAction: null,
      syncProgress: null,
      syncBytesPerSecond: null,
      mismatchSectors: null,
    },
  ])
})

t.test('an array that is rebuilt onto a spare', async (t) => {
  const host = machineOf({
    files: {
      '/sys/block/md5/size': '4096\n',
      ...within('/sys/block/md5/md', {
        array_state: 'active\n',
        level: 'raid5\n',
        raid_disks: '4 (3)\n',
        degraded: '1\n',
        sync_action: 'recover\n',
        sync_completed: '250 / 1000\n',
        sync_speed: '2000\n',
        mismatch_cnt: '8\n',
        'dev-sdc/state': 'spare,write_mostly\n',
        'dev-sdc/slot': 'none\n',
        'dev-sdc/errors': '3\n',
        // It was pulled while the directory was walked.
        'dev-sdd/slot': '1\n',
      }),
    },
  })
  t.match((await collected(mdArrays, host)).value, [
    {
      id: 'md5',
      raidDisks: 4,
      degraded: 1,
      members: [{ device: 'sdc', states: ['spare', 'write_mostly'], slot: null, errors: 3 }],
      syncAction: 'recover',
      syncProgress: 0.25,
      syncBytesPerSecond: 2000 * 1024,
      mismatchSectors: 8,
    },
  ])
})

t.test(
  'an array that could not be started is told, a stopped one and a container are not',
  async (t) => {
    const host = machineOf({
      files: {
        '/sys/block/md1/md/array_state': 'inactive\n',
        '/sys/block/md1/md/level': '\n',
        '/sys/block/md2/md/array_state': 'clear\n',
        '/sys/block/md126/md/array_state': 'active\n',
        '/sys/block/md126/md/metadata_version': 'external:/md127/0\n',
        '/sys/block/md127/md/array_state': 'inactive\n',
        '/sys/block/md127/md/metadata_version': 'external:imsm\n',
        '/sys/block/mdgone/size': '1\n',
      },
    })
    t.match((await collected(mdArrays, host)).value, [
      { name: 'md1', state: 'inactive', level: 'unknown', sizeBytes: 0, raidDisks: 0 },
      { name: 'md126', state: 'active' },
    ])
    t.equal((await collected(mdArrays, host)).value.length, 2)
  },
)

t.test('a machine without arrays', async (t) => {
  t.equal(await mdArrays.collect(machineOf({}), defaultSettings), ABSENT)
})

t.test('numbers of md that are not what they should be', (t) => {
  t.equal(parseSyncCompleted('delayed'), null)
  t.throws(() => parseSyncCompleted('12 / 0'), { code: 'ERR_PARSE' })
  t.throws(() => parseSyncCompleted('12 / 10'), { code: 'ERR_PARSE' })
  t.throws(() => parseRaidDisks('two'), { code: 'ERR_PARSE' })
  t.equal(mdUuid('00000000-0000-0000-0000-000000000000'), null)
  t.equal(mdUuid('0A84BB9F:51E70A56:0F53D479:506403FB'), '0a84bb9f:51e70a56:0f53d479:506403fb')
  t.equal(mdUuid('0a84bb9f'), null)
  t.end()
})
