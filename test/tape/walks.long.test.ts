import fc from 'fast-check'
import t from 'tap'
import { walk, walks } from '../support/tape-walk.ts'

t.test('many walks, each with its faults and crashes', async (t) => {
  await fc.assert(fc.asyncProperty(walks, walk), { numRuns: 2_000 })
  t.pass()
})
