import type { Rule } from './rule.ts'

/**
 * What cannot be read is not watched. The age is that of the last success, so a
 * single miss of a slow collector raises nothing.
 */
export const collectorFailing: Rule<'collectors'> = {
  alert: 'CollectorFailing',
  name: 'Collector failing',
  subject: 'collectors',
  severity: 'warning',
  source: 'storwarden',
  forSeconds: 90,
  description:
    'A part of the appliance cannot be read, so nothing is known of its present state; its alerts stay as they were.',
  action:
    'Mend what the message names: a tool or a permission that is missing (`storwarden doctor` tells which), or a ' +
    'device that does not answer.',

  check(collectors) {
    return collectors
      .filter(
        ({ state, ageSeconds, intervalSeconds }) =>
          state === 'failed' && (ageSeconds === null || ageSeconds > 2 * intervalSeconds),
      )
      .map(({ name, error, failingSince, ageSeconds, intervalSeconds }) => ({
        labels: { collector: name },
        message: `The collector ${name} fails: ${error ?? 'it gave no reason'}.`,
        evidence: {
          error,
          failing_since: failingSince?.toISOString() ?? null,
          age_seconds: ageSeconds,
          interval_seconds: intervalSeconds,
          source: `collector ${name}`,
        },
      }))
  },
}

/** Neither success nor failure for a long time: the reading is frozen and looks healthy. */
export const collectorStale: Rule<'collectors'> = {
  alert: 'CollectorStale',
  name: 'Collector stale',
  subject: 'collectors',
  severity: 'warning',
  source: 'storwarden',
  forSeconds: 0,
  description:
    'The collector has not finished for a long time, so what is shown of its subject is old.',
  action:
    'Look for commands that hang (`ps -eo pid,stat,etimes,args`, state D) and for the device behind them. If there are ' +
    'none restart the daemon, which disturbs no backup, and report it.',

  check(collectors) {
    return collectors
      .filter(
        ({ state, ageSeconds, intervalSeconds }) =>
          state !== 'failed' && ageSeconds !== null && ageSeconds > 3 * intervalSeconds + 60,
      )
      .map(({ name, ageSeconds, intervalSeconds }) => ({
        labels: { collector: name },
        message:
          `The collector ${name} has read nothing for ${Math.round(ageSeconds ?? 0)} s; ` +
          `it should every ${intervalSeconds} s.`,
        evidence: {
          age_seconds: ageSeconds,
          interval_seconds: intervalSeconds,
          source: `collector ${name}`,
        },
      }))
  },
}
