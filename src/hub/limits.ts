/** What the stream counts, over all its clients. */
export interface HubCounters {
  /** Frames handed to sockets. */
  sent: number
  /** Frames of numbers that were replaced by newer ones. */
  dropped: number
  /** Clients closed because they did not keep up. */
  evicted: number
}

/** How much a client may make the daemon remember or wait. */
export interface ClientLimits {
  /** Bytes waiting for a client that does not read. */
  maxQueueBytes: number
  /** Stored events read at a time. */
  chunkEvents: number
  /** Messages waiting to be carried out. */
  maxInbox: number
  /** Malformed messages until the client is taken for broken. */
  maxMalformed: number
  /** How long a new client may take to say from where it resumes, before it gets what happens meanwhile. */
  settleMs: number
  /** How long a closing client may take to answer. */
  closeMs: number
}

/** Close codes: RFC 6455 7.4.1, IANA's registry for 1013, and one of our own. */
export const closeCodes = {
  goingAway: 1001,
  policyViolation: 1008,
  tryAgainLater: 1013,
  unauthenticated: 4401,
} as const
