import t from 'tap'
import { FewConnections } from '../../src/db/few.ts'

t.test('three are used, and who comes then waits for one of them', async (t) => {
  const few = new FewConnections()
  t.strictSame([few.take(), few.take(), few.take()], [null, null, null])
  const order: string[] = []
  const fourth = few.take()?.then(() => order.push('fourth'))
  const fifth = few.take()?.then(() => order.push('fifth'))
  t.equal(few.waiting, 2)
  few.giveBack()
  t.equal(few.waiting, 1)
  few.giveBack()
  await Promise.all([fourth, fifth])
  t.strictSame(order, ['fourth', 'fifth'])

  for (let used = 3; used > 0; used -= 1) few.giveBack()
  t.equal(few.take(), null)
})

t.test('nobody waits long while those who have one keep it', async (t) => {
  const few = new FewConnections()
  for (let used = 0; used < 3; used += 1) void few.take()
  await few.take()
  t.equal(few.waiting, 0)
  // One of four is back: the other three are still used.
  few.giveBack()
  t.not(few.take(), null)
  t.equal(few.waiting, 1)
  few.giveBack()
  t.equal(few.waiting, 0)
})
