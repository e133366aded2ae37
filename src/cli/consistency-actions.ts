import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { UsageError } from '../arguments.ts'
import {
  EXIT_DONE,
  futureTime,
  parseWords,
  remoteOptions,
  REMOTE_USAGE,
  type Command,
} from './command.ts'
import { CONSISTENCY, differenceId } from './consistency.ts'
import { connected } from './remote.ts'
import { counted, shown } from './words.ts'

/** Leaves a difference alone. */
export const consistencyIgnore: Command = {
  name: 'consistency ignore',
  usage: `usage: storwarden consistency ignore ID --reason TEXT [options]

Shows a difference and has it count for nothing. ID is that of a difference, or as much of its begin as tells it from
the others.

  --reason TEXT    why; it has to be said
  --until TIME     for how long: 2h, 30d, 2026-12-31; for ever if not said
${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(
      argv,
      { reason: { type: 'string' }, until: { type: 'string' }, ...remoteOptions } as const,
      { named: ['ID'] },
    )
    const { reason, until } = values
    if (reason === undefined) throw new UsageError(['--reason is missing'])
    const end = until === undefined ? null : futureTime('until', until, around.now())
    const client = connected(values.url, around)
    const id = await differenceId(client, positionals[0] ?? '')
    const answer = await client.post(
      `${CONSISTENCY}/differences/${encodeURIComponent(id)}/ignore`,
      {
        reason,
        ...(end === null ? {} : { until: end.toISOString() }),
      },
    )
    if (values.json) around.terminal.json(answer)
    else around.terminal.line(`ignored: ${shown(answer.text('sentence'))}`)
    return EXIT_DONE
  },
}

/** Counts a difference again. */
export const consistencyHeed: Command = {
  name: 'consistency heed',
  usage: `usage: storwarden consistency heed ID [options]

Has a difference that is ignored count again.

${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(argv, remoteOptions, { named: ['ID'] })
    const client = connected(values.url, around)
    const id = await differenceId(client, positionals[0] ?? '')
    await client.delete(`${CONSISTENCY}/differences/${encodeURIComponent(id)}/ignore`)
    if (values.json) around.terminal.json({ id, ignored: null })
    else around.terminal.line(`${id}: counts again`)
    return EXIT_DONE
  },
}

/** Imports the catalogue of the backup application. */
export const consistencyImport: Command = {
  name: 'consistency import',
  usage: `usage: storwarden consistency import FILE [options]

Imports the list of cartridges of the backup application, in the place of the one before: CSV with a header and a
column barcode; pool, status, location and size are taken if they are there. All of it is imported or nothing.

  --name TEXT      what it is called; the name of the file if not said
${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(
      argv,
      { name: { type: 'string' }, ...remoteOptions } as const,
      { named: ['FILE'] },
    )
    const [file = ''] = positionals
    const bytes = await readFile(file).catch((cause: unknown) => {
      throw new UsageError([`${file}: ${(cause as Error).message}`], { cause })
    })
    const client = connected(values.url, around)
    const body = { csv: decoded(bytes), name: values.name ?? basename(file) }
    const answer = await client.post(`${CONSISTENCY}/catalogue`, body)
    if (values.json) around.terminal.json(answer)
    else {
      const cartridges = counted(answer.number('cartridges') ?? 0, 'cartridge')
      around.terminal.line(`${shown(answer.text('name'))}: ${cartridges} imported`)
    }
    return EXIT_DONE
  },
}

/** UTF-8, UTF-16 with its mark, or what Windows writes where it writes neither. */
export function decoded(bytes: Uint8Array): string {
  const [first, second] = bytes
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le').decode(bytes)
  if (first === 0xfe && second === 0xff) return new TextDecoder('utf-16be').decode(bytes)
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}
