import { printable } from '../printable.ts'

/** What is needed of standard input (tty.ReadStream); `isTTY` is undefined where it is no terminal. */
export interface SecretInput {
  isTTY?: boolean
  setRawMode(raw: boolean): unknown
  setEncoding(encoding: 'utf8'): unknown
  iterator(options: { destroyOnReturn: boolean }): AsyncIterable<unknown>
}

const ENTER = new Set(['\r', '\n', '\u0004'])
const ERASE = new Set(['\u007f', '\b'])
const INTERRUPT = '\u0003'

/** Asks at the terminal without showing what is typed; null when standard input is no terminal, or the user gives up. */
export async function askSecret(
  prompt: string,
  input: SecretInput,
  output: { write(text: string): unknown },
): Promise<string | null> {
  if (input.isTTY !== true) return null
  output.write(printable(prompt))
  input.setRawMode(true)
  input.setEncoding('utf8')
  let secret = ''
  try {
    // There may be more to ask.
    for await (const chunk of input.iterator({ destroyOnReturn: false })) {
      for (const key of String(chunk)) {
        if (key === INTERRUPT) return null
        if (ENTER.has(key)) return secret
        secret = ERASE.has(key) ? secret.slice(0, -1) : secret + key
      }
    }
    return null
  } finally {
    input.setRawMode(false)
    output.write('\n')
  }
}
