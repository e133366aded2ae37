import type { Finding, Rule } from './rule.ts'

/** Nothing is lost without a watcher, but it is seen later: at the next beat of its collectors. */
export const watcherFailing: Rule<'watchers'> = {
  alert: 'WatcherFailing',
  name: 'Changes are not noticed at once',
  subject: 'watchers',
  severity: 'warning',
  source: 'storwarden',
  forSeconds: 600,
  description:
    'The daemon cannot watch all of the machine for changes: what it should be told at once it finds when it ' +
    'next looks, half a minute later.',
  action:
    'Mend what the message names, e.g. the limit of inotify watches. The watcher starts again by itself.',

  check(watchers) {
    return watchers
      .filter(({ state }) => state === 'failing')
      .map((watcher) =>
        finding(watcher, `The watcher of ${words[watcher.name]} fails: ${watcher.error}.`),
      )
  },
}

/** A watcher that says nothing looks like an appliance on which nothing happens. */
export const watcherSilent: Rule<'watchers'> = {
  alert: 'WatcherSilent',
  name: 'A watcher says nothing',
  subject: 'watchers',
  severity: 'warning',
  source: 'storwarden',
  forSeconds: 600,
  description:
    'Something changed that a watcher should have told of, and it has told nothing since. What it watches is ' +
    'seen half a minute later.',
  action:
    'Restart the daemon if the watcher does not recover, which disturbs no backup, and report it.',

  check(watchers) {
    return watchers
      .filter(({ state, missedSince }) => state === 'running' && missedSince !== null)
      .map((watcher) =>
        finding(
          watcher,
          `The watcher of ${words[watcher.name]} has missed changes, and says nothing.`,
        ),
      )
  },
}

type Watcher = Parameters<Rule<'watchers'>['check']>[0][number]

const words: Readonly<Record<Watcher['name'], string>> = {
  uevents: 'devices',
  files: 'files',
  sysfs: 'SCST and tape statistics',
}

function finding({ name, restarts, reportedAt, missedSince }: Watcher, message: string): Finding {
  return {
    labels: { watcher: name },
    message,
    evidence: {
      restart_count: restarts,
      reported_at: reportedAt?.toISOString() ?? null,
      missed_since: missedSince?.toISOString() ?? null,
      source: `watcher ${name}`,
    },
  }
}
