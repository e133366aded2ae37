import { stat } from 'node:fs/promises'
import t from 'tap'
import { atDeadline } from '../../src/host/deadline.ts'
import { StuckCalls } from '../../src/host/stuck-calls.ts'

t.test('what was answered while the event loop stood still is not late', async (t) => {
  const calls = new StuckCalls(() => new Date())
  const answer = calls.within('/', 'stat /', 50, () => stat('/'))
  standStill(200)
  t.equal((await answer).isDirectory(), true)
  t.strictSame(calls.stuck(), [])
})

t.test('what was not answered is late, and can be taken back until then', async (t) => {
  let late = 0
  const takeBack = atDeadline(1, () => {
    late += 10
  })
  await new Promise<void>((resolve) => {
    atDeadline(2, () => {
      late += 1
      resolve()
    })
    takeBack()
  })
  t.equal(late, 1)
})

function standStill(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds)
}
