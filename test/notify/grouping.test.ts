import t from 'tap'
import {
  draftsOf,
  groupOf,
  MESSAGE_SIZE,
  post,
  type LastMessage,
} from '../../src/notify/grouping.ts'
import type { NewsEvent } from '../../src/notify/notifier.ts'
import type { News } from '../../src/notify/plan.ts'
import { after, alertAt } from '../support/notices.ts'

const BY = ['library', 'target']

/** News of a drive of a library. */
const drive = (serial: string, event: NewsEvent = 'firing', channel = 'email'): News => ({
  ...{ channel, event },
  alert: alertAt(serial, { partOf: { library: 'L700' } }),
})

t.test(
  'the group of an alert is the first of the labels that it, or what it is part of, has',
  (t) => {
    const group = (given: Parameters<typeof alertAt>[1]) => groupOf(alertAt('x', given), BY)
    t.strictSame(group({ labels: { drive: 'D1' }, partOf: { library: 'L700' } }), {
      ...{ key: 'library=L700', labels: { library: 'L700' } },
    })
    t.strictSame(group({ labels: { target: 'iqn', library: 'L700' } }), {
      ...{ key: 'library=L700', labels: { library: 'L700' } },
    })
    t.strictSame(group({ labels: { target: 'iqn' } }), {
      ...{ key: 'target=iqn', labels: { target: 'iqn' } },
    })
    t.strictSame(group({ rule: 'ServiceDown', labels: { service: 'scst' } }), {
      ...{ key: 'rule=ServiceDown', labels: { rule: 'ServiceDown' } },
    })
    t.end()
  },
)

t.test('ten drives of one library are one message, and where they cannot be, ten', (t) => {
  const serials = Array.from({ length: 10 }, (_, index) => `drive ${index}`)
  const news = [
    ...serials.map((serial) => drive(serial)),
    ...serials.map((serial) => drive(serial, 'firing', 'snmp')),
    { channel: 'email', event: 'firing' as const, alert: alertAt('/srv') },
  ]
  const drafts = draftsOf(news, new Set(['email']), BY)
  t.strictSame(
    drafts.map(({ channel, group, alone, news }) => [channel, group.key, alone, news.length]),
    [
      ['email', 'library=L700', false, 10],
      ...serials.map(() => ['snmp', 'library=L700', true, 1]),
      ['email', 'rule=Broken', false, 1],
    ],
  )
  t.end()
})

/** Where news of the library go 100 s after the begin, with a group interval of 300 s. */
function posted(news: readonly News[], last: Partial<LastMessage> | null) {
  const found = { channel: 'email', groupKey: 'library=L700', id: 'last', at: after(0) }
  const lastMessages = last === null ? [] : [{ ...found, heldTo: null, size: 1, ...last }]
  const drafts = draftsOf(news, new Set(['email']), BY)
  const postings = post(drafts, lastMessages, { at: after(100), intervalMs: 300_000 })
  return postings.map(({ joins, dueAt, news }) => [
    ...[joins, (dueAt.getTime() - after(0).getTime()) / 1000, news.length],
  ])
}

t.test('the first message of a group goes at once, the next when the interval is over', (t) => {
  const news = [drive('a'), drive('b')]
  t.strictSame(posted(news, null), [[null, 100, 2]])
  t.strictSame(posted(news, { at: after(0) }), [[null, 300, 2]])
  t.strictSame(posted(news, { at: after(-300) }), [[null, 100, 2]])
  t.end()
})

t.test('news join the message that waits', (t) => {
  t.strictSame(posted([drive('a'), drive('b')], { heldTo: after(300), size: 3 }), [
    ['last', 300, 2],
  ])
  // It is due, and nobody has taken it yet.
  t.strictSame(posted([drive('a')], { heldTo: after(90) }), [['last', 100, 1]])
  t.end()
})

t.test('what is critical or escalated does not wait, and what waits goes with it', (t) => {
  const critical = {
    ...drive('a'),
    alert: { ...drive('a').alert, severity: 'critical' as const },
  }
  t.strictSame(posted([drive('b'), critical], { at: after(0) }), [[null, 100, 2]])
  t.strictSame(posted([critical], { heldTo: after(300) }), [['last', 100, 1]])
  t.strictSame(posted([drive('a', 'escalated')], { at: after(0) }), [[null, 100, 1]])
  t.strictSame(posted([{ ...critical, event: 'resolved' }], { at: after(0) }), [[null, 300, 1]])
  t.end()
})

t.test('what is more than somebody reads goes into further messages', (t) => {
  const many = Array.from({ length: 2 * MESSAGE_SIZE + 1 }, (_, index) => drive(`drive ${index}`))
  t.strictSame(posted(many, null), [
    ...[MESSAGE_SIZE, MESSAGE_SIZE, 1].map((size) => [null, 100, size]),
  ])
  t.strictSame(posted(many.slice(0, 3), { heldTo: after(300), size: MESSAGE_SIZE - 1 }), [
    ['last', 300, 1],
    [null, 300, 2],
  ])
  t.strictSame(posted(many.slice(0, 1), { heldTo: after(300), size: MESSAGE_SIZE }), [
    [null, 300, 1],
  ])
  t.end()
})

t.test('a channel that takes alerts one by one is told of each at once', (t) => {
  const drafts = draftsOf([drive('a'), drive('b')], new Set(), BY)
  const last = { channel: 'email', groupKey: 'library=L700', id: 'last', at: after(99), size: 1 }
  const postings = post(drafts, [{ ...last, heldTo: after(300) }], {
    ...{ at: after(100), intervalMs: 300_000 },
  })
  t.strictSame(
    postings.map(({ joins, dueAt }) => [joins, dueAt]),
    [
      [null, after(100)],
      [null, after(100)],
    ],
  )
  t.end()
})
