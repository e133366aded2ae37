import { ALERTS, alertId } from './alert-list.ts'
import { stateWord } from './alert-words.ts'
import type { Answer } from './answer.ts'
import {
  EXIT_DONE,
  futureTime,
  parseWords,
  remoteOptions,
  REMOTE_USAGE,
  type Command,
} from './command.ts'
import { connected } from './remote.ts'
import type { Terminal } from './terminal.ts'
import { when } from './times.ts'
import { shown } from './words.ts'

/** Acknowledges an alert. */
export const ack: Command = {
  name: 'ack',
  usage: `usage: storwarden ack ID [options]

ID is that of an alert, or as much of its begin as tells it from the others that are open.

  --comment TEXT   what is done about it
  --expires TIME   from when on it is as if nobody had acknowledged it: 8h, 3d,
                   2026-11-20 or "2026-11-20 22:00", in local time
${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(
      argv,
      { comment: { type: 'string' }, expires: { type: 'string' }, ...remoteOptions },
      { named: ['ID'] },
    )
    const expiresAt =
      values.expires === undefined ? null : futureTime('expires', values.expires, around.now())
    const client = connected(values.url, around)
    const id = await alertId(client, positionals[0] ?? '')
    const alert = await client.post(`${ALERTS}/${encodeURIComponent(id)}/acknowledge`, {
      ...(values.comment === undefined ? {} : { comment: values.comment }),
      ...(expiresAt === null ? {} : { expires_at: expiresAt.toISOString() }),
    })
    const { terminal } = around
    if (values.json) terminal.json(alert)
    else {
      say(terminal, alert)
      const until = alert.time('acknowledge_expires_at')
      if (until !== null) terminal.line(`until ${when(until, around.now())}`)
    }
    return EXIT_DONE
  },
}

/** Ends an alert by hand. */
export const resolve: Command = {
  name: 'resolve',
  usage: `usage: storwarden resolve ID [options]

ID is that of an alert, or as much of its begin as tells it from the others that are open.
If its condition still holds a later evaluation fires a new alert.

  --comment TEXT   what was done about it
${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(
      argv,
      { comment: { type: 'string' }, ...remoteOptions },
      { named: ['ID'] },
    )
    const client = connected(values.url, around)
    const id = await alertId(client, positionals[0] ?? '')
    const alert = await client.post(`${ALERTS}/${encodeURIComponent(id)}/resolve`, {
      ...(values.comment === undefined ? {} : { comment: values.comment }),
    })
    if (values.json) around.terminal.json(alert)
    else say(around.terminal, alert)
    return EXIT_DONE
  },
}

function say(terminal: Terminal, alert: Answer): void {
  const title = shown(alert.text('title'))
  terminal.line(`${title} ${shown(alert.text('resource'))}: ${stateWord(alert)}`)
}
