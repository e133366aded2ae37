import type { MissingObject, ObjectKind } from '../inventory/inventory.ts'
import type { Finding, Rule, Severity, Source } from './rule.ts'

/** A library whose robot is gone from the SCSI bus is no zero in a count: somebody relies on it. */
export const libraryMissing = missing({
  alert: 'LibraryMissing',
  name: 'Library missing',
  kind: 'library',
  severity: 'critical',
  source: 'tape',
  what: 'The library',
  description:
    'The library was there and the machine does not see it any more: nothing in it can be mounted.',
  action:
    'Check its power, cabling and zoning, or start the VTL. If it was removed for good, delete it under ' +
    '/api/v1/hardware/libraries.',
  where: '/sys/class/scsi_generic',
})

/** The same for a drive. */
export const driveMissing = missing({
  alert: 'DriveMissing',
  name: 'Tape drive missing',
  kind: 'drive',
  severity: 'warning',
  source: 'tape',
  what: 'The tape drive',
  description:
    'The drive was there and the machine does not see it any more: backups have one drive less.',
  action:
    'Check its power, cabling and zoning, or start the VTL. If it was removed for good, delete it under ' +
    '/api/v1/hardware/drives.',
  where: '/sys/class/scsi_generic',
})

/** Initiators of a target that is gone have lost their disks. */
export const targetMissing = missing({
  alert: 'TargetMissing',
  name: 'SCST target missing',
  kind: 'target',
  severity: 'critical',
  source: 'scst',
  what: 'The target',
  description:
    'The target was there while SCST ran and is not any more: its initiators have lost their LUNs.',
  action:
    'Find out whether it was removed on purpose. If not apply the configuration again (`scstadmin -config`); if it was, ' +
    'delete it under /api/v1/hardware/targets.',
  where: '/sys/kernel/scst_tgt/targets',
})

/** An array that is not assembled does not show as degraded. */
export const arrayMissing = missing({
  alert: 'ArrayMissing',
  name: 'RAID array missing',
  kind: 'array',
  severity: 'critical',
  source: 'storage',
  what: 'The array',
  description:
    'The array was there and is not assembled any more: nothing that lies on it can be read or written.',
  action:
    'See what `mdadm --examine --scan` finds and the kernel log, look for disks that are missing, and assemble it with ' +
    '`mdadm --assemble --scan`. Do not create it anew. If it was removed for good, delete it under ' +
    '/api/v1/hardware/arrays.',
  where: '/sys/block',
})

/** Half a minute is more than an initiator takes to log in again after a dropped connection. */
export const scstSessionLost = missing({
  alert: 'ScstSessionLost',
  name: 'SCST session lost',
  kind: 'session',
  severity: 'warning',
  source: 'scst',
  forSeconds: 30,
  what: 'The session of',
  description:
    'An initiator that was logged in is not any more: it has lost its LUNs, or one of its paths to them. ' +
    'The alert ends when it comes back, at the latest after a day.',
  action:
    'See whether it is up, whether it was logged out on purpose, and whether it reaches this machine.',
  where: '/sys/kernel/scst_tgt/targets/*/*/sessions',
})

function missing(given: {
  alert: string
  name: string
  kind: ObjectKind
  severity: Severity
  source: Source
  forSeconds?: number
  what: string
  description: string
  action: string
  /** Where it was, and is looked for. */
  where: string
}): Rule<'inventory'> {
  const { kind, what, where, forSeconds = 0, ...rule } = given
  return {
    ...rule,
    subject: 'inventory',
    forSeconds,

    check(state) {
      return state.missing
        .filter((object) => object.kind === kind)
        .map((object) => finding(object, what, where))
    },
  }
}

function finding(object: MissingObject, what: string, where: string): Finding {
  const { id, name, labels, partOf, lastSeen, virtual } = object
  return {
    labels,
    partOf,
    message: `${what} ${name} is gone; it was last seen at ${lastSeen.toISOString()}.`,
    evidence: { id, last_seen_at: lastSeen.toISOString(), source: where },
    ...(virtual ? { source: 'vtl' as const } : {}),
  }
}
