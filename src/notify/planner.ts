import type { Alert, alertToJson } from '../alerts/alert.ts'
import type { Queryable } from '../db/database.ts'
import type { Channel } from './channels.ts'
import { draftsOf, isGrave, post, type Posting } from './grouping.ts'
import { closeNotices, openNotices, saveNotices } from './notices.ts'
import type { AlertNews } from './notifier.ts'
import { enqueue, joinMessages, lastMessages, releaseGroups, type Outgoing } from './outbox.ts'
import { plan, type News, type PlanSettings, type Step } from './plan.ts'

/** When who is told of what. */
export interface PlannerSettings extends PlanSettings {
  /** Labels by which alerts are put together, the first that an alert has. */
  groupBy: readonly string[]
  /** From one message about a group to the next. */
  groupIntervalMs: number
}

/** What a planner works with. */
export interface PlannerOptions {
  /** Those that are set up. */
  channels: () => readonly Channel[]
  settings: () => PlannerSettings
  /** Alerts by id, of those that there are. */
  findAlerts: (transaction: Queryable, ids: readonly string[]) => Promise<Alert[]>
  /** An alert as it goes out. */
  toJson: typeof alertToJson
  newId: () => string
}

/** Puts up for sending what the channels are to be told of alerts. */
export class Planner {
  readonly #options: PlannerOptions

  constructor(options: PlannerOptions) {
    this.#options = options
  }

  /**
   * To be called in every transaction that changes alerts, with what became of them; whoever calls lets nobody else
   * change alerts meanwhile. What it puts up is there when the transaction is committed, and else it is not.
   */
  async alongside(transaction: Queryable, { active, ended, at }: Step): Promise<void> {
    const { findAlerts, newId } = this.#options
    const settings = this.#options.settings()
    const channels = this.#options
      .channels()
      .filter(({ notifier }) => notifier.kinds.includes('alerts'))
    if (channels.length === 0) return
    const audiences = channels.map(({ notifier: { name, news }, minSeverity }) => ({
      ...{ name, news, minSeverity },
    }))

    const notices = await openNotices(transaction, channels.map(nameOf))
    const known = new Set([...active, ...ended].map(({ id }) => id))
    const missed = notices.map(({ alertId }) => alertId).filter((id) => !known.has(id))
    const over = missed.length === 0 ? [] : await findAlerts(transaction, [...new Set(missed)])
    const step = { active, ended: [...ended, ...over], at }
    const { news, kept, closed } = plan(audiences, notices, step, settings)
    await closeNotices(transaction, closed)
    await saveNotices(transaction, kept)

    const grouped = new Set(
      channels.filter(({ notifier }) => notifier.grouped).map((channel) => nameOf(channel)),
    )
    const drafts = draftsOf(news, grouped, settings.groupBy)
    const groups = drafts
      .filter(({ alone }) => !alone)
      .map(({ channel, group, news }) => ({ channel, groupKey: group.key, news }))
    const last = await lastMessages(transaction, groups.map(keyOf))
    const postings = post(drafts, last, { at, intervalMs: settings.groupIntervalMs })
    await joinMessages(
      transaction,
      postings.flatMap(({ channel, joins, news }) =>
        joins === null ? [] : [{ channel, id: joins, alerts: news.map(this.#told) }],
      ),
    )
    await enqueue(
      transaction,
      postings
        .filter(({ joins }) => joins === null)
        .map((posting) => this.#message(posting, newId(), at)),
    )
    const grave = groups.filter(({ news }) => news.some(isGrave))
    await releaseGroups(transaction, grave.map(keyOf), at)
  }

  #message({ channel, group, news, dueAt }: Posting, id: string, at: Date): Outgoing {
    const content = { kind: 'alerts' as const, group, alerts: news.map(this.#told) }
    return { id, channel, at, content, groupKey: group.key, dueAt }
  }

  readonly #told = ({ event, alert }: News): AlertNews => ({
    event,
    fingerprint: alert.fingerprint,
    alert: this.#options.toJson(alert),
  })
}

function nameOf({ notifier }: Channel): string {
  return notifier.name
}

function keyOf({ channel, groupKey }: { channel: string; groupKey: string }) {
  return { channel, groupKey }
}
