import { readFile } from 'node:fs/promises'
import { text } from 'node:stream/consumers'

/** A file that should hold a password cannot be read. */
export class PasswordFileError extends Error {
  readonly code = 'ERR_PASSWORD_FILE'

  constructor(message: string) {
    super(message)
    this.name = 'PasswordFileError'
  }
}

/** The password of a file that an option names: its first line; `-` is standard input. Rejects with PasswordFileError. */
export async function passwordIn(option: string, file: string): Promise<string> {
  if (file === '-') return firstLine(await text(process.stdin))
  try {
    return firstLine(await readFile(file, 'utf8'))
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException
    throw new PasswordFileError(`--${option} ${file}: cannot be read: ${code}`)
  }
}

/** What is before the end of the first line. */
export function firstLine(file: string): string {
  return file.split(/\r?\n/, 1)[0] ?? ''
}
