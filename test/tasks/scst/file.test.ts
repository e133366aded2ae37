import t from 'tap'
import { ManagedMachine, TARGET } from '../../support/scst-model/setting.ts'
import { ROOT } from '../../support/scst-model/state.ts'

const AT = `/targets/iscsi/${TARGET}`

t.test('a file that was changed meanwhile is left alone', async (t) => {
  const managed = await ManagedMachine.exporting()
  const steps = await managed.plan('scst_target_create', { target: 'iqn.t:new' })
  managed.file += '# something new\n'
  await t.rejects(managed.carryOut('scst_target_create', steps), {
    ...{ code: 'ERR_TASK_NOT_POSSIBLE', message: /scst\.conf was changed since this was planned/ },
  })
  managed.file = managed.file.replace('LUN 2 3:0:2:0', '')
  const applied = await managed.plan('scst_apply', {})
  managed.file += '# once more\n'
  await t.rejects(managed.carryOut('scst_apply', applied), { code: 'ERR_TASK_NOT_POSSIBLE' })
  t.strictSame(managed.model.written, [])
})

t.test(
  'what runs beside the file stays when one thing is changed, and goes when the file is applied',
  async (t) => {
    const managed = await ManagedMachine.exporting()
    await managed.model.write(`${ROOT}/targets/iscsi/mgmt`, 'add_target iqn.t:by-hand')
    await managed.run('scst_target_create', { target: 'iqn.t:new' })
    t.strictSame(await managed.differences(), ['Remove the target iqn.t:by-hand.'])
    await managed.run('scst_apply')
    t.strictSame(await managed.differences(), [])
    t.notOk(managed.model.state.tree.has(`${ROOT}/targets/iscsi/iqn.t:by-hand`))
  },
)

t.test('another file takes the place of the old one as it is written', async (t) => {
  const managed = await ManagedMachine.exporting()
  const config = managed.file.replace('LUN 2 3:0:2:0', 'LUN 5 3:0:2:0 # of the blue drive')
  await managed.run('scst_apply', { config })
  t.equal(managed.file, config)
  t.strictSame(managed.model.written, [
    `${AT}/ini_groups/library/luns/mgmt < del 2`,
    `${AT}/ini_groups/library/luns/mgmt < add 3:0:2:0 5`,
  ])
})

t.test('a password of the file is set, and shown nowhere', async (t) => {
  const managed = await ManagedMachine.exporting()
  managed.file = managed.file.replace('enabled 1', 'enabled 1\n\t\tIncomingUser "joe secretsecret"')
  const [step] = await managed.plan('scst_apply', {})
  const mgmt = `${ROOT}/targets/iscsi/mgmt`
  t.equal(
    step?.description,
    `Add IncomingUser joe of the target ${TARGET}. "add_target_attribute ${TARGET} IncomingUser joe ***" to ${mgmt}`,
  )
  const log = await managed.run('scst_apply')
  t.notMatch(JSON.stringify([step, log]), /secretsecret/)
  t.equal(managed.model.state.tree.value(`${ROOT}${AT}/IncomingUser`), 'joe secretsecret')
  t.strictSame(await managed.differences(), [])
})
