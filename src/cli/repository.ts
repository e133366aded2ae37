import type { Answer } from './answer.ts'
import { EXIT_DONE, REMOTE_USAGE, type Command, WATCH_USAGE } from './command.ts'
import { askListing, noteListing, ownItems } from './hardware.ts'
import { meant } from './remote.ts'
import { printFacts, printTable } from './table.ts'
import type { Span, Terminal } from './terminal.ts'
import { when } from './times.ts'
import { bytes, percent, shown, yesNo } from './words.ts'

/** Lists disk repositories, or shows one. */
export const repository: Command = {
  name: 'repository',
  watches: true,
  usage: `usage: storwarden repository [ID] [options]

Disk repositories: file systems that hold backups or virtual media, how full they are,
and which logical volume they are on. ID is a mount point, or as much of its begin as
tells it from the others. One is made by a task, repository_create, and made larger by
another:

  storwarden tasks run repository_grow mount_point=/srv/daily add_bytes=107374182400

${WATCH_USAGE}${REMOTE_USAGE}`,

  async run(argv, around) {
    const { listing, wanted, json } = await askListing(argv, around, 'repositories')
    const { terminal } = around
    if (wanted === undefined) {
      if (json) terminal.json(listing)
      else printList(terminal, listing, around.now())
      return EXIT_DONE
    }
    const one = meant('repository', wanted, ownItems(listing), (item) =>
      [item.text('id')].filter((id) => id !== null),
    )
    if (json) terminal.json(one)
    else printOne(terminal, one, around.now())
    return EXIT_DONE
  },
}

function printList(terminal: Terminal, listing: Answer, now: Date): void {
  printTable(
    terminal,
    [
      { title: 'ID', whole: true },
      { title: 'STATE' },
      { title: 'TYPE' },
      { title: 'USED', right: true },
      { title: 'SIZE', right: true },
      { title: 'AVAILABLE', right: true },
      { title: 'VOLUME', whole: true },
      { title: 'FREE IN GROUP', right: true },
    ],
    ownItems(listing).map((item) => {
      const usage = item.object('usage')
      return [
        shown(item.text('id')),
        stateSpan(item),
        shown(item.text('type')),
        percent(usage?.number('used_percent') ?? null),
        bytes(usage?.number('size_bytes') ?? null),
        bytes(usage?.number('available_bytes') ?? null),
        item.object('logical_volume')?.text('id') ?? shown(item.text('device')),
        item.object('volume_group') === null
          ? ''
          : bytes(item.object('volume_group')?.number('free_bytes') ?? null),
      ]
    }),
  )
  noteListing(terminal, 'repositories', listing, now)
}

function printOne(terminal: Terminal, item: Answer, now: Date): void {
  const usage = item.object('usage')
  const volume = item.object('logical_volume')
  const group = item.object('volume_group')
  const error = item.text('error')
  const onVolume: readonly (readonly [string, Span])[] =
    volume === null
      ? []
      : [
          [
            'logical volume',
            `${shown(volume.text('id'))} (${shown(volume.text('segment_type'))}, ${bytes(volume.number('size_bytes'))})`,
          ],
          ['volume group', groupText(group)],
          ['volumes read', when(item.time('volumes_read_at'), now)],
        ]
  printFacts(terminal, [
    ['repository', shown(item.text('id'))],
    ['state', stateSpan(item)],
    ...(error === null ? [] : [['error', { text: error, style: 'bad' }] as const]),
    ['type', shown(item.text('type'))],
    ['device', shown(item.text('device'))],
    ['read-only', yesNo(item.flag('read_only'))],
    ['used', percent(usage?.number('used_percent') ?? null)],
    ['size', bytes(usage?.number('size_bytes') ?? null)],
    ['used bytes', bytes(usage?.number('used_bytes') ?? null)],
    ['available', bytes(usage?.number('available_bytes') ?? null)],
    ...onVolume,
    ['mount unit', item.text('mount_unit') ?? 'none'],
    ['configured by', item.text('configured_by') ?? 'nobody'],
    ['known from', shown(item.text('source'))],
    ['read', when(item.time('read_at'), now)],
  ])
}

function groupText(group: Answer | null): string {
  if (group === null) return shown(null)
  const extents = group.number('free_extents')
  const each = group.number('extent_bytes')
  const inExtents = `${shown(extents)} extents of ${bytes(each)} free`
  const missing = group.number('missing_physical_volumes') ?? 0
  const lacks = missing > 0 ? `, ${missing} physical volumes are missing` : ''
  return `${shown(group.text('name'))}, ${bytes(group.number('free_bytes'))} free (${inExtents})${lacks}`
}

function stateSpan(item: Answer): Span {
  const state = shown(item.text('state'))
  return item.text('state') === 'missing' ? { text: state, style: 'bad' } : state
}
