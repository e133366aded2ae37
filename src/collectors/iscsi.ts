/** iSCSI at both ends: where this machine listens as a target, and where it is logged in as an initiator. */
export interface Iscsi {
  /** Addresses with a listener on the iSCSI port (3260). */
  listening: readonly { address: string; port: number }[]
  initiatorName: string | null
  /** Sessions of open-iscsi on this machine. */
  initiatorSessions: readonly {
    id: string
    target: string
    portal: string | null
    /** LOGGED_IN, FAILED, FREE. */
    state: string
  }[]
}
