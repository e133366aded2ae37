import t from 'tap'
import { machine } from '../../support/scst-model/configs.ts'
import { HEAD, LIBRARY, ManagedMachine, TARGET } from '../../support/scst-model/setting.ts'
import { openTestDatabase } from '../../support/database.ts'
import { engineOn } from '../../support/tasks.ts'

const database = await openTestDatabase(t)
const KIND = { kind: 'scst_export_library' }

t.test('a library is exported by a task, and its log tells each write', async (t) => {
  const managed = new ManagedMachine(machine(), HEAD)
  const tasks = engineOn(database, managed.kinds)
  tasks.engine.start()
  const id = await tasks.ask(LIBRARY, KIND)
  await tasks.engine.idle()
  t.match(await tasks.task(id), { state: 'completed', error: null, resource: 'scst', progress: 1 })
  const log = await tasks.log(id)
  t.ok(log.includes('1 of 11: Add the device 3:0:0:0.'), log.join('\n'))
  t.ok(log.includes(`11 of 11: Enable the target ${TARGET}, now that all of it is there.`))
  t.strictSame(await managed.differences(), [])
  await tasks.engine.stop()
})

t.test('one that fails says so, and that nothing is left of it', async (t) => {
  const managed = new ManagedMachine(machine(), HEAD)
  const tasks = engineOn(database, managed.kinds)
  tasks.engine.start()
  managed.model.mishap = (line) =>
    line.includes('add_target') ? { kind: 'fails', errno: 'ENOMEM' } : null
  const id = await tasks.ask(LIBRARY, KIND)
  await tasks.engine.idle()
  const { state, error } = await tasks.task(id)
  t.equal(state, 'failed')
  t.match(error, /add_target .*: ENOMEM; what was done is undone: SCST is as it was$/)
  t.match((await tasks.log(id)).join('\n'), /undone: Remove the device 3:0:2:0\./)
  t.equal(managed.file, HEAD)
  await tasks.engine.stop()
})

t.test('one whose daemon is stopped in between is carried out by the next', async (t) => {
  const managed = new ManagedMachine(machine(), HEAD)
  const first = engineOn(database, managed.kinds)
  const stops: Promise<void>[] = []
  managed.model.onWritten = () => {
    if (managed.model.written.length === 5) stops.push(first.engine.stop())
  }
  first.engine.start()
  const id = await first.ask(LIBRARY, KIND)
  await first.engine.idle()
  await Promise.all(stops)
  // What was done is undone when there is time for it.
  t.equal(managed.file, HEAD)
  managed.model.onWritten = () => undefined
  const next = engineOn(database, managed.kinds, { clock: first.clock })
  next.engine.start()
  await next.engine.idle()
  t.match(await next.task(id), { state: 'completed', attempts: 2 })
  t.strictSame(await managed.differences(), [])
  t.match(managed.file, /LUN 2 3:0:2:0/)
  await next.engine.stop()
})
