import t from 'tap'
import { openTestDatabase } from '../support/database.ts'
import { restorable } from '../support/restoring.ts'

const KIND = 'scst_enable_target'
const TARGET = 'iqn.2026-01.org.example:vtl1'
const VTL1 = `/targets/iscsi/${TARGET}`
const params = { driver: 'iscsi', target: TARGET }

t.test('a target that scst.conf enables is enabled, and nothing else is written', async (t) => {
  const { run, simulation, tasks } = await restorable(await openTestDatabase(t))
  t.teardown(() => tasks.engine.stop())
  t.match(await run(params, KIND), { state: 'completed', error: null })
  t.strictSame(simulation.written, [`${VTL1}/enabled < 1`])
  t.match(await run(params, KIND), {
    ...{ state: 'failed', error: /vtl1\/enabled: scst.conf does not want it, or it is$/ },
  })
  const other = { driver: 'iscsi', target: 'iqn.2026-01.org.example:nosuch' }
  t.match(await run(other, KIND), { state: 'failed' })
  t.equal(simulation.written.length, 1)
})

t.test('one of which something else differs is left to people', async (t) => {
  const { run, change, simulation, tasks } = await restorable(await openTestDatabase(t))
  t.teardown(() => tasks.engine.stop())
  await change(`${VTL1}/luns/mgmt`, 'del 0')
  t.match(await run(params, KIND), {
    ...{ state: 'failed', error: /^something else of the target differs: / },
  })
  t.strictSame(simulation.written, [])
  const replayed = await restorable(await openTestDatabase(t), { replayed: true })
  t.teardown(() => replayed.tasks.engine.stop())
  t.match(await replayed.run(params, KIND), { error: /plays a recording/ })
})
