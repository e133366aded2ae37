import t from 'tap'
import { backingUp } from '../src/backing-up.ts'
import type { Config } from '../src/config/schema.ts'
import { loadText } from './support/config.ts'

const silent = () => undefined
const log = { debug: silent, info: silent, warn: silent, error: silent, failure: silent }
const nothing = () => Promise.reject(new Error('not asked'))

/** With six fields, which no configuration has, it is due each second. */
const EACH_SECOND = '* * * * * *'
const ONCE_A_YEAR = '0 0 1 1 *'

t.test('a schedule that the configuration changes is kept from then on', async (t) => {
  const loaded = await loadText(t, '')
  let schedule: string | null = ONCE_A_YEAR
  const config = (): Config => ({
    ...loaded,
    backups: { ...loaded.backups, scheduled: schedule !== null, schedule: schedule ?? ONCE_A_YEAR },
  })
  let submitted: (kind: string) => void = silent
  const engine = {
    submit({ kind }: { kind: string }) {
      submitted(kind)
      return Promise.reject(new Error('nobody carries it out'))
    },
  }
  const backups = backingUp({
    ...{ config, log, options: {}, now: () => new Date() },
    database: {
      db: { query: nothing, transaction: nothing },
      connection: { url: 'postgresql://nowhere' },
    },
  })
  t.teardown(() => backups.stop())
  backups.reload()
  backups.start(engine)

  schedule = EACH_SECOND
  const due = new Promise<string>((resolve) => (submitted = resolve))
  backups.reload()
  t.equal(await due, 'backup')
  schedule = null
  backups.reload()
  const count = { submitted: 0 }
  submitted = () => (count.submitted += 1)
  await backups.stop()
  schedule = EACH_SECOND
  backups.reload()
  t.equal(count.submitted, 0, 'none is asked for once it has stopped')
})
