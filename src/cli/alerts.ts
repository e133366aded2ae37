import { printAlert } from './alert.ts'
import { severitySpan, stateWord } from './alert-words.ts'
import {
  alertId,
  ALERTS,
  bySeverity,
  fetchAlerts,
  severities,
  sources,
  states,
  type AlertState,
} from './alert-list.ts'
import type { Answer } from './answer.ts'
import {
  atLeastOne,
  EXIT_DONE,
  oneOf,
  parseWords,
  remoteOptions,
  REMOTE_USAGE,
  type Command,
  WATCH_USAGE,
} from './command.ts'
import { connected } from './remote.ts'
import { printTable } from './table.ts'
import type { Terminal } from './terminal.ts'
import { whenInBrief } from './times.ts'
import { counted, shown } from './words.ts'

const DEFAULT_LIMIT = 100
/** As the daemon calls what is its own. */
const OWN = '_own'

/** Lists alerts, or shows one. */
export const alerts: Command = {
  name: 'alerts',
  watches: true,
  usage: `usage: storwarden alerts [ID] [options]

Alerts that fire, the gravest first and of the same severity the newest. Of one, whose ID
is given, or as much of its begin as tells it from the others that are open: why it matters,
what to do, what it is known by, its history, and what was changed before.

  --severity WORD   only ${severities.join(', ')}
  --source WORD     only of ${sources.join(', ')}
  --state WORD      ${states.join(', ')}; firing if not said
  --appliance NAME  of a fleet: only of this one; _own for the daemon's own
  --all             of every state, also what a graver alert of the same place mutes
  --limit NUMBER    how many resolved ones at most; ${DEFAULT_LIMIT} if not said
${WATCH_USAGE}${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(
      argv,
      {
        severity: { type: 'string' },
        source: { type: 'string' },
        state: { type: 'string' },
        appliance: { type: 'string' },
        all: { type: 'boolean' },
        limit: { type: 'string' },
        ...remoteOptions,
      },
      { named: ['ID'], optional: true },
    )
    const { all = false } = values
    const state = oneOf('state', values.state, states)
    const severity = oneOf('severity', values.severity, severities)
    const source = oneOf('source', values.source, sources)
    const { appliance } = values
    const limit = atLeastOne('limit', values.limit) ?? DEFAULT_LIMIT
    const client = connected(values.url, around)
    const { terminal } = around
    const [one] = positionals
    if (one !== undefined) {
      const id = await alertId(client, one)
      const alert = await client.get(`${ALERTS}/${encodeURIComponent(id)}`)
      if (values.json) terminal.json(alert)
      else printAlert(terminal, alert, { now: around.now(), url: client.url })
      return EXIT_DONE
    }

    const wanted: readonly AlertState[] =
      state !== undefined ? [state] : all ? states : (['firing'] as const)
    const lists = await Promise.all(
      wanted.flatMap((state) =>
        (all ? [false, true] : [false]).map(async (inhibited) => {
          // Nothing that is over is muted.
          if (state === 'resolved' && inhibited) return { state, alerts: [], total: 0 }
          const filter = {
            state,
            inhibited,
            ...(severity === undefined ? {} : { severity }),
            ...(source === undefined ? {} : { source }),
            ...(appliance === undefined ? {} : { appliance }),
          }
          const most = state === 'resolved' ? limit : Infinity
          return { state, ...(await fetchAlerts(client, filter, most)) }
        }),
      ),
    )
    const of = (state: AlertState) =>
      lists.flatMap((list) => (list.state === state ? list.alerts : []))
    // Of what is over the newest is of most interest.
    const found = [...bySeverity([...of('firing'), ...of('pending')]), ...of('resolved')]
    const total = lists.reduce((sum, list) => sum + list.total, 0)

    if (values.json) terminal.json({ alerts: found, total })
    else print(terminal, found, total, around.now())
    return EXIT_DONE
  },
}

function print(terminal: Terminal, found: readonly Answer[], total: number, now: Date): void {
  // A daemon without a fleet has only its own.
  const isMixed = found.some((alert) => alert.text('appliance') !== null)
  const whose = (alert: Answer) => (isMixed ? [alert.text('appliance') ?? OWN] : [])
  printTable(
    terminal,
    [
      { title: 'ID', whole: true },
      { title: 'SEVERITY', whole: true },
      { title: 'STATE' },
      ...(isMixed ? [{ title: 'APPLIANCE' }] : []),
      { title: 'ALERT' },
      { title: 'RESOURCE' },
      { title: 'MESSAGE' },
      { title: 'SINCE', whole: true },
    ],
    found.map((alert) => [
      shortId(alert.text('id'), found),
      severitySpan(alert.text('severity')),
      stateWord(alert),
      ...whose(alert),
      shown(alert.text('title')),
      shown(alert.text('resource')),
      shown(alert.text('message')),
      whenInBrief(alert.time('started_at'), now),
    ]),
  )
  if (found.length === 0) terminal.line('no such alerts')
  else if (total > found.length) {
    terminal.note(`${found.length} of ${counted(total, 'alert')}; --limit ${total} shows them all`)
  }
}

const SHORT = 8

/** So much of an id as tells it from the others, at least eight characters. */
export function shortId(id: string | null, among: readonly Answer[]): string {
  if (id === null) return shown(id)
  const others = among.flatMap((alert) => alert.text('id') ?? []).filter((other) => other !== id)
  let length = SHORT
  while (length < id.length && others.some((other) => other.startsWith(id.slice(0, length)))) {
    length += 1
  }
  return id.slice(0, length)
}
