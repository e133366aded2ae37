import { readFileSync } from 'node:fs'
import { request as requestHttp, type IncomingHttpHeaders } from 'node:http'
import { request as requestHttps } from 'node:https'
import { rootCertificates } from 'node:tls'

/** What is asked. */
export interface Exchange {
  method: string
  headers: Readonly<Record<string, string>>
  body: string | null
  /** Certificates (PEM) that are trusted besides those that come with Node.js. */
  caFile: string | null
  timeoutMs: number
}

/** What was answered. */
export interface Exchanged {
  status: number
  headers: IncomingHttpHeaders
  text: string
}

/** Nothing was answered in time. */
export class NoAnswerError extends Error {
  readonly code = 'ERR_NO_ANSWER'
}

/**
 * Asks once; no redirect is followed. fetch cannot be told of further certificates. Rejects with what the
 * connection ended with, or NoAnswerError.
 */
export async function exchange(url: string, wanted: Exchange): Promise<Exchanged> {
  const { method, headers, body, caFile, timeoutMs } = wanted
  const target = new URL(url)
  const isTls = target.protocol === 'https:'
  const trusted = isTls && caFile !== null ? { ca: [...rootCertificates, read(caFile)] } : {}
  return await new Promise<Exchanged>((resolve, reject) => {
    const asked = (isTls ? requestHttps : requestHttp)(target, {
      ...trusted,
      method,
      headers: {
        ...headers,
        ...(body === null ? {} : { 'content-length': String(Buffer.byteLength(body)) }),
      },
      agent: false,
    })
    const overdue = setTimeout(() => {
      asked.destroy(new NoAnswerError('no answer'))
    }, timeoutMs)
    asked.on('close', () => {
      clearTimeout(overdue)
    })
    asked.on('error', reject)
    asked.on('response', (response) => {
      const parts: Buffer[] = []
      response.on('data', (part: Buffer) => parts.push(part))
      response.on('error', reject)
      response.on('end', () => {
        const { statusCode: status = 0, headers: answered } = response
        resolve({ status, headers: answered, text: Buffer.concat(parts).toString('utf8') })
      })
    })
    asked.end(body ?? undefined)
  })
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException
    throw new Error(`${file}: cannot be read: ${code}`)
  }
}
