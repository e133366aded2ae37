import { Answer } from './answer.ts'
import { exchange, type Exchanged } from './exchange.ts'

/** Asks the daemon. Everything rejects with DaemonError. */
export interface Client {
  /** Where the daemon is looked for. */
  readonly url: string
  /** The same with another token. */
  with(token: string): Client
  /** `{unhealthy: true}` takes 503 with an answer for the answer it is. */
  get(path: string, options?: { query?: Query; unhealthy?: boolean }): Promise<Answer>
  /** What is answered, as it is: for what is no JSON object. */
  text(path: string): Promise<string>
  post(path: string, body: object): Promise<Answer>
  put(path: string, body: object): Promise<Answer>
  patch(path: string, body: object): Promise<Answer>
  delete(path: string): Promise<Answer>
}

/** Parameters of a path; what is undefined is left out. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>

/** The daemon did not answer, or did not do what it was asked. */
export class DaemonError extends Error {
  readonly code = 'ERR_DAEMON'
  /** Of HTTP; null without an answer. */
  readonly status: number | null
  /** What the daemon has against it (RFC 9457); null when it was not the daemon that answered. */
  readonly problem: Answer | null

  constructor(
    message: string,
    status: number | null,
    { problem = null, ...options }: ErrorOptions & { problem?: Answer | null } = {},
  ) {
    super(message, options)
    this.name = 'DaemonError'
    this.status = status
    this.problem = problem
  }
}

const TIMEOUT_MS = 30_000

/**
 * A client of the daemon at `url`; without a token it may ask what anybody may. Certificates of `caFile` are
 * trusted besides those that everybody trusts.
 */
export function clientAt(url: string, token: string | null, caFile: string | null = null): Client {
  const base = url.replace(/\/+$/, '')
  const heard = async (path: string, method: string, given?: object): Promise<Exchanged> => {
    const body = given === undefined ? null : JSON.stringify(given)
    try {
      // No redirect is followed: a token is for the daemon alone.
      return await exchange(base + path, {
        ...{ method, body, caFile, timeoutMs: TIMEOUT_MS },
        headers: {
          accept: 'application/json',
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(body === null ? {} : { 'content-type': 'application/json' }),
        },
      })
    } catch (cause) {
      throw new DaemonError(`${base}: ${whyNot(cause)}`, null, { cause })
    }
  }
  const ask = async (
    path: string,
    method: string,
    unhealthy: boolean,
    given?: object,
  ): Promise<Answer> => {
    const response = await heard(path, method, given)
    const { status, text } = response
    const answer = parsed(status === 204 ? '{}' : text)
    if (answer === null) {
      throw new DaemonError(
        `${base}${path}: status ${status} without JSON: that is not storwardend`,
        status,
      )
    }
    const ok = status >= 200 && status < 300
    if (ok || (unhealthy && status === 503 && answer.text('code') === null)) return answer
    throw new DaemonError(refusal(answer, response), status, { problem: answer })
  }
  return {
    url: base,
    with: (other) => clientAt(url, other, caFile),
    get: (path, { query = {}, unhealthy = false } = {}) =>
      ask(path + search(query), 'GET', unhealthy),
    async text(path) {
      const { status, text } = await heard(path, 'GET')
      if (status >= 200 && status < 300) return text
      throw new DaemonError(`${base}${path}: status ${status}`, status)
    },
    post: (path, body) => ask(path, 'POST', false, body),
    put: (path, body) => ask(path, 'PUT', false, body),
    patch: (path, body) => ask(path, 'PATCH', false, body),
    delete: (path) => ask(path, 'DELETE', false),
  }
}

function search(query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  )
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`
}

/** What the daemon says of a request that it does not carry out (RFC 9457). */
function refusal(problem: Answer, { status, headers }: Exchanged): string {
  const detail = problem.text('detail') ?? problem.text('title') ?? `status ${status}`
  const id = problem.text('request_id')
  const named = id === null ? '' : ` (request ${id})`
  if (problem.text('code') === 'unauthenticated') {
    return `the token opens nothing: it is revoked, has expired, or is none of this daemon (STORWARDEN_TOKEN)${named}`
  }
  const faults = problem
    .objects('errors')
    .map((fault) => `${fault.text('path') ?? ''} ${fault.text('message') ?? ''}`.trim())
    .filter((fault) => !fault.endsWith(detail))
  const retryAfter = headers['retry-after']
  const later = retryAfter === undefined ? [] : [`try again in ${retryAfter} s`]
  return [detail, ...faults, ...later].join('; ') + named
}

/** Why there was no answer, in words. */
function whyNot(error: unknown): string {
  const code = codeOf(error)
  if (NOT_TRUSTED.has(code)) {
    return `its certificate is signed by nobody who is trusted (${code}): name who is by --ca or STORWARDEN_CA`
  }
  switch (code) {
    case 'ECONNREFUSED':
      return 'connection refused: storwardend does not run, or answers elsewhere (--url, STORWARDEN_URL)'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'no such host'
    case 'ERR_NO_ANSWER':
      return `no answer within ${TIMEOUT_MS / 1000} s`
    default: {
      const { message, cause } = error as Error
      return cause instanceof Error ? cause.message || message : message
    }
  }
}

/** The code of an error of the connection; where several addresses were tried, of the last. */
function codeOf(error: unknown): string {
  const { code, errors } = (error ?? {}) as { code?: unknown; errors?: unknown[] }
  const last = errors?.at(-1)
  if (last !== undefined) return codeOf(last)
  return typeof code === 'string' ? code : ''
}

/** What OpenSSL says of a certificate that nobody whom we trust has signed. */
const NOT_TRUSTED = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
])

function parsed(text: string): Answer | null {
  try {
    return Answer.of(JSON.parse(text))
  } catch {
    return null
  }
}
