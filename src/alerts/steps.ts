import { randomUUID } from 'node:crypto'
import type { Queryable } from '../db/database.ts'
import type { NewEvent } from '../events/event.ts'
import type { Rule } from '../rules/rule.ts'
import type { Snapshot } from '../snapshot.ts'
import { acknowledged, type Acknowledgement } from './acknowledgement.ts'
import {
  AlertNotFoundError,
  AlertResolvedError,
  type Alert,
  type AlertTransition,
} from './alert.ts'
import { announcements, eventOf, transitionsOf } from './announce.ts'
import type { Change } from './change.ts'
import { overByHand } from './condition.ts'
import { byFingerprint, evaluate, lastingAlerts } from './evaluate.ts'
import type { FlappingLimits } from './flapping.ts'
import { mute } from './muting.ts'
import { newSilence, type SilenceDraft } from './new-silence.ts'
import { differs, netChanges, type NetChange } from './net-changes.ts'
import { SilenceNotFoundError, type Silence } from './silence.ts'
import { cancelSilence, findSilence, insertSilence, openSilences } from './silence-store.ts'
import { readSilence, silencingBy, type Silencing } from './silences.ts'
import {
  activeAlerts,
  appendTransitions,
  deleteAlerts,
  findAlert,
  firingsSince,
  saveAlerts,
  touchAlerts,
} from './store.ts'

/** What a step is made in. */
export interface Circumstances {
  /** In which nobody else changes alerts. */
  transaction: Queryable
  at: Date
  rules: readonly Rule[]
  /** Without them nothing flaps. */
  flapping: FlappingLimits | undefined
  onError: (error: Error) => void
}

/** What a step has written, and what is to be told of it. */
export interface Step<T> {
  result: T
  /** All that are pending or firing after the step. */
  active: readonly Alert[]
  /** Those that it resolved. */
  ended: readonly Alert[]
  events: readonly NewEvent[]
  /** Which silences mute what after the step. */
  silencing: Silencing
}

/**
 * Writes down who changed what, in the transaction of the change; `before` is null where there was nothing. Not
 * called when nothing changed.
 */
export type Note<T> = (
  transaction: Queryable,
  change: { before: T | null; after: T },
) => Promise<void>

/** What a snapshot makes of the alerts. */
export async function evaluationStep(
  snapshot: Snapshot,
  around: Circumstances,
): Promise<Step<void>> {
  const { transaction, at, rules, flapping, onError } = around
  const active = byFingerprint(await activeAlerts(transaction))
  const silencing = await silencingNow(around)
  const { changes, errors } = evaluate(active, rules, snapshot, {
    now: at,
    newId: randomUUID,
    firings: flapping && {
      ...flapping,
      counts: await firingsSince(transaction, beginOf(flapping, at)),
    },
    silencing,
  })
  for (const { rule, error } of errors) {
    const reason = error instanceof Error ? error.message : String(error)
    onError(new Error(`rule ${rule}: ${reason}`, { cause: error }))
  }
  await save(transaction, changes, at)
  return {
    result: undefined,
    active: lastingAlerts(active, changes),
    ended: changes.filter(({ kind }) => kind === 'resolved').map(({ alert }) => alert),
    events: announcements(changes, at),
    silencing,
  }
}

/** What `acknowledge` of the engine does. */
export async function acknowledgeStep(
  id: string,
  given: Acknowledgement,
  around: Circumstances,
  note?: Note<Alert>,
): Promise<Step<Alert>> {
  const before = await existing(around, id)
  if (before.state === 'resolved') throw new AlertResolvedError(id)
  const alert = acknowledged(before, given, around.at)
  if (alert === before) return settled(around, before)
  await note?.(around.transaction, { before, after: alert })
  return carryOut(around, alert, {
    at: around.at,
    from: before.state,
    to: 'acknowledged',
    by: given.user,
    comment: alert.acknowledgeComment,
  })
}

/** What `resolve` of the engine does. */
export async function resolveStep(
  id: string,
  given: { user: string; comment?: string | null | undefined },
  around: Circumstances,
  note?: Note<Alert>,
): Promise<Step<Alert>> {
  const before = await existing(around, id)
  if (before.state === 'resolved') return settled(around, before)
  const alert = overByHand(before, given, around.at)
  await note?.(around.transaction, { before, after: alert })
  const step = { at: around.at, from: before.state, by: given.user, comment: alert.resolveComment }
  return carryOut(around, alert, { ...step, to: 'resolved' })
}

/** What `silence` of the engine does. */
export async function silenceStep(
  draft: SilenceDraft,
  user: string,
  around: Circumstances,
  note?: Note<Silence>,
): Promise<Step<Silence>> {
  const silence = newSilence(draft, { id: randomUUID(), author: user, now: around.at })
  await insertSilence(around.transaction, silence)
  await note?.(around.transaction, { before: null, after: silence })
  return settled(around, silence)
}

/** What `endSilence` of the engine does. */
export async function endSilenceStep(
  id: string,
  user: string,
  around: Circumstances,
  note?: Note<Silence>,
): Promise<Step<Silence>> {
  const { transaction, at } = around
  const before = await findSilence(transaction, id)
  if (before === null) throw new SilenceNotFoundError(id)
  if (readSilence(before).stateAt(at) === 'expired') return settled(around, before)
  const after = { ...before, cancelledAt: at, cancelledBy: user }
  await cancelSilence(transaction, before.id, { by: user, at })
  await note?.(transaction, { before, after })
  return settled(around, after)
}

/** Writes what a user made of an alert, with the step in its history and the event that tells of it. */
async function carryOut(
  around: Circumstances,
  alert: Alert,
  step: AlertTransition & { to: 'acknowledged' | 'resolved' },
): Promise<Step<Alert>> {
  await saveAlerts(around.transaction, [alert])
  await appendTransitions(around.transaction, [{ alertId: alert.id, ...step }])
  const after = await settled(around, alert)
  return {
    ...after,
    ended: step.to === 'resolved' ? [alert] : [],
    events: [eventOf(alert, step.to, step.at), ...after.events],
  }
}

/** Writes what a user's step makes of other alerts: what was muted may be seen again, and the reverse. */
async function settled<T>(around: Circumstances, result: T): Promise<Step<T>> {
  const { transaction, at, rules } = around
  const active = await activeAlerts(transaction)
  const silencing = await silencingNow(around)
  const changes = mute(active, { rules, silencing, now: at })
  await save(transaction, changes, at)
  return {
    result,
    active: lastingAlerts(byFingerprint(active), changes),
    ended: [],
    events: announcements(changes, at),
    silencing,
  }
}

/** One that cannot be read, as after its time zone was abolished, mutes nothing, and does not go unnoticed. */
async function silencingNow({ transaction, at, onError }: Circumstances): Promise<Silencing> {
  return silencingBy(await openSilences(transaction, at), ({ id }, error) => {
    onError(new Error(`silence ${id}: ${(error as Error).message}`, { cause: error }))
  })
}

/** Writes rows only where more than the count has changed; all others are counted in one statement. */
async function save(transaction: Queryable, changes: readonly Change[], at: Date): Promise<void> {
  const nets = netChanges(changes)
  const dropped = nets.filter(({ kinds }) => kinds.includes('dropped'))
  const lasting = nets.filter(({ kinds }) => !kinds.includes('dropped'))
  const written = lasting.filter(({ before, alert }) => before === null || differs(before, alert))
  const touched = lasting.filter((net) => !written.includes(net) && net.kinds.includes('seen'))
  await deleteAlerts(transaction, dropped.map(idOf))
  await saveAlerts(
    transaction,
    written.map(({ alert }) => alert),
  )
  await touchAlerts(transaction, touched.map(idOf), at)
  await appendTransitions(transaction, transitionsOf(changes, at))
}

function idOf({ alert }: NetChange): string {
  return alert.id
}

async function existing({ transaction }: Circumstances, id: string): Promise<Alert> {
  const alert = await findAlert(transaction, id)
  if (alert === null) throw new AlertNotFoundError(id)
  return alert
}

function beginOf({ windowSeconds }: FlappingLimits, at: Date): Date {
  return new Date(at.getTime() - windowSeconds * 1000)
}
