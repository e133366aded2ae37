import { Answer } from './answer.ts'

/** Asks the daemon. Everything rejects with DaemonError. */
export interface Client {
  /** Where the daemon is looked for. */
  readonly url: string
  /** `{unhealthy: true}` takes 503 with an answer for the answer it is. */
  get(path: string, options?: { query?: Query; unhealthy?: boolean }): Promise<Answer>
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

/** A client of the daemon at `url`; without a token it may ask what anybody may. */
export function clientAt(url: string, token: string | null): Client {
  const base = url.replace(/\/+$/, '')
  const ask = async (path: string, init: RequestInit, unhealthy: boolean): Promise<Answer> => {
    let response: Response
    let text: string
    try {
      response = await fetch(base + path, {
        ...init,
        // A token is for the daemon alone.
        redirect: 'error',
        headers: {
          accept: 'application/json',
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(init.body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        signal: AbortSignal.timeout(TIMEOUT_MS),
      })
      text = await response.text()
    } catch (cause) {
      throw new DaemonError(`${base}: ${whyNot(cause)}`, null, { cause })
    }
    const answer = parsed(response.status === 204 ? '{}' : text)
    if (answer === null) {
      throw new DaemonError(
        `${base}${path}: status ${response.status} without JSON: that is not storwardend`,
        response.status,
      )
    }
    const { status } = response
    if (response.ok || (unhealthy && status === 503 && answer.text('code') === null)) return answer
    throw new DaemonError(refusal(answer, response), status, { problem: answer })
  }
  return {
    url: base,
    get: (path, { query = {}, unhealthy = false } = {}) => ask(path + search(query), {}, unhealthy),
    post: (path, body) => ask(path, { method: 'POST', body: JSON.stringify(body) }, false),
    put: (path, body) => ask(path, { method: 'PUT', body: JSON.stringify(body) }, false),
    patch: (path, body) => ask(path, { method: 'PATCH', body: JSON.stringify(body) }, false),
    delete: (path) => ask(path, { method: 'DELETE' }, false),
  }
}

function search(query: Query): string {
  const given = Object.entries(query).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [[name, String(value)]],
  )
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`
}

/** What the daemon says of a request that it does not carry out (RFC 9457). */
function refusal(problem: Answer, { status, headers }: Response): string {
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
  const retryAfter = headers.get('retry-after')
  const later = retryAfter === null ? [] : [`try again in ${retryAfter} s`]
  return [detail, ...faults, ...later].join('; ') + named
}

/** Why there was no answer, in words. */
function whyNot(error: unknown): string {
  const code = codeOf(error)
  switch (code) {
    case 'ECONNREFUSED':
      return 'connection refused: storwardend does not run, or answers elsewhere (--url, STORWARDEN_URL)'
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'no such host'
    case 'TimeoutError':
      return `no answer within ${TIMEOUT_MS / 1000} s`
    default: {
      const { message, cause } = error as Error
      return cause instanceof Error ? cause.message || message : message
    }
  }
}

/** The code of what lies under an error of fetch; where several addresses were tried, of the last. */
function codeOf(error: unknown): string {
  const { name, code, cause, errors } = (error ?? {}) as {
    name?: string
    code?: unknown
    cause?: unknown
    errors?: unknown[]
  }
  if (typeof code === 'string') return code
  if (name === 'TimeoutError') return name
  const below = cause ?? errors?.at(-1)
  return below === undefined ? '' : codeOf(below)
}

function parsed(text: string): Answer | null {
  try {
    return Answer.of(JSON.parse(text))
  } catch {
    return null
  }
}
