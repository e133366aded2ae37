import type { Alert } from '../alerts/alert.ts'
import type { News } from './plan.ts'

/** What alerts that are told of together have in common. */
export interface Group {
  /** `library=L700`, or `rule=StorageCapacityWarning`. */
  key: string
  labels: Readonly<Record<string, string>>
}

/** News that go into one message, or into as few as hold them. */
export interface Draft {
  channel: string
  group: Group
  /** The channel takes alerts one by one: nothing waits, and nothing joins. */
  alone: boolean
  news: readonly News[]
}

/** The last message that a channel was, or is to be, told of a group. */
export interface LastMessage {
  channel: string
  groupKey: string
  id: string
  /** When it was taken or given up; when it was put up while it was neither. */
  at: Date
  /** When it is sent, while nobody has tried to send it: until then others may join it. */
  heldTo: Date | null
  /** How many alerts it tells of. */
  size: number
}

/** Where news go: into a message of their own, or into one that waits. */
export interface Posting {
  channel: string
  group: Group
  news: readonly News[]
  /** The message that they join; null for one of their own. */
  joins: string | null
  /** When one of their own is sent. */
  dueAt: Date
}

/** So many alerts and no more are in one message: whoever gets it has to read it. */
export const MESSAGE_SIZE = 100

/** The group of an alert: the first of the labels that it, or what it belongs to, has; else its rule. Pure. */
export function groupOf({ labels, partOf, rule }: Alert, groupBy: readonly string[]): Group {
  for (const name of groupBy) {
    const value = labels[name] ?? partOf[name]
    if (value !== undefined) return { key: `${name}=${value}`, labels: { [name]: value } }
  }
  return { key: `rule=${rule}`, labels: { rule } }
}

/** News put together by channel and group, where the channel takes several at once. Pure. */
export function draftsOf(
  news: readonly News[],
  grouped: ReadonlySet<string>,
  groupBy: readonly string[],
): Draft[] {
  const drafts = new Map<string, Draft & { news: News[] }>()
  for (const [index, item] of news.entries()) {
    const { channel } = item
    const group = groupOf(item.alert, groupBy)
    const alone = !grouped.has(channel)
    const key = `${channel} ${alone ? index : group.key}`
    const draft = drafts.get(key)
    if (draft === undefined) drafts.set(key, { channel, group, alone, news: [item] })
    else draft.news.push(item)
  }
  return [...drafts.values()]
}

/**
 * Where each draft goes, and when: news of a group wait until its last message is `intervalMs` old, all in one
 * message; what is grave does not wait. Pure.
 */
export function post(
  drafts: readonly Draft[],
  lastMessages: readonly LastMessage[],
  { at, intervalMs }: { at: Date; intervalMs: number },
): Posting[] {
  return drafts.flatMap(({ channel, group, alone, news }) => {
    const posting = { channel, group }
    if (alone) return [{ ...posting, news, joins: null, dueAt: at }]
    const last = lastMessages.find(
      (message) => message.channel === channel && message.groupKey === group.key,
    )
    const calmAt = last === undefined ? at : new Date(last.at.getTime() + intervalMs)
    const heldTo = last?.heldTo ?? calmAt
    const dueAt = news.some(isGrave) || heldTo < at ? at : heldTo
    const isOpen = last !== undefined && last.heldTo !== null
    const room = isOpen ? Math.max(0, MESSAGE_SIZE - last.size) : 0
    const joining = news.slice(0, room)
    return [
      ...(isOpen && room > 0 ? [{ ...posting, news: joining, joins: last.id, dueAt }] : []),
      ...chunksOf(news.slice(room), MESSAGE_SIZE).map((chunk) => ({
        ...{ ...posting, news: chunk, joins: null, dueAt },
      })),
    ]
  })
}

/** What is told at once, whatever was told of its group a moment ago. Pure. */
export function isGrave({ event, alert }: News): boolean {
  return event === 'escalated' || (event === 'firing' && alert.severity === 'critical')
}

function chunksOf<T>(items: readonly T[], size: number): (readonly T[])[] {
  const chunks: (readonly T[])[] = []
  for (let start = 0; start < items.length; start += size) {
    chunks.push(items.slice(start, start + size))
  }
  return chunks
}
