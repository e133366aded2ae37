import t from 'tap'
import { openTestDatabase } from '../support/database.ts'

t.test('a', async (t) => {
  const database = await openTestDatabase(t)
  t.strictSame(await database.query('select 1::int8 as one, array[1::int8,null] as two'), [
    { one: 1, two: [1, null] },
  ])
})
