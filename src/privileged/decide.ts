import { moveOfRequest, type PrivilegedRequest } from '../host/privileged/closed-list.ts'
import { assertMediumMove } from '../host/medium-moves.ts'
import { MAX_IN_FLIGHT, type Request } from '../host/privileged/protocol.ts'
import { faultOfChange, faultOfMountPoint } from '../host/repository-changes.ts'
import { assertScstCommand } from '../host/scst-commands.ts'
import { faultOfOperation, faultOfRequest } from './schemas.ts'

/** What is known of a connection when something is asked on it. */
export interface Asking {
  /** Ids of the requests that are under way. */
  inFlight: ReadonlySet<number>
  /** The configuration file of SCST, as this program was told on its command line. */
  scstConfigPath: string
}

/** What is to be done about a message. */
export type Decision =
  | { kind: 'granted'; id: number; request: PrivilegedRequest; timeoutMs: number }
  /** It is answered with the reason. */
  | { kind: 'refused'; id: number; operation: string; code: string; reason: string }
  /** It is no request: nothing that follows is looked at. */
  | { kind: 'violation'; reason: string }

/** Decides about a message that came after the greeting. Touches nothing of the machine. */
export function decide(message: unknown, { inFlight, scstConfigPath }: Asking): Decision {
  const fault = faultOfRequest(message)
  if (fault !== null) return { kind: 'violation', reason: `no request: ${fault}` }
  const { id, operation, params, timeout_ms: timeoutMs } = message as Request
  if (inFlight.has(id)) return { kind: 'violation', reason: 'an id that is under way' }
  const refuse = (code: string, reason: string): Decision => {
    return { kind: 'refused', id, operation, code, reason }
  }
  if (inFlight.size >= MAX_IN_FLIGHT) {
    return refuse('ERR_BUSY', `${MAX_IN_FLIGHT} requests of this connection are under way`)
  }
  const wrong = faultOfOperation(operation, params)
  if (wrong !== null) return refuse('ERR_REFUSED', wrong)
  const request = { operation, params } as PrivilegedRequest
  const forbidden = prohibition(request, scstConfigPath)
  if (forbidden !== null) return refuse('ERR_REFUSED', forbidden)
  return { kind: 'granted', id, request, timeoutMs }
}

/** Why what has the right shape is not done all the same; null when it is. */
function prohibition({ operation, params }: PrivilegedRequest, scst: string): string | null {
  if (operation === 'read_scst_config' || operation === 'write_scst_config') {
    return params.path === scst ? null : `it is not ${scst}, which --scst-config names`
  }
  try {
    if (operation === 'write_scst') assertScstCommand(params.path, params.text)
    if (operation === 'change_repository') return faultOfChange(params)
    if (operation === 'ask_repository' && 'mount_point' in params) {
      return faultOfMountPoint(params.mount_point)
    }
    if (operation === 'move_medium') {
      const move = moveOfRequest(params)
      if (move === null) return `${params.command} does not go with these elements`
      assertMediumMove(move)
    }
    if (operation === 'exchange_medium') assertMediumMove({ command: 'exchange', ...params })
    return null
  } catch (error) {
    return (error as Error).message
  }
}
