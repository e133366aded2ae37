import { randomUUID } from 'node:crypto'
import t from 'tap'
import { AlertEngine } from '../../src/alerts/engine.ts'
import { listAlerts } from '../../src/alerts/list.ts'
import {
  InvalidRuleError,
  RuleBook,
  RuleBuiltInError,
  RuleNameTakenError,
  RuleNotFoundError,
  type RuleBookOptions,
} from '../../src/alerts/rule-book.ts'
import { listUserRules, type StoredRule } from '../../src/alerts/user-rules.ts'
import { Catalogue } from '../../src/rules/expression/names.ts'
import { arrayDegraded } from '../../src/rules/md-arrays.ts'
import { Clock } from '../support/clock.ts'
import { openTestDatabase } from '../support/database.ts'
import { exported, metricsOf } from '../support/metrics.ts'
import { read, snapshotOf } from '../support/readings.ts'
import { definitionOf } from '../support/user-rules.ts'

const database = await openTestDatabase(t)

/** A book on an empty table, unless `kept`. */
async function openBook(given: Partial<RuleBookOptions> = {}, kept = false) {
  if (!kept) await database.query('truncate rules, alerts, alert_transitions')
  const clock = new Clock()
  const errors: string[] = []
  const book = new RuleBook({
    database,
    catalogue: exported,
    builtIn: () => [arrayDegraded],
    reserved: [arrayDegraded.alert, 'ChangerOffline'],
    now: () => clock.now,
    newId: randomUUID,
    onError: ({ message }) => errors.push(message),
    ...given,
  })
  await book.load()
  return { book, clock, errors }
}

const nothing = async () => undefined
const names = (book: RuleBook) => book.rules().map(({ alert }) => alert)

t.test('a rule is kept with who made it, and comes back after a restart', async (t) => {
  const { book, clock } = await openBook()
  const definition = definitionOf({
    query: 'max by (library) (drive_temperature) > 60',
    clearThreshold: 55.5,
    forSeconds: 90,
    keepFiringSeconds: 600,
    severity: 'critical',
    source: 'tape',
    labels: { team: 'storage' },
  })
  const { stored } = await book.create(definition, 'jo', nothing)
  const who = { createdAt: clock.now, createdBy: 'jo', updatedAt: clock.now, updatedBy: 'jo' }
  t.strictSame(stored, { ...definition, id: stored.id, thresholdValue: 60, ...who })
  t.strictSame(await listUserRules(database), [stored])
  const again = await openBook({}, true)
  t.strictSame(
    again.book.list().map((rule) => [rule.stored, rule.faults]),
    [[stored, []]],
  )
  t.strictSame(names(again.book), [arrayDegraded.alert, 'Processors busy'])
})

t.test('a change takes the place of what was before, at once', async (t) => {
  const { book, clock } = await openBook()
  const { stored } = await book.create(definitionOf(), 'jo', nothing)
  clock.advance(60)
  const changed = await book.replace(
    stored.id.toUpperCase(),
    definitionOf({ name: 'Busy', query: 'avg_over(cpu_usage, 5m) > 90', labels: { a: 'b' } }),
    'eve',
    nothing,
  )
  t.strictSame(changed.stored, {
    ...definitionOf({ name: 'Busy', query: 'avg_over(cpu_usage, 5m) > 90', labels: { a: 'b' } }),
    ...{ id: stored.id, thresholdValue: 90, createdAt: stored.createdAt, createdBy: 'jo' },
    ...{ updatedAt: clock.now, updatedBy: 'eve' },
  })
  t.strictSame(await listUserRules(database), [changed.stored])
  t.strictSame(names(book), [arrayDegraded.alert, 'Busy'])
  t.strictSame(book.ranges(), [{ name: 'system_cpu_usage_percent', seconds: 900 }])
  await book.replace(stored.id, definitionOf({ enabled: false }), 'eve', nothing)
  t.strictSame(names(book), [arrayDegraded.alert])
  t.strictSame(book.ranges(), [])
  await book.delete(stored.id, nothing)
  t.strictSame([book.list(), await listUserRules(database)], [[], []])
})

t.test('a name is that of one rule, in whatever case', async (t) => {
  const { book } = await openBook()
  const { stored } = await book.create(definitionOf({ name: 'Hot' }), 'jo', nothing)
  for (const name of ['Hot', 'hOT', arrayDegraded.alert, 'changeroffline']) {
    await t.rejects(book.create(definitionOf({ name }), 'jo', nothing), RuleNameTakenError, name)
  }
  const other = await book.create(definitionOf({ name: 'Cold' }), 'jo', nothing)
  await t.rejects(
    book.replace(other.stored.id, definitionOf({ name: 'HOT' }), 'jo', nothing),
    RuleNameTakenError,
  )
  await book.replace(stored.id, definitionOf({ name: 'HOT' }), 'jo', nothing)
  const twice = await Promise.allSettled(
    ['One', 'one'].map((name) => book.create(definitionOf({ name }), 'jo', nothing)),
  )
  t.strictSame(
    twice.map(({ status }) => status),
    ['fulfilled', 'rejected'],
  )
  t.strictSame(
    book.list().map((rule) => rule.stored.name),
    ['Cold', 'HOT', 'One'],
  )
})

t.test(
  'what is not there, is built in or has faults is refused, and nothing is written',
  async (t) => {
    const { book } = await openBook()
    for (const id of [randomUUID(), 'nonsense']) {
      await t.rejects(book.replace(id, definitionOf(), 'jo', nothing), RuleNotFoundError)
      await t.rejects(book.delete(id, nothing), RuleNotFoundError)
    }
    await t.rejects(book.delete(arrayDegraded.alert, nothing), RuleBuiltInError)
    await t.rejects(
      book.create(definitionOf({ query: 'quux > 1' }), 'jo', nothing),
      InvalidRuleError,
    )
    t.strictSame([book.list(), await listUserRules(database)], [[], []])
  },
)

t.test('what goes with a change is written with it or not at all', async (t) => {
  const { book } = await openBook()
  const seen: unknown[] = []
  const note = async (
    _: unknown,
    change: { before: StoredRule | null; after: StoredRule | null },
  ) => {
    seen.push([change.before?.name, change.after?.name])
  }
  const { stored } = await book.create(definitionOf({ name: 'A' }), 'jo', note)
  await book.replace(stored.id, definitionOf({ name: 'B' }), 'jo', note)
  const fails = () => Promise.reject(new Error('no audit'))
  await t.rejects(book.create(definitionOf({ name: 'C' }), 'jo', fails), /no audit/)
  await t.rejects(book.replace(stored.id, definitionOf({ name: 'C' }), 'jo', fails), /no audit/)
  await t.rejects(book.delete(stored.id, fails), /no audit/)
  t.strictSame(names(book), [arrayDegraded.alert, 'B'])
  t.strictSame(
    (await listUserRules(database)).map(({ name }) => name),
    ['B'],
  )
  await book.delete(stored.id, note)
  t.strictSame(seen, [
    [undefined, 'A'],
    ['A', 'B'],
    ['B', undefined],
  ])
})

t.test('a rule whose metric is gone is not evaluated, and says why', async (t) => {
  const { book } = await openBook()
  const { stored } = await book.create(definitionOf(), 'jo', nothing)
  const without = new Catalogue([{ name: 'system_load1', help: '', type: 'gauge' }])
  const later = await openBook({ catalogue: without }, true)
  t.strictSame(later.errors, [
    'rule Processors busy: is not evaluated, its alerts stay: there is no metric cpu_usage',
  ])
  const kept = later.book.find(stored.id)
  t.strictSame(
    kept?.faults.map(({ message }) => message),
    ['there is no metric cpu_usage'],
  )
  t.strictSame(names(later.book), [arrayDegraded.alert, 'Processors busy'])
})

t.test(
  'the alerts of a rule that is switched off or deleted end at the next evaluation',
  async (t) => {
    const { book, clock } = await openBook()
    const engine = new AlertEngine({
      database,
      get rules() {
        return book.rules()
      },
      now: () => clock.now,
      onEvents: () => undefined,
    })
    const evaluate = async () => {
      clock.advance(30)
      const metrics = metricsOf({ system_cpu_usage_percent: { values: [[{}, 95]] } }, clock.now)
      await engine.evaluate(snapshotOf({ metrics: read(metrics) }))
      const { alerts } = await listAlerts(database, { limit: 10, offset: 0 })
      return alerts.map(
        ({ rule, state, resolveComment }) => `${rule} ${state} ${resolveComment ?? ''}`,
      )
    }
    const { stored } = await book.create(definitionOf({ name: 'Busy' }), 'jo', nothing)
    t.strictSame(await evaluate(), ['Busy firing '])
    await book.replace(stored.id, definitionOf({ name: 'Busy', enabled: false }), 'jo', nothing)
    t.strictSame(await evaluate(), ['Busy resolved the rule is gone'])
    await book.replace(stored.id, definitionOf({ name: 'Busy' }), 'jo', nothing)
    t.strictSame(await evaluate(), ['Busy firing ', 'Busy resolved the rule is gone'])
    await book.delete(stored.id, nothing)
    t.strictSame(await evaluate(), [
      'Busy resolved the rule is gone',
      'Busy resolved the rule is gone',
    ])
  },
)
