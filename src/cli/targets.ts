import type { Answer } from './answer.ts'
import { EXIT_DONE, REMOTE_USAGE, type Command, WATCH_USAGE } from './command.ts'
import { askListing, fetchHardware, noteListing, ownItems } from './hardware.ts'
import { meant } from './remote.ts'
import { printFacts, printTable } from './table.ts'
import type { Span, Terminal } from './terminal.ts'
import { when } from './times.ts'
import { bytes, shown, yesNo } from './words.ts'

/** Lists SCST targets, or shows the LUNs, groups and sessions of one. */
export const targets: Command = {
  name: 'targets',
  watches: true,
  usage: `usage: storwarden targets [ID] [options]

ID is that of a target, DRIVER/NAME, or its name, or as much of the begin of either as
tells it from the others.

${WATCH_USAGE}${REMOTE_USAGE}`,

  async run(argv, around) {
    const { client, listing, wanted, json } = await askListing(argv, around, 'targets')
    const { terminal } = around
    if (wanted === undefined) {
      if (json) terminal.json(listing)
      else printList(terminal, listing, around.now())
      return EXIT_DONE
    }
    const target = meant('target', wanted, ownItems(listing), (one) =>
      [one.text('id'), one.text('name')].filter((name) => name !== null),
    )
    const all = await fetchHardware(client, 'sessions')
    const sessions = all
      .objects('items')
      .filter(
        (session) =>
          session.text('driver') === target.text('driver') &&
          session.text('target') === target.text('name'),
      )
    if (json) {
      const state = all.text('state')
      terminal.json({ target, sessions: { items: sessions, state, error: all.text('error') } })
    } else printTarget(terminal, target, { all, sessions }, around.now())
    return EXIT_DONE
  },
}

function printList(terminal: Terminal, listing: Answer, now: Date): void {
  printTable(
    terminal,
    [
      { title: 'ID', whole: true },
      { title: 'ENABLED' },
      { title: 'LUNS', right: true },
      { title: 'GROUPS', right: true },
      { title: 'SESSIONS', right: true },
      { title: 'COMMENT' },
    ],
    ownItems(listing).map((target) => {
      const groups = target.objects('groups')
      const luns = [target, ...groups].reduce((sum, owner) => sum + owner.objects('luns').length, 0)
      return [
        shown(target.text('id')),
        enabledSpan(target),
        String(luns),
        String(groups.length),
        shown(target.number('sessions')),
        target.text('comment') ?? '',
      ]
    }),
  )
  noteListing(terminal, 'targets', listing, now)
}

function printTarget(
  terminal: Terminal,
  target: Answer,
  { all, sessions }: { all: Answer; sessions: readonly Answer[] },
  now: Date,
): void {
  const error = target.text('error')
  printFacts(terminal, [
    ['target', shown(target.text('id'))],
    ['enabled', enabledSpan(target)],
    ...(error === null ? [] : [['error', { text: error, style: 'bad' }] as const]),
    ['read', when(target.time('read_at'), now)],
  ])
  const groups = target.objects('groups')
  const owners = [{ name: 'every initiator', owner: target }].concat(
    groups.map((group) => ({ name: shown(group.text('name')), owner: group })),
  )
  section(terminal, 'LUNs')
  printTable(
    terminal,
    [
      { title: 'GROUP' },
      { title: 'LUN', right: true },
      { title: 'DEVICE', whole: true },
      { title: 'READ-ONLY' },
    ],
    owners.flatMap(({ name, owner }) =>
      owner
        .objects('luns')
        .map((lun) => [
          name,
          shown(lun.number('lun')),
          shown(lun.text('device')),
          yesNo(lun.flag('read_only')),
        ]),
    ),
  )
  section(terminal, 'groups')
  printTable(
    terminal,
    [{ title: 'GROUP' }, { title: 'INITIATOR', whole: true }],
    groups.flatMap((group) => {
      const initiators = group.texts('initiators')
      return (initiators.length === 0 ? ['none'] : initiators).map((initiator) => [
        shown(group.text('name')),
        initiator,
      ])
    }),
  )
  section(terminal, 'sessions')
  printTable(
    terminal,
    [
      { title: 'INITIATOR', whole: true },
      { title: 'GROUP' },
      { title: 'FROM' },
      { title: 'IN FLIGHT', right: true },
      { title: 'READ', right: true },
      { title: 'WRITTEN', right: true },
    ],
    sessions.map((session) => [
      shown(session.text('initiator')),
      session.text('group') ?? 'every initiator',
      session
        .objects('connections')
        .map((connection) => shown(connection.text('ip')))
        .join(', '),
      shown(session.number('active_commands')),
      bytes(session.object('counters')?.number('read_bytes') ?? null),
      bytes(session.object('counters')?.number('written_bytes') ?? null),
    ]),
  )
  if (sessions.length === 0) noteListing(terminal, 'sessions', all, now)
}

function section(terminal: Terminal, title: string): void {
  terminal.line()
  terminal.line({ text: title, style: 'strong' })
}

/** Drivers without the attribute, such as scst_local, are always on. */
function enabledSpan(target: Answer): Span {
  const enabled = target.flag('enabled')
  if (enabled === null) return shown(null)
  return enabled ? 'yes' : { text: 'no', style: 'bad' }
}
