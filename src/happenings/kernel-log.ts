import type { KernelLog, KernelMessage } from '../collectors/kernel-log.ts'
import type { Happening } from './happening.ts'

/** Told of one reading; of more the number. */
const TOLD = 20

/** A line may come after one that is a little newer: processors write side by side. */
const SLACK_SECONDS = 5

const TYPES: Readonly<Record<KernelMessage['subject'], Happening['type']>> = {
  scst: 'scst',
  tape: 'tape',
  vtl: 'vtl',
  disk: 'storage',
  array: 'storage',
  adapter: 'storage',
  task: 'system',
}

const RANK: readonly KernelMessage['level'][] = ['error', 'warning', 'info']

/**
 * What the kernel has said since: each message once, the same one after the other together. Of many the gravest
 * are told, in their order, and how many more there are. After a boot nothing is told: all of it is new.
 */
export function kernelHappenings(before: KernelLog, after: KernelLog): Happening[] {
  const { endsAtSeconds: seenTo } = before
  const { beginsAtSeconds: from, endsAtSeconds: to } = after
  if (!before.permitted || !after.permitted || from === null || to === null) return []
  if (seenTo !== null && to < seenTo) return []
  const fresh = together(newOnes(before, after))
  const chosen = new Set(
    [...fresh]
      .sort((one, other) => RANK.indexOf(one.level) - RANK.indexOf(other.level))
      .slice(0, TOLD),
  )
  const more = fresh.filter((one) => !chosen.has(one)).reduce((sum, { count }) => sum + count, 0)
  return [
    ...(seenTo !== null && from > seenTo ? [lostBetween(seenTo, from)] : []),
    ...fresh.filter((one) => chosen.has(one)).map(happeningOf),
    ...(more > 0 ? [moreOf(more)] : []),
  ]
}

interface Repeated extends KernelMessage {
  count: number
}

function newOnes(before: KernelLog, after: KernelLog): KernelMessage[] {
  const seenTo = before.endsAtSeconds ?? -Infinity
  const known = new Map<string, number>()
  for (const message of before.messages) {
    known.set(keyOf(message), (known.get(keyOf(message)) ?? 0) + 1)
  }
  return after.messages.filter((message) => {
    if (message.seconds < seenTo - SLACK_SECONDS) return false
    const left = known.get(keyOf(message)) ?? 0
    if (left > 0) known.set(keyOf(message), left - 1)
    return left === 0
  })
}

function keyOf({ seconds, text }: KernelMessage): string {
  return `${seconds} ${text}`
}

function together(messages: readonly KernelMessage[]): Repeated[] {
  const repeated: Repeated[] = []
  for (const message of messages) {
    const last = repeated.at(-1)
    if (last?.text === message.text) last.count += 1
    else repeated.push({ ...message, count: 1 })
  }
  return repeated
}

function happeningOf({ subject, level, text, seconds, count }: Repeated): Happening {
  return {
    ...{ type: TYPES[subject], event: 'kernel_message', level, fromList: false },
    message: `kernel: ${text}${count > 1 ? ` (${count} times)` : ''}`,
    data: { subject, text, count, kernel_seconds: seconds },
  }
}

function moreOf(count: number): Happening {
  return {
    ...{ type: 'system', event: 'kernel_messages_left_out', level: 'info', fromList: false },
    message: `kernel: ${count} more about storage; dmesg has them.`,
    data: { count },
  }
}

function lostBetween(from: number, to: number): Happening {
  return {
    ...{ type: 'system', event: 'kernel_messages_lost', level: 'warning', fromList: false },
    message:
      `What the kernel said between ${from.toFixed(0)} s and ${to.toFixed(0)} s after its boot was overwritten or ` +
      'cleared before it was read.',
    data: { from_seconds: from, to_seconds: to },
  }
}
