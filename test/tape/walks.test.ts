import fc from 'fast-check'
import t from 'tap'
import { walk, walks } from '../support/tape-walk.ts'

t.test(
  'whatever is asked for and goes wrong, no cartridge is lost and no drive in use touched',
  async (t) => {
    await fc.assert(fc.asyncProperty(walks, walk), { numRuns: 60 })
    t.pass()
  },
)
