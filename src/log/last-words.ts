import { printable } from '../printable.ts'
import { isJournal, priorities } from './journal.ts'

/** Of text that goes to standard error. */
const MAX_LENGTH = 8192
const STANDARD_ERROR = 2

/**
 * One line for standard error: what the log cannot say, since there is none yet or it cannot be written. With its
 * priority where the journal reads it.
 */
export function lastWords(message: string, environment: NodeJS.ProcessEnv): string {
  const said = printable(`storwardend: ${message}`).slice(0, MAX_LENGTH)
  const journal = isJournal(environment.JOURNAL_STREAM, STANDARD_ERROR)
  return `${journal ? `<${priorities.fatal}>` : ''}${said}\n`
}
