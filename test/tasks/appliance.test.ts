import fc from 'fast-check'
import t from 'tap'
import { applianceWalks } from '../support/appliance-asks.ts'
import { walkAppliance } from '../support/appliance-walk.ts'
import { openTestDatabase } from '../support/database.ts'

const database = await openTestDatabase(t)

t.test(
  'whatever is asked of an appliance, goes wrong and dies, nothing is lost, harmed or open to strangers',
  async (t) => {
    await fc.assert(
      fc.asyncProperty(applianceWalks, (walk) => walkAppliance(t, database, walk)),
      { numRuns: 12 },
    )
    t.pass()
  },
)
