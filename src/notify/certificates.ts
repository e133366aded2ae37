import { readFile } from 'node:fs/promises'
import { rootCertificates } from 'node:tls'
import { NotifyError } from './notifier.ts'

/**
 * What of TLS follows from a file of certificates (PEM): they are trusted besides those that Node.js has. Read
 * for each connection, because certificates are renewed. Rejects with NotifyError when it cannot be read.
 */
export async function trustedBy(caFile: string | null): Promise<{ ca?: string[] }> {
  if (caFile === null) return {}
  try {
    return { ca: [...rootCertificates, await readFile(caFile, 'utf8')] }
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException
    throw new NotifyError(`${caFile}: cannot be read: ${code}`)
  }
}
