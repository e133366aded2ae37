import { createHash } from 'node:crypto'

/** Names a text, so that it is known whether another one is the same without keeping either (SHA-256). */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('base64')
}
