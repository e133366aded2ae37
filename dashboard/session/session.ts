import { signal } from '@preact/signals'
import { startStream, stopStream } from '../live/stream.ts'
import { ask, RequestError } from '../wire/request.ts'
import { isElsewhere } from '../wire/scope.ts'
import type { Me } from '../wire/types.ts'

/** Who is in: nobody knows yet, nobody, somebody who has to choose a password first, or somebody. */
export type Session =
  | { state: 'asking' }
  | { state: 'unreachable'; why: string }
  | { state: 'out'; ended: boolean }
  | { state: 'new-password'; me: Me }
  | { state: 'in'; me: Me }

/** Who is in. */
export const session = signal<Session>({ state: 'asking' })

/** Whether who is in may do something. The daemon decides; this only says what is worth showing. */
export function may(permission: string): boolean {
  const current = session.value
  return current.state === 'in' && current.me.permissions.includes(permission)
}

/** Whether who is in may do something to what is shown: of another appliance that can be done only there. */
export function mayHere(permission: string): boolean {
  return !isElsewhere() && may(permission)
}

/** Who is in; null when nobody is. */
export function whoIsIn(): Me | null {
  const current = session.value
  return current.state === 'in' ? current.me : null
}

/** Asks who is in. */
export async function enter(): Promise<void> {
  try {
    const me = await ask('GET /auth/me')
    session.value = { state: me.must_change_password ? 'new-password' : 'in', me }
    if (session.value.state === 'in') startStream(sessionEnded)
  } catch (error) {
    if (error instanceof RequestError && error.status === 401) {
      session.value = { state: 'out', ended: false }
    } else {
      session.value = { state: 'unreachable', why: (error as Error).message }
    }
  }
}

/** The session was ended elsewhere, or was not used for too long. */
export function sessionEnded(): void {
  if (session.peek().state !== 'in') return
  stopStream()
  session.value = { state: 'out', ended: true }
}

/** Ends the session. Rejects with RequestError, and then it goes on: who believes to be out has to be. */
export async function leave(): Promise<void> {
  await ask('POST /auth/logout', { body: {} }).catch((error: unknown) => {
    if (!(error instanceof RequestError) || error.status !== 401) throw error
  })
  stopStream()
  session.value = { state: 'out', ended: false }
}
