/** The first pause after a failure, and the longest. */
const FIRST_MS = 5_000
const LONGEST_MS = 15 * 60_000

/** For so long a message is tried; then whoever should have got it has been away for a day. */
export const KEPT_MS = 24 * 3600_000

/** So many failures one after the other, and the channel itself is taken to be down. */
const FAILURES_IN_A_ROW = 3

/** The other side is left alone for as long as it asks to be, but not for longer than this. */
const LONGEST_ASKED_MS = 3600_000

/**
 * When a message is tried again after `failures` attempts: the pause doubles, with a fifth more or less by
 * `random` (0 to 1), so that not everything comes at once when the other side is back; and it is as long as that
 * asked for. Null gives the message up: it is a day old. Pure.
 */
export function retryAt(
  message: { at: Date; failures: number; askedMs: number | null },
  now: Date,
  random: number,
): Date | null {
  if (now.getTime() - message.at.getTime() >= KEPT_MS) return null
  const pause = Math.max(pauseMs(message.failures, random), boundedMs(message.askedMs))
  return new Date(now.getTime() + pause)
}

/**
 * Until when a channel is left alone after `failures` messages in a row were not taken, and because the other side
 * asked for it; null when it is not. Pure.
 */
export function pausedUntil(
  { failures, askedMs }: { failures: number; askedMs: number | null },
  now: Date,
  random: number,
): Date | null {
  const isDown = failures >= FAILURES_IN_A_ROW
  if (!isDown && askedMs === null) return null
  const pause = isDown ? pauseMs(failures - FAILURES_IN_A_ROW + 1, random) : 0
  return new Date(now.getTime() + Math.max(pause, boundedMs(askedMs)))
}

function pauseMs(failures: number, random: number): number {
  const pause = Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS)
  return Math.round(pause * (0.8 + 0.4 * random))
}

function boundedMs(askedMs: number | null): number {
  return Math.min(Math.max(askedMs ?? 0, 0), LONGEST_ASKED_MS)
}
