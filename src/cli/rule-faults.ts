import type { Answer } from './answer.ts'
import { DaemonError } from './client.ts'
import { EXIT_FAILED, type Surroundings } from './command.ts'
import { printable } from '../printable.ts'
import { widthOf } from './printable.ts'
import type { GivenRule } from './rule-options.ts'
import type { Terminal } from './terminal.ts'
import { counted } from './words.ts'

/**
 * Asks the daemon with a rule; where it has faults they are printed, those of the query with an arrow under their
 * place. Null after that; rejects with what else goes wrong.
 */
export async function askWithRule(
  command: string,
  rule: GivenRule,
  { terminal }: Surroundings,
  ask: () => Promise<Answer>,
): Promise<Answer | null> {
  try {
    return await ask()
  } catch (error) {
    const problem = error instanceof DaemonError ? error.problem : null
    const faults = problem?.objects('errors') ?? []
    if (problem?.text('code') !== 'invalid_request' || faults.length === 0) throw error
    terminal.note(`storwarden ${command}: the rule has ${counted(faults.length, 'fault')}`)
    for (const fault of faults) printFault(terminal, rule, fault)
    return null
  }
}

/** The status of a command whose rule had faults. */
export const FAULTY = EXIT_FAILED

/** A fault of a rule, with the line of its query. */
export function printFault(terminal: Terminal, rule: GivenRule, fault: Answer): void {
  const path = fault.text('path') ?? ''
  const field = path.replace(/^\/body\/?/, '')
  terminal.note(`  ${field === '' ? 'rule' : field}: ${fault.text('message') ?? ''}`)
  const at = fault.object('at')
  const query = rule[field]
  if (at === null || typeof query !== 'string') return
  const line = query.split('\n')[(at.number('line') ?? 1) - 1] ?? ''
  const column = (at.number('column') ?? 1) - 1
  const width = (part: string) => widthOf(printable(part))
  const marked = line.slice(column, column + (at.number('length') ?? 1))
  terminal.note(`    ${line}`)
  terminal.note(
    `    ${' '.repeat(width(line.slice(0, column)))}${'^'.repeat(Math.max(1, width(marked)))}`,
  )
}
