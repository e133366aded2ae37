import type { ListedEvent } from './event.ts'

/** The cursor is none that was handed out. */
export class EventCursorError extends Error {
  readonly code = 'ERR_CURSOR'

  constructor(cursor: string) {
    super(`cursor ${cursor}: is none that was handed out`)
    this.name = 'EventCursorError'
  }
}

/** Where a list of events goes on after this one, as a word to be handed out. */
export function cursorOf({ at, id }: Pick<ListedEvent, 'at' | 'id'>): string {
  return Buffer.from(`${at.toISOString()} ${id}`).toString('base64url')
}

const CURSOR =
  /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z) ([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/

/** Throws EventCursorError. */
export function readCursor(cursor: string): { at: Date; id: string } {
  const [, time, id] = CURSOR.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  const at = new Date(time ?? '')
  if (id === undefined || Number.isNaN(at.getTime())) throw new EventCursorError(cursor)
  return { at, id }
}
