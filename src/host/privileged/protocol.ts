import type { WireError } from './wire-errors.ts'

/*
 * What goes over the socket of storwarden-privileged, a frame a message:
 *
 *   client   hello                       who connects, and what it speaks
 *   server   hello | refused             refused, and the connection closed, at any time
 *   client   request, request …          each with an id of its own
 *   server   answer, answer …            in any order, one for each request
 *
 * Closing the connection takes back what was asked and changes nothing.
 */

/** Counts up when a message gets another meaning. Both ends have to speak the same. */
export const PROTOCOL = 1
/** Of a request; the longest is the file of a virtual library (src/vtl/permitted.ts), escaped. */
export const MAX_REQUEST_BYTES = 1024 * 1024
/** Of an answer. */
export const MAX_ANSWER_BYTES = 32 * 1024 * 1024
/** Requests of a connection that are under way. */
export const MAX_IN_FLIGHT = 8

/** The first message of both. */
export interface Hello {
  type: 'hello'
  protocol: number
  /** Of the program, as package.json has it. */
  version: string
}

/** The server closes the connection after it. */
export interface Refused {
  type: 'refused'
  reason: string
}

/** Asks for an operation of the closed list. */
export interface Request {
  type: 'request'
  /** Not used by another request that is under way. */
  id: number
  operation: string
  params: object
  /** After which whoever asks has given up; the operation may have a limit of its own below it. */
  timeout_ms: number
}

/** How a request ended. */
export type Answer =
  { type: 'answer'; id: number; result: unknown } | { type: 'answer'; id: number; error: WireError }
