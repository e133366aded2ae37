import fc from 'fast-check'
import t from 'tap'
import { applianceWalks } from '../support/appliance-asks.ts'
import { walkAppliance } from '../support/appliance-walk.ts'
import { openTestDatabase } from '../support/database.ts'

const database = await openTestDatabase(t)

t.test('many walks over an appliance, each with its faults and deaths', async (t) => {
  await fc.assert(
    fc.asyncProperty(applianceWalks, (walk) => walkAppliance(t, database, walk)),
    { numRuns: 200 },
  )
  t.pass()
})
