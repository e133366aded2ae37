import t from 'tap'
import type { DatabaseActivity } from '../../src/db/activity.ts'
import {
  databaseBloat,
  databaseCacheHitLow,
  databaseConnectionsNearLimit,
  databaseSlowQueries,
  databaseWraparound,
} from '../../src/rules/database.ts'
import { goodDatabase } from '../support/idle.ts'

const of = (changes: Partial<DatabaseActivity>): DatabaseActivity => ({
  ...goodDatabase,
  ...changes,
})
const rules = [
  ...[databaseConnectionsNearLimit, databaseSlowQueries, databaseCacheHitLow, databaseBloat],
  databaseWraparound,
]

t.test('a server that has little to do raises nothing', (t) => {
  for (const rule of rules) t.strictSame(rule.check(goodDatabase), [], rule.alert)
  t.end()
})

t.test('connections are few above four in five, and enough below three in four', (t) => {
  const used = (count: number) => of({ connections: [{ state: 'idle', count }] })
  t.strictSame(databaseConnectionsNearLimit.check(used(32)), [])
  t.match(databaseConnectionsNearLimit.check(used(33)), [
    {
      message: '33 of 40 connections to the database server are used.',
      evidence: { idle_count: 33 },
    },
  ])
  t.equal(databaseConnectionsNearLimit.lingers?.(used(31)).length, 1)
  t.strictSame(databaseConnectionsNearLimit.lingers?.(used(30)), [])
  t.end()
})

t.test('what is slow, bloated or used up is told with its numbers', (t) => {
  const slow = of({ slowQueries: 1, waitingForLocks: 2, longestQuerySeconds: 7.5 })
  t.match(databaseSlowQueries.check(slow), [
    {
      message: '1 statement in the database run for over 5 s. 2 sessions wait for a lock.',
      evidence: { longest_query_seconds: 7.5 },
    },
  ])
  const table = { table: 'alerts', bytes: 3 * 1024 ** 3, liveRows: 200_000, deadRows: 100_000 }
  t.match(databaseBloat.check(of({ tables: [table] })), [
    { labels: { table: 'alerts' }, message: 'alerts: 100000 dead rows beside 200000, 3.0 GiB.' },
  ])
  t.strictSame(databaseBloat.check(of({ tables: [{ ...table, deadRows: 99_999 }] })), [])
  t.strictSame(databaseBloat.check(of({ tables: [{ ...table, liveRows: 200_001 }] })), [])
  t.strictSame(databaseWraparound.check(of({ wraparoundRatio: 0.5 })), [])
  t.match(databaseWraparound.check(of({ wraparoundRatio: 0.612 })), [
    { message: '61.2 % of the numbers of transactions are used up.' },
  ])
  t.end()
})

t.test('the cache is judged only when it had something to do', (t) => {
  const low = (blocksRead: number, cacheHitRatio: number | null = 0.7) =>
    databaseCacheHitLow.check(of({ blocksRead, cacheHitRatio }))
  t.strictSame(low(999_999), [])
  t.strictSame(low(5_000_000, null), [])
  t.strictSame(low(5_000_000, 0.8), [])
  t.match(low(1_000_000), [{ message: '70.0 % of the blocks were in the memory of the server.' }])
  t.end()
})
