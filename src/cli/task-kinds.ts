import type { Answer } from './answer.ts'
import {
  EXIT_DONE,
  parseWords,
  remoteOptions,
  REMOTE_USAGE,
  type Command,
  type Surroundings,
} from './command.ts'
import { connected, meant } from './remote.ts'
import { printFacts, printTable } from './table.ts'
import { duration } from './times.ts'
import { shown } from './words.ts'

/** Lists what can be asked for. */
export const tasksKinds: Command = {
  name: 'tasks kinds',
  usage: `usage: storwarden tasks kinds [KIND] [options]

What the daemon can be asked for, and whether that destroys something; of one kind what it takes.

${REMOTE_USAGE}`,

  async run(argv, around) {
    const { values, positionals } = parseWords(argv, remoteOptions, {
      ...{ named: ['KIND'], optional: true },
    })
    const answer = await connected(values.url, around).get('/api/v1/tasks/kinds')
    const kinds = answer.objects('kinds')
    const [wanted] = positionals
    const { terminal } = around
    const one =
      wanted === undefined
        ? null
        : meant('kind', wanted, kinds, (kind) => [kind.text('kind') ?? ''])
    if (values.json) terminal.json(one ?? answer)
    else if (one === null) printKinds(terminal, kinds)
    else printKind(terminal, one)
    return EXIT_DONE
  },
}

function printKinds(terminal: Surroundings['terminal'], kinds: readonly Answer[]): void {
  printTable(
    terminal,
    [
      ...[{ title: 'KIND', whole: true }, { title: 'DESTROYS' }, { title: 'TAKES' }],
      { title: 'DOES' },
    ],
    kinds.map((kind) => [
      shown(kind.text('kind')),
      kind.flag('destructive') === true ? 'yes' : '',
      parametersOf(kind)
        .map(({ name, required }) => (required ? name : `[${name}]`))
        .join(' '),
      shown(kind.text('summary')),
    ]),
  )
}

function printKind(terminal: Surroundings['terminal'], kind: Answer): void {
  const retry = kind.object('retry')
  const times = retry?.number('times') ?? null
  printFacts(terminal, [
    ['kind', shown(kind.text('kind'))],
    ['does', shown(kind.text('summary'))],
    ['destroys', kind.flag('destructive') === true ? 'yes, so its plan is confirmed' : 'nothing'],
    ['permission', shown(kind.text('permission'))],
    ['given up', `after ${duration(kind.number('timeout_seconds'))}`],
    ['after a crash', kind.flag('repeatable') === true ? 'goes on' : 'says what is not known'],
    [
      'tried again',
      times === null
        ? 'no'
        : `${times} times, first after ${duration(retry?.number('after_seconds') ?? null)}`,
    ],
  ])
  const parameters = parametersOf(kind)
  if (parameters.length === 0) return
  terminal.line()
  printTable(
    terminal,
    [{ title: 'PARAMETER', whole: true }, { title: 'NEEDED' }, { title: 'IS' }, { title: 'WHAT' }],
    parameters.map(({ name, required, schema }) => [
      name,
      required ? 'yes' : '',
      typeOf(schema),
      schema.text('description') ?? '',
    ]),
  )
}

function parametersOf(kind: Answer): { name: string; required: boolean; schema: Answer }[] {
  const schema = kind.object('params_schema')
  const required = new Set(schema?.texts('required') ?? [])
  const properties = schema?.object('properties')?.entries() ?? []
  return properties.map(([name, property]) => ({
    ...{ name, required: required.has(name), schema: property },
  }))
}

/** `one of vtl, scst`, `list of string`, `integer`. */
function typeOf(schema: Answer): string {
  const words = schema.texts('enum')
  if (words.length > 0) return `one of ${words.join(', ')}`
  const items = schema.object('items')
  const type = shown(schema.text('type'))
  return items === null ? type : `list of ${typeOf(items)}`
}
