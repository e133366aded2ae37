import type { Answer } from './answer.ts'
import {
  EXIT_DONE,
  parseWords,
  remoteOptions,
  REMOTE_USAGE,
  type Command,
  WATCH_USAGE,
} from './command.ts'
import { connected } from './remote.ts'
import { printTable } from './table.ts'
import type { Span } from './terminal.ts'
import { when, whenInBrief } from './times.ts'
import { shown } from './words.ts'

const APPLIANCES = '/api/v1/fleet/appliances'

/** The appliances of a fleet. */
export const fleet: Command = {
  name: 'fleet',
  watches: true,
  usage: `usage: storwarden fleet [options]

The appliances of a fleet: when each was last heard, how it is and what is wrong with it.
MISSING are events that it numbered and that never came. Asked of the daemon of the fleet.

${WATCH_USAGE}${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values } = parseWords(argv, remoteOptions)
    const answer = await connected(values.url, around).get(APPLIANCES)
    const { terminal } = around
    if (values.json) {
      terminal.json(answer)
      return EXIT_DONE
    }
    const now = around.now()
    const appliances = answer.objects('appliances')
    printTable(
      terminal,
      [
        { title: 'APPLIANCE', whole: true },
        { title: 'STATE' },
        { title: 'HEARD', whole: true },
        { title: 'HEALTH' },
        { title: 'CRITICAL', right: true },
        { title: 'WARNING', right: true },
        { title: 'MISSING', right: true },
        { title: 'VERSION' },
        { title: 'URL' },
      ],
      appliances.map((one) => [
        shown(one.text('name')),
        stateOf(one),
        whenInBrief(one.time('last_heard_at'), now),
        shown(one.text('health')),
        countOf(one, 'critical'),
        countOf(one, 'warning'),
        shown(one.number('missing')),
        shown(one.text('version')),
        shown(one.text('url')),
      ]),
    )
    if (appliances.length === 0) terminal.line('no appliance was heard of')
    const deafSince = answer.time('deaf_since')
    if (deafSince !== null) {
      terminal.note(`the servers of the fleet are not reached since ${when(deafSince, now)}`)
    }
    return EXIT_DONE
  },
}

/** Forgets an appliance. */
export const fleetForget: Command = {
  name: 'fleet forget',
  usage: `usage: storwarden fleet forget NAME [options]

Forgets an appliance that is gone for good, or that another machine has taken the place of;
its events and numbers stay for as long as they are kept.

${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(argv, remoteOptions, { named: ['NAME'] })
    const [name = ''] = positionals
    await connected(values.url, around).delete(`${APPLIANCES}/${encodeURIComponent(name)}`)
    if (values.json) around.terminal.json({ forgotten: name })
    else around.terminal.line(`${name}: forgotten`)
    return EXIT_DONE
  },
}

function stateOf(one: Answer): Span {
  const state = shown(one.text('state'))
  if (one.object('other') !== null) return { text: `${state}, name taken`, style: 'bad' }
  return state === 'silent' ? { text: state, style: 'bad' } : state
}

function countOf(one: Answer, severity: string): string {
  return shown(one.object('alerts')?.number(severity) ?? null)
}
