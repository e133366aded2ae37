/** A session of an initiator with a target, with its counters accumulated over reconnects. */
export interface ScstSession {
  /** driver/target/session directory. */
  id: string
  driver: string
  target: string
  /** Directory name; a second session of the same initiator gets a suffix. */
  session: string
  initiator: string
  /** The initiator group whose LUNs it sees; null for the default LUNs of the target. */
  group: string | null
  activeCommands: number
  /** Connections: addresses and state words of iSCSI; empty for others. */
  connections: readonly { ip: string; targetIp: string | null; state: string | null }[]
  counters: SessionCounters
}

/** Monotonic since the daemon started to watch, over reconnects of the same initiator to the same target. */
export interface SessionCounters {
  readCommands: number
  readBytes: number
  writeCommands: number
  writtenBytes: number
  bidiCommands: number
  bidiBytes: number
  noneCommands: number
  unknownCommands: number
}
