import { duration } from '../../words/format.ts'
import { words } from '../../words/index.ts'

/** The daemon tells of whole milliseconds; nothing takes none. */
const LEAST_SECONDS = 0.001

/** How long an operation took. */
export function took(seconds: number): string | null {
  return seconds < LEAST_SECONDS ? words.operations.least : duration(seconds)
}
