/** The first pause after a failure, and the longest. */
const FIRST_MS = 5_000
const LONGEST_MS = 15 * 60_000

/** For so long a message is tried; then whoever should have got it has been away for a day. */
const KEPT_MS = 24 * 3600_000

/** So many failures one after the other, and the channel itself is taken to be down. */
const FAILURES_IN_A_ROW = 3

/**
 * When a message is tried again after `failures` attempts: the pause doubles, with a fifth more or less by
 * `random` (0 to 1), so that not everything comes at once when the other side is back. Null gives it
 * up: it is a day old. Pure.
 */
export function retryAt(
  message: { at: Date; failures: number },
  now: Date,
  random: number,
): Date | null {
  if (now.getTime() - message.at.getTime() >= KEPT_MS) return null
  return new Date(now.getTime() + pauseMs(message.failures, random))
}

/** Until when a channel is left alone after `failures` messages in a row were not taken; null when it is not. Pure. */
export function pausedUntil(failures: number, now: Date, random: number): Date | null {
  if (failures < FAILURES_IN_A_ROW) return null
  return new Date(now.getTime() + pauseMs(failures - FAILURES_IN_A_ROW + 1, random))
}

function pauseMs(failures: number, random: number): number {
  const pause = Math.min(FIRST_MS * 2 ** (failures - 1), LONGEST_MS)
  return Math.round(pause * (0.8 + 0.4 * random))
}
