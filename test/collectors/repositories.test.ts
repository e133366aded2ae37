import t from 'tap'
import { defaultSettings } from '../../src/collectors/collector.ts'
import { repositories } from '../../src/collectors/repositories.ts'
import { mountUnitText } from '../../src/host/repository-changes.ts'
import { collected } from '../support/collected.ts'
import { machineOf } from '../support/machine.ts'

const UNITS = '/etc/systemd/system'
const unit = mountUnitText({
  ...{ group: 'vg', volume: 'lv', filesystem: 'xfs', mount_point: '/srv/a-b' },
})

t.test('what fstab and mount units have mounted, a unit before fstab', async (t) => {
  const host = machineOf({
    files: {
      '/etc/fstab':
        'UUID=1 / ext4 defaults 0 1\n/dev/vg/old /srv/a-b ext4 noauto 0 2\nnone swap swap\n',
      [`${UNITS}/srv-a\\x2db.mount`]: unit,
      [`${UNITS}/broken.mount`]: '[Mount]\nWhere=/x\n',
      [`${UNITS}/other.service`]: '[Service]\n',
      '/proc/1/mountinfo': '1 0 8:1 / / rw - ext4 /dev/sda1 rw\n',
    },
  })
  const { value, coverage } = await collected(repositories, host)
  t.equal(coverage, 'all')
  t.strictSame(value, {
    named: [],
    configured: [
      {
        ...{ mountPoint: '/', device: 'UUID=1', type: 'ext4', by: 'fstab' },
        ...{ unit: '-.mount', automatic: true },
      },
      {
        ...{ mountPoint: '/srv/a-b', device: '/dev/vg/lv', type: 'xfs', by: 'unit' },
        ...{ unit: 'srv-a\\x2db.mount', automatic: true },
      },
    ],
    missing: [{ mountPoint: '/srv/a-b', device: '/dev/vg/lv', source: 'unit' }],
  })
})

t.test('nothing is configured, or a name alone', async (t) => {
  t.match(await repositories.collect(machineOf({}), defaultSettings), {
    ...{ value: { named: [], configured: [], missing: null }, coverage: 'some' },
  })
  t.match(await repositories.collect(machineOf({}), { ...defaultSettings, repositories: ['/a'] }), {
    value: { named: ['/a'], configured: [], missing: null },
  })
  const files = { '/proc/1/mountinfo': '1 0 8:1 / / rw - ext4 /dev/sda1 rw\n' }
  t.match(
    await repositories.collect(machineOf({ files }), { ...defaultSettings, repositories: ['/a'] }),
    { value: { missing: [{ mountPoint: '/a', device: null, source: 'configuration' }] } },
  )
})
