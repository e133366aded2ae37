import type { Scst } from './scst.ts'
import type { ScstSessions } from './scst-sessions.ts'

/** The numbers of SCST in the snapshot of numbers. */
export interface ScstCounts {
  /** Of all drivers but SCST's own copy manager. */
  total_targets: number
  /** Those that are enabled, or cannot be switched off. */
  active_targets: number
  /** LUN mappings: default LUNs of every target plus those of every initiator group. */
  total_luns: number
  /** Distinct names, of those configured in a group and those that have a session. */
  total_initiators: number
  /** Distinct names of those that have a session. */
  connected_initiators: number
  total_sessions: number
  /** Those that a handler has. */
  total_devices: number
}

/** Counts; what the sessions say is null where they are unknown. Pure. */
export function countScst(
  { targets, devices }: Scst,
  sessions: ScstSessions | null,
): { [Name in keyof ScstCounts]: ScstCounts[Name] | null } {
  const luns = targets.map(
    (target) =>
      target.luns.length + target.groups.reduce((sum, group) => sum + group.luns.length, 0),
  )
  const configured = targets
    .flatMap(({ groups }) => groups.flatMap(({ initiators }) => initiators))
    .filter((name) => !isPattern(name))
  const connected =
    sessions === null ? null : new Set(sessions.sessions.map(({ initiator }) => initiator))
  return {
    total_targets: targets.length,
    active_targets: targets.filter(({ enabled }) => enabled !== false).length,
    total_luns: luns.reduce((sum, count) => sum + count, 0),
    total_initiators: connected === null ? null : new Set([...configured, ...connected]).size,
    connected_initiators: connected?.size ?? null,
    total_sessions: sessions?.sessions.length ?? null,
    total_devices: devices.filter(({ handler }) => handler !== null).length,
  }
}

/** Initiators of a group may be given as patterns of `*` and `?`, and be excluded by a leading `!` (scst.conf(5)). */
function isPattern(name: string): boolean {
  return /[*?]|^!/.test(name)
}
