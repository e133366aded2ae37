import t from 'tap'
import { machine } from '../../support/scst-model/configs.ts'
import { HEAD, ManagedMachine, TARGET } from '../../support/scst-model/setting.ts'
import { ROOT } from '../../support/scst-model/state.ts'

t.test('an ALUA state that serves nothing takes something from who is logged in', async (t) => {
  const managed = await ManagedMachine.exporting()
  const group = (state: string, force: boolean) => ({
    ...{ device_group: 'dg1', devices: ['3:0:1:0'], force },
    target_groups: [{ target_group: 'tg1', group_id: 1, state, targets: [{ target: TARGET }] }],
  })
  const { force, ...first } = group('active', false)
  await managed.run('scst_device_group_create', first)
  managed.model.state.login(`${ROOT}/targets/iscsi/${TARGET}`, 'iqn.i:backup1')
  t.equal(force, false)
  await managed.run('scst_device_group_change', group('nonoptimized', false))
  await t.rejects(managed.run('scst_device_group_change', group('offline', false)), {
    message: /^it is in use, .* iqn\.i:backup1 is logged in and would lose something: Set state of/,
  })
  await managed.run('scst_device_group_change', group('offline', true))
  t.strictSame(await managed.differences(), [])
  managed.file = managed.file.replace('state offline', 'state lba_dependent')
  await t.rejects(managed.run('scst_apply'), { message: /lba_dependent, which is no ALUA state/ })
})

t.test('two targets that would have one identifier are not begun with', async (t) => {
  const managed = new ManagedMachine(machine(), HEAD)
  const create = (target: string, id: string) =>
    managed.run('scst_target_create', { target, enabled: true, attributes: { rel_tgt_id: id } })
  await create('iqn.t:1', '1')
  await create('iqn.t:2', '2')
  const { file } = managed
  managed.file = file.replace('rel_tgt_id 2', 'rel_tgt_id 1')
  await t.rejects(managed.run('scst_apply'), {
    message: 'the targets iqn.t:1 and iqn.t:2 both have the rel_tgt_id 1',
  })
  managed.file = file.replace('rel_tgt_id 2', 'rel_tgt_id x').replace('id 1', 'id 2')
  managed.file = managed.file.replace('rel_tgt_id x', 'rel_tgt_id 1')
  await t.rejects(managed.run('scst_apply'), {
    message: /^the rel_tgt_id 2 of the target iqn\.t:1 is still that of iqn\.t:2: disable both/,
  })
})
