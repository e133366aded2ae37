import { realpathSync } from 'node:fs'
import { ownItems } from './hardware.ts'
import { UsageError } from '../arguments.ts'
import type { Answer } from './answer.ts'
import type { Client } from './client.ts'
import {
  EXIT_DONE,
  parseWords,
  remoteOptions,
  REMOTE_USAGE,
  type Command,
  type Surroundings,
} from './command.ts'
import { connected, NotFoundError } from './remote.ts'
import { askAndFollow } from './tape-task.ts'

/** What Bacula and Bareos call a changer script with: `mtx-changer CHANGER COMMAND SLOT DEVICE DRIVE`. */
export const mtxChanger: Command = {
  name: 'mtx-changer',
  usage: `usage: storwarden mtx-changer CHANGER COMMAND [SLOT] [DEVICE] [DRIVE]

What Bacula and Bareos call for an autochanger, as a task of the daemon: deploy/mtx-changer
takes the place of their script. CHANGER is the node of the changer, a link to it, or its
serial number. COMMAND is

  list               slots that are full with their barcodes, and what drives hold
  listall            every element, as these programs read it
  loaded             the slot of what is in DRIVE; 0 of an empty one
  load               puts what is in SLOT into DRIVE, which mtx counts from 0
  unload             puts what is in DRIVE into SLOT
  transfer           from SLOT to the slot in the place of DEVICE
  slots              how many slots there are

${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(argv, remoteOptions, { named: [], several: true })
    const [changer, command, slot, device, drive = '0'] = positionals
    if (changer === undefined) throw new UsageError(['CHANGER is missing'])
    if (command === undefined) throw new UsageError(['COMMAND is missing'])
    const look = LOOKS[command]
    const move = MOVES[command]
    if (look === undefined && move === undefined) {
      const all = [...Object.keys(LOOKS), ...Object.keys(MOVES)].join(', ')
      throw new UsageError([`${command}: must be one of ${all}`])
    }
    const client = connected(values.url, around)
    const library = await libraryOf(client, changer)
    if (look !== undefined) {
      for (const line of look(elementsOf(library), number('DRIVE', drive))) {
        around.terminal.line(line)
      }
      return EXIT_DONE
    }
    const id = library.text('id') ?? ''
    return await moved(client, id, move?.({ slot, device, drive }), around)
  },
}

interface Given {
  slot: string | undefined
  device: string | undefined
  drive: string
}

interface Asked {
  kind: string
  params: Readonly<Record<string, unknown>>
}

const MOVES: Readonly<Record<string, (given: Given) => Asked>> = {
  load: ({ slot, drive }) => ({
    kind: 'tape_load',
    params: { slot: number('SLOT', slot), drive: number('DRIVE', drive) },
  }),
  unload: ({ slot, drive }) => ({
    kind: 'tape_unload',
    // Slot 0 is none: back to where it came from.
    params: {
      drive: number('DRIVE', drive),
      ...(slot === undefined || slot === '0' ? {} : { to: number('SLOT', slot) }),
    },
  }),
  transfer: ({ slot, device }) => ({
    kind: 'tape_transfer',
    params: { slot: number('SLOT', slot), to: number('DEVICE', device) },
  }),
}

/** An element as these scripts tell it. */
interface Told {
  type: string
  number: number
  full: boolean
  volumeTag: string
  source: number | null
}

const LOOKS: Readonly<Record<string, (elements: readonly Told[], drive: number) => string[]>> = {
  list: (elements) => [
    ...elements
      .filter(({ type, full }) => full && type !== 'data-transfer')
      .map(({ number: slot, volumeTag }) => `${slot}:${volumeTag}`),
    ...elements
      .filter(({ type, full, source }) => full && type === 'data-transfer' && source !== null)
      .map(({ source, volumeTag }) => `${source ?? 0}:${volumeTag}`),
  ],
  listall: (elements) =>
    elements.map(({ type, number: place, full, volumeTag, source }) => {
      if (type === 'data-transfer') {
        return full ? `D:${place}:F:${source ?? 0}:${volumeTag}` : `D:${place}:E`
      }
      const letter = type === 'import-export' ? 'I' : 'S'
      return full ? `${letter}:${place}:F:${volumeTag}` : `${letter}:${place}:E`
    }),
  loaded(elements, drive) {
    const found = elements.find(
      ({ type, number: place }) => type === 'data-transfer' && place === drive,
    )
    if (found === undefined) throw new NotFoundError(`there is no drive ${drive}`)
    if (!found.full) return ['0']
    // 0 would say that it is empty, and the next cartridge would be loaded on top of it.
    if (found.source !== null) return [String(found.source)]
    throw new NotFoundError(`drive ${drive} is full, and nobody knows from which slot`)
  },
  slots: (elements) => [String(elements.filter(({ type }) => type !== 'data-transfer').length)],
}

function number(name: string, word: string | undefined): number {
  if (word !== undefined && /^\d{1,5}$/.test(word)) return Number(word)
  throw new UsageError([`${name} ${word ?? ''}: must be a number`])
}

/** The library whose changer is meant. Rejects with NotFoundError. */
async function libraryOf(client: Client, changer: string): Promise<Answer> {
  const listing = await client.get('/api/v1/hardware/libraries')
  const libraries = ownItems(listing)
  const node = nodeOf(changer)
  const found = libraries.find(
    (library) => library.text('id') === changer || library.texts('paths').includes(node),
  )
  if (found === undefined) throw new NotFoundError(`changer ${changer}: is none of a library`)
  if (found.text('state') !== 'online') {
    throw new NotFoundError(`changer ${changer}: ${found.text('error') ?? 'is not online'}`)
  }
  return found
}

/** Links of udev lead to the node. */
function nodeOf(changer: string): string {
  try {
    return realpathSync(changer)
  } catch {
    return changer
  }
}

function elementsOf(library: Answer): Told[] {
  const elements = library.object('inventory')?.objects('elements') ?? []
  return elements.map((element) => ({
    type: element.text('type') ?? '',
    number: element.number('number') ?? 0,
    full: element.flag('full') === true,
    volumeTag: element.text('volume_tag') ?? '',
    source: element.number('source_element'),
  }))
}

async function moved(
  client: Client,
  library: string,
  asked: Asked | undefined,
  around: Surroundings,
): Promise<number> {
  const { kind = '', params = {} } = asked ?? {}
  // These programs take what is printed for the answer: the log is for whoever reads it, beside that.
  const task = await askAndFollow(
    client,
    { kind, params: { library, ...params } },
    around,
    (line) => {
      around.terminal.note(line)
    },
  )
  if (task.text('state') === 'completed') return EXIT_DONE
  throw new NotFoundError(task.text('error') ?? `the task was not completed`)
}
