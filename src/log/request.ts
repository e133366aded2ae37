import { AsyncLocalStorage } from 'node:async_hooks'

/** A request that is being answered. */
interface CurrentRequest {
  id: string
  ended: boolean
}

const requests = new AsyncLocalStorage<CurrentRequest>()

/** Does something in the name of a request: lines of the log bear its id until the function that is handed is called. */
export function inRequest(id: string, work: (end: () => void) => void): void {
  const request: CurrentRequest = { id, ended: false }
  requests.run(request, work, () => {
    request.ended = true
  })
}

/**
 * The id of the request that is being answered; null outside of any. What a request has set going and goes on
 * without it, such as a connection to the database, does not speak in its name for ever.
 */
export function currentRequestId(): string | null {
  const request = requests.getStore()
  return request === undefined || request.ended ? null : request.id
}
