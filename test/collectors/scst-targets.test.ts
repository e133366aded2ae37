import t from 'tap'
import { ABSENT, defaultSettings } from '../../src/collectors/collector.ts'
import type { Collected } from '../../src/collectors/collector.ts'
import { scst } from '../../src/collectors/scst.ts'
import type { Scst } from '../../src/collectors/scst.ts'
import type { Host } from '../../src/host/host.ts'
import { alteredRecording } from '../support/altered-recording.ts'

const ROOT = '/sys/kernel/scst_tgt'

async function collect(host: Host): Promise<Collected<Scst>> {
  const collected = await scst.collect(host, defaultSettings)
  if (collected === ABSENT) throw new Error('absent')
  return collected
}

t.test('targets of other drivers', async (t) => {
  const local = `${ROOT}/targets/scst_local/local1`
  const port = `${ROOT}/targets/qla2x00t/25:00:00:f0:98:87:92:f3`
  const host = alteredRecording('01-steady', {
    [`${ROOT}/targets`]: { names: ['copy_manager', 'iscsi', 'qla2x00t', 'scst_local'] },
    [`${ROOT}/targets/scst_local`]: { names: ['local1', 'mgmt', 'stats'] },
    [`${ROOT}/targets/scst_local/stats`]: { content: 'Aborts: 0\n' },
    [local]: { names: ['luns', 'sessions', 'rel_tgt_id'] },
    [`${local}/rel_tgt_id`]: { content: '9\n[key]\n' },
    [`${local}/luns`]: { names: ['mgmt', '1'] },
    [`${local}/luns/1`]: { names: ['device', 'read_only'] },
    [`${local}/luns/1/device`]: { link: '../../../../../devices/null0' },
    [`${local}/luns/1/read_only`]: { content: '0\n' },
    [`${local}/sessions`]: { names: [] },
    [`${ROOT}/targets/qla2x00t`]: { names: ['25:00:00:f0:98:87:92:f3', 'trace_level'] },
    [`${ROOT}/targets/qla2x00t/trace_level`]: { content: '' },
    [port]: { names: ['luns', 'sessions', 'enabled', 'hw_target', 'ini_groups'] },
    [`${port}/enabled`]: { content: '0\n' },
    [`${port}/hw_target`]: { content: '1\n' },
    [`${port}/luns`]: { names: ['mgmt'] },
    [`${port}/ini_groups`]: { names: ['mgmt'] },
    [`${port}/sessions`]: { names: [] },
  })
  const { value, coverage } = await collect(host)
  t.equal(coverage, 'all')
  const targets = value.targets.filter(({ driver }) => driver !== 'iscsi')
  t.match(targets, [
    { id: 'qla2x00t/25:00:00:f0:98:87:92:f3', enabled: false, luns: [], sessions: 0 },
    {
      id: 'scst_local/local1',
      enabled: null,
      relativeTargetId: 9,
      luns: [{ lun: 1, device: 'null0', readOnly: false }],
      groups: [],
    },
  ])
  t.strictSame(
    value.config.differences.map(({ kind, path }) => `${kind} ${path}`),
    ['extra scst_local/local1'],
    'a port of a host adapter is there without anybody having configured it',
  )
})

t.test('ALUA device groups', async (t) => {
  const group = `${ROOT}/device_groups/dg1`
  const ports = `${group}/target_groups/tg1`
  const host = alteredRecording('01-steady', {
    [`${ROOT}/device_groups`]: { names: ['mgmt', 'dg1'] },
    [group]: { names: ['devices', 'target_groups', 'mgmt'] },
    [`${group}/devices`]: { names: ['mgmt', 'null0'] },
    [`${group}/target_groups`]: { names: ['mgmt', 'tg1'] },
    [ports]: { names: ['group_id', 'preferred', 'state', 'mgmt', 'other', 'note'] },
    [`${ports}/group_id`]: { content: '101\n[key]\n' },
    [`${ports}/preferred`]: { content: '1\n' },
    [`${ports}/state`]: { content: 'nonoptimized\n' },
    [`${ports}/other`]: { names: ['rel_tgt_id'] },
    [`${ports}/note`]: { content: 'an attribute of a later version\n' },
  })
  const { value } = await collect(host)
  const targetGroup = { name: 'tg1', groupId: 101, state: 'nonoptimized', preferred: true }
  t.strictSame(value.deviceGroups, [
    { name: 'dg1', devices: ['null0'], targetGroups: [{ ...targetGroup, targets: ['other'] }] },
  ])
})
