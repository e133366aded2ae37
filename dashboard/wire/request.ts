import { isAttended } from './attended.ts'
import type { Api } from './api.ts'
import { isScoped, scope } from './scope.ts'

/** A call, as `GET /monitoring/alerts/:id`. */
export type Call = keyof Api
/** What it answers; null where that is nothing. */
export type Answer<C extends Call> = Api[C] extends { answer: infer A } ? A : null
/** What can be asked of it. */
export type Query<C extends Call> = Api[C] extends { query: infer Q } ? Q : never
/** What is handed in. */
export type Body<C extends Call> = Api[C] extends { body: infer B } ? B : never

type Names<Path> = Path extends `${string}:${infer Name}/${infer Rest}`
  ? Name | Names<`/${Rest}`>
  : Path extends `${string}:${infer Name}`
    ? Name
    : never

/** What a call is given: all of it data, nothing of it is written into a path as it is. */
export interface Given<C extends Call> {
  params?: Record<Names<C>, string>
  query?: Query<C>
  body?: Body<C>
}

/** One fault of what was handed in. */
export interface Fault {
  path: string
  message: string
  /** Where in a text it is; lines and columns are counted from 1. */
  at?: { line: number; column: number; offset: number; length: number }
}

/** An answer that is not the one asked for, in the words of its problem document; status 0 when there was none. */
export class RequestError extends Error {
  readonly status: number
  /** The word for it in the table of problems; null when the daemon did not say. */
  readonly code: string | null
  readonly faults: readonly Fault[]

  constructor(status: number, detail: string, code: string | null, faults: readonly Fault[] = []) {
    super(detail)
    this.name = 'RequestError'
    this.status = status
    this.code = code
    this.faults = faults
  }
}

/** An answer that takes longer is given up: a page that says so is better than one that waits. */
const PATIENCE_MS = 30_000

/** Asks the daemon; the session cookie says who asks. Rejects with RequestError. */
export async function ask<C extends Call>(
  name: C,
  given: Given<C> = {},
  signal?: AbortSignal,
): Promise<Answer<C>> {
  const response = await answerOf(name, given, 'application/json', signal)
  const answer: unknown = response.status === 204 ? null : await response.json().catch(() => null)
  if (!response.ok && !(isHealth(pathOf(name)) && answer !== null)) {
    throw refusal(response.status, answer)
  }
  return answer as Answer<C>
}

/** The same of a call that answers text. Rejects with RequestError. */
export async function askText<C extends Call>(
  name: C,
  given: Given<C> = {},
  signal?: AbortSignal,
): Promise<string> {
  const response = await answerOf(name, given, 'text/plain', signal)
  if (!response.ok) throw refusal(response.status, await response.json().catch(() => null))
  return response.text()
}

async function answerOf<C extends Call>(
  name: C,
  given: Given<C>,
  accept: string,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const [method = 'GET'] = name.split(' ')
  const body = given.body === undefined ? null : JSON.stringify(given.body)
  const patience = AbortSignal.timeout(PATIENCE_MS)
  return fetch(urlOf(pathOf(name), scoped(name, given)), {
    method,
    headers: {
      accept,
      ...(body && { 'content-type': 'application/json' }),
      ...(!isAttended() && { 'x-storwarden-unattended': '1' }),
    },
    ...(body && { body }),
    signal: signal ? AbortSignal.any([signal, patience]) : patience,
  }).catch((error: unknown) => {
    if (signal?.aborted === true) throw error
    throw new RequestError(0, 'The daemon does not answer.', null)
  })
}

function pathOf(name: Call): string {
  return name.split(' ')[1] ?? '/'
}

/** Where an appliance is chosen it is asked for, unless the call says whose it wants; an empty name is whatever there is. */
function scoped<C extends Call>(name: C, given: Given<C>): Given<C> {
  const [method = 'GET', path = ''] = name.split(' ')
  const chosen = scope.peek()
  if (chosen === null || !isScoped(method, path)) return given
  return {
    ...given,
    query: { appliance: chosen, ...(given.query as object | undefined) } as Query<C>,
  }
}

/** What is ill is told with 503, and is an answer all the same. */
function isHealth(path: string): boolean {
  return path.startsWith('/health')
}

function urlOf<C extends Call>(path: string, { params, query }: Given<C>): string {
  const values = (params ?? {}) as Record<string, string>
  const filled = path.replace(/:(\w+)/g, (_, key: string) => encodeURIComponent(values[key] ?? ''))
  const search = new URLSearchParams()
  for (const [key, value] of Object.entries<unknown>(query ?? {})) {
    if (value !== undefined && value !== null && value !== '') search.set(key, textOf(value))
  }
  const asked = search.size === 0 ? '' : `?${search}`
  return (isHealth(path) ? filled : `/api/v1${filled}`) + asked
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function refusal(status: number, answer: unknown): RequestError {
  const { detail, title, code, errors } = (answer ?? {}) as {
    detail?: string
    title?: string
    code?: string
    errors?: Fault[]
  }
  return new RequestError(status, detail ?? title ?? `HTTP ${status}`, code ?? null, errors)
}
