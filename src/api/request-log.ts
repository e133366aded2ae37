import { causesOf } from '../log.ts'
import type { ApiContext, ApiLog } from './context.ts'
import type { ProblemError } from './problem.ts'

/** A request that was answered. Never its query, its body or its token. */
export interface AnsweredRequest {
  requestId: string
  method: string
  /** Pattern of the path. */
  route: string
  status: number
  seconds: number
  /** Who asked; null where nobody is known. */
  user: string | null
  address: string
}

/** The line of a request in the log. */
export function logRequest(
  { log }: Pick<ApiContext, 'log'>,
  { requestId, seconds, ...fields }: AnsweredRequest,
): void {
  log.debug('request', { request_id: requestId, ...fields, seconds: toMicroseconds(seconds) })
}

/** What went wrong on our side, with its causes; the stack where it is a mistake of the daemon. */
export function logFailure(
  log: Pick<ApiLog, 'error'>,
  problem: ProblemError,
  error: unknown,
  request: Pick<AnsweredRequest, 'method' | 'route'> & { requestId: string | null },
): void {
  if (problem.status < 500 || isHindrance(problem, error)) return
  const { requestId, method, route } = request
  const known = error instanceof Error ? causesOf(error) : { causes: [], stack: undefined }
  log.error('request failed', {
    ...{ request_id: requestId, method, route, status: problem.status, code: problem.code },
    error: error instanceof Error ? error.message : String(error),
    ...(known.causes.length === 0 ? {} : { causes: known.causes }),
    ...(problem.code === 'internal' ? { stack: known.stack } : {}),
  })
}

/** What is so for every request while the daemon waits, and is said once, when it begins to. */
function isHindrance(problem: ProblemError, error: unknown): boolean {
  return (
    problem.code === 'standby' || (problem.code === 'database_unavailable' && error === problem)
  )
}

/** Seconds without the digits below a microsecond. */
export function toMicroseconds(seconds: number): number {
  return Math.round(seconds * 1e6) / 1e6
}
