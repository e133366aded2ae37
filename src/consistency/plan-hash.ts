import { createHash } from 'node:crypto'
import type { Step } from './step.ts'

/**
 * Tells a plan from others by what would be written, in which order, and what of it is disruptive: 16 hexadecimal
 * digits. What is for people to do is no part of it, as nothing carries that out.
 */
export function planHash(steps: readonly Pick<Step, 'write' | 'disruptive'>[]): string {
  const writes = steps.flatMap(({ write, disruptive }) =>
    write === null ? [] : [[write.path, write.text, disruptive]],
  )
  return createHash('sha256').update(JSON.stringify(writes)).digest('hex').slice(0, 16)
}
