import { UsageError } from '../arguments.ts'
import { ownItems } from './hardware.ts'
import type { Answer } from './answer.ts'
import type { Client } from './client.ts'
import {
  EXIT_DONE,
  EXIT_FAILED,
  parseWords,
  remoteOptions,
  REMOTE_USAGE,
  type Command,
  type Options,
  type Surroundings,
} from './command.ts'
import { connected, meant, NotFoundError } from './remote.ts'
import { printPlan } from './task-actions.ts'
import { shown } from './words.ts'

const PATH = '/api/v1/tasks'
const WAIT_MS = 1_000

const options = {
  library: { type: 'string' },
  'dry-run': { type: 'boolean' },
  force: { type: 'boolean' },
  key: { type: 'string' },
  ...remoteOptions,
} as const satisfies Options

/** How a command that moves tapes is told apart from the others. */
export interface TapeCommand {
  name: string
  /** Kind of its task. */
  kind: string
  /** Words after its name, as the usage has them. */
  words: string
  /** What it does, for its help. */
  help: string
  /** Whether a drive that is in use can be taken all the same. */
  forceable: boolean
  /** Parameters of the task. Throws UsageError. */
  params: (words: readonly string[]) => Readonly<Record<string, unknown>>
}

const FORCE_USAGE = `  --force          takes a drive that is in use, or may be; for admins
`

/** A command that has a task of tapes done and follows it to its end. */
export function tapeCommand(about: TapeCommand): Command {
  const { name, kind, words, help, forceable, params } = about
  return {
    name,
    usage: `usage: storwarden ${name}${words === '' ? '' : ` ${words}`} [options]

${help}

  --library ID     serial number of the changer, or as much of its begin as tells it
                   from others; the only one there is, if not said
  --dry-run        what it would do; nothing is moved
${forceable ? FORCE_USAGE : ''}  --key KEY        asked for once more with the same, the task that there is is answered
${REMOTE_USAGE}`,

    async run(argv, around) {
      const { values, positionals } = parseWords(argv, options, { named: [], several: true })
      if (values.force === true && !forceable) throw new UsageError(['--force: is not for this'])
      const wanted = params(positionals)
      const client = connected(values.url, around)
      const library = await libraryId(client, values.library)
      const asked = {
        kind,
        params: { library, ...wanted, ...(values.force === true ? { force: true } : {}) },
      }
      const { terminal } = around
      const json = values.json === true
      // By force it is confirmed by who has been shown what it does; else nobody has to look.
      const plan =
        values['dry-run'] === true || values.force === true
          ? await client.post(PATH, { ...asked, dry_run: true })
          : null
      if (values['dry-run'] === true && plan !== null) {
        if (json) terminal.json(plan)
        else printPlan(terminal, plan)
        return EXIT_DONE
      }
      const confirmation = plan?.text('confirmation') ?? null
      const task = await client.post(PATH, {
        ...asked,
        ...(confirmation === null ? {} : { confirmation }),
        ...(values.key === undefined ? {} : { idempotency_key: values.key }),
      })
      const say = (line: string) => {
        if (!json) terminal.line(line)
      }
      const over = await followed(client, task, around, say)
      if (json) terminal.json(over)
      return over.text('state') === 'completed' ? EXIT_DONE : EXIT_FAILED
    },
  }
}

/** The library that is meant. Rejects with NotFoundError where it is not one. */
async function libraryId(client: Client, wanted: string | undefined): Promise<string> {
  const listing = await client.get('/api/v1/hardware/libraries')
  const ids = ownItems(listing).flatMap((library) => library.text('id') ?? [])
  if (wanted !== undefined) return meant('library', wanted, ids, (id) => [id])
  const [only, ...others] = ids
  if (only === undefined) throw new NotFoundError('there is no library')
  if (others.length === 0) return only
  throw new UsageError([`--library is missing: may be ${ids.join(', ')}`])
}

/** Has a task done, says what it does, and resolves when it has ended. */
export async function askAndFollow(
  client: Client,
  asked: { kind: string; params: Readonly<Record<string, unknown>> },
  around: Surroundings,
  say: (line: string) => void,
): Promise<Answer> {
  return await followed(client, await client.post(PATH, asked), around, say)
}

/** Says what a task says until it has ended, or the user does not want to wait any more. */
async function followed(
  client: Client,
  asked: Answer,
  { interrupted, terminal }: Surroundings,
  say: (line: string) => void,
): Promise<Answer> {
  const id = asked.text('id') ?? ''
  let task = asked
  let told = 0
  const tell = () => {
    const lines = task.objects('log')
    for (const line of lines.slice(told)) say(shown(line.text('message')))
    told = Math.max(told, lines.length)
  }
  tell()
  while (['pending', 'running'].includes(task.text('state') ?? '')) {
    if (interrupted.aborted) {
      terminal.note(`task ${id} goes on; \`storwarden tasks show ${id}\` says how`)
      return task
    }
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS))
    task = await client.get(`${PATH}/${encodeURIComponent(id)}`)
    tell()
    const progress = task.number('progress')
    const done = progress === null ? '' : ` ${Math.round(progress * 100)} %`
    terminal.progress(`${shown(task.text('kind'))}, ${shown(task.text('state'))}${done}`)
  }
  return task
}
