import type { Unanswered } from './watched-host.ts'

/** What a recording lacks, in groups of the same reason. */
export interface Lack {
  reason: string
  /** In the order in which it was asked. */
  what: readonly string[]
}

const reasons: Readonly<Record<string, string>> = {
  ERR_PERMISSION: 'not permitted',
  ERR_TIMEOUT: 'no answer in time',
  ERR_QUARANTINED: 'not asked, because the device hangs',
  ERR_BREAKER_OPEN: 'not asked again after failures',
  ERR_BUSY: 'not asked, because too much was under way',
  ERR_OUTPUT_LIMIT: 'said more than a recording holds',
  ERR_PASS_THROUGH: 'no SCSI pass-through',
  ERR_RECORDING_ENDED: 'not asked: the time was over',
}

/**
 * Sorts what had no answer. A file that is not there and a command that fails are answers: they are in the recording.
 * A tool that is not installed is named once.
 */
export function lacking(unanswered: readonly Unanswered[]): Lack[] {
  const groups = new Map<string, Set<string>>()
  const add = (reason: string, what: string): void => {
    const group = groups.get(reason) ?? new Set()
    groups.set(reason, group.add(what))
  }
  for (const { what, kind, error } of unanswered) {
    const code = typeof error.code === 'string' ? error.code : ''
    const reason = reasons[code]
    if (reason !== undefined) add(reason, what)
    else if (code === 'ERR_NOT_FOUND' && kind === 'command') {
      add('not installed', what.split(' ')[0] ?? what)
    }
  }
  return [...groups].map(([reason, what]) => ({ reason, what: [...what] }))
}
