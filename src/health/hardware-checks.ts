import type { Snapshot, Subjects } from '../snapshot.ts'
import { stateOf, valueOf } from '../snapshot.ts'
import type { CheckResult, Component } from './components.ts'

// Anybody may read what these say: no serial numbers, paths or texts of errors.

type Ask = () => Snapshot

/** A subject that is read every so often: absent is well, and said. */
function subjectComponent<Subject extends keyof Subjects>(
  name: string,
  subject: Subject,
  snapshot: Ask,
  judge: (value: Subjects[Subject]) => CheckResult,
): Component {
  return {
    name,
    critical: false,
    check() {
      const reading = snapshot().readings[subject]
      if (!reading) return { status: 'unknown', message: 'not read yet' }
      const state = stateOf(reading)
      if (reading.state === 'absent') {
        return { status: 'up', message: 'not present', details: { present: false } }
      }
      if (reading.state === 'failed' || state === 'failed') {
        return { status: 'down', message: 'could not be read' }
      }
      const judged = judge(reading.value)
      if (state === 'read' || judged.status !== 'up') return judged
      return { ...judged, status: 'degraded', message: 'read in part' }
    },
  }
}

/** SCST: down when it is configured and does not run, degraded when its I/O is frozen. */
export function scstComponent(snapshot: Ask): Component {
  return subjectComponent(
    'scst',
    'scst',
    snapshot,
    ({ running, version, targets, suspendCount }) => {
      const details = { version, targets: targets.length }
      if (!running) return { status: 'down', message: 'configured and not running', details }
      if (suspendCount !== null && suspendCount !== 0) {
        return { status: 'degraded', message: 'I/O of all devices is suspended', details }
      }
      return { status: 'up', message: `${targets.length} targets`, details }
    },
  )
}

/** The changers: down when none is online, degraded when one is not. One that is gone is not online. */
export function libraryComponent(snapshot: Ask): Component {
  const present = subjectComponent('library', 'changers', snapshot, (changers) => {
    const online = changers.filter(({ state }) => state === 'online').length
    return judgeLibraries(online, changers.length + goneLibraries(snapshot()))
  })
  return {
    ...present,
    check() {
      const gone = goneLibraries(snapshot())
      const isAbsent = snapshot().readings.changers?.state === 'absent'
      return isAbsent && gone > 0 ? judgeLibraries(0, gone) : present.check()
    },
  }
}

function judgeLibraries(online: number, libraries: number): CheckResult {
  const details = { libraries, online }
  if (online === libraries) {
    return { status: 'up', message: `${libraries} libraries online`, details }
  }
  const message = `${libraries - online} of ${libraries} libraries not online`
  return { status: online === 0 ? 'down' : 'degraded', message, details }
}

/** How many were there once and are not, or are configured in a VTL that does not run. */
function goneLibraries({ readings }: Snapshot): number {
  const missing = valueOf(readings.inventory)?.missing ?? []
  const mhvtl = valueOf(readings.mhvtl)
  const stopped = mhvtl === null || mhvtl.moduleLoaded ? 0 : mhvtl.libraries.length
  return Math.max(stopped, missing.filter(({ kind }) => kind === 'library').length)
}

const FULL_PERCENT = 95

/** File systems: degraded when one is nearly full or was remounted read-only. */
export function storageComponent(snapshot: Ask): Component {
  return subjectComponent('storage', 'filesystems', snapshot, (filesystems) => {
    const details = { filesystems: filesystems.length }
    const readOnly = filesystems.filter(({ remountedReadOnly }) => remountedReadOnly).length
    const full = filesystems.filter(
      ({ usage }) => usage !== null && usage.usedPercent > FULL_PERCENT,
    ).length
    if (readOnly + full > 0) {
      const message = `${full} nearly full, ${readOnly} remounted read-only`
      return { status: 'degraded', message, details }
    }
    return { status: 'up', message: `${filesystems.length} file systems`, details }
  })
}

/** The collectors: degraded when one fails, unknown until one has ended, down when all have stopped. */
export function collectorsComponent(snapshot: Ask): Component {
  return {
    name: 'collectors',
    critical: false,
    check() {
      const reading = snapshot().readings.collectors
      const collectors = reading?.state === 'read' ? reading.value : []
      const pending = collectors.filter(({ state }) => state === 'pending')
      if (collectors.length === pending.length) {
        return { status: 'unknown', message: 'nothing was collected yet' }
      }
      const failing = collectors.filter(({ state }) => state === 'failed').map(({ name }) => name)
      // Three missed beats: the loop itself stands still, whatever the last reading said.
      const late = collectors.filter(
        ({ ageSeconds, intervalSeconds, state }) =>
          state !== 'failed' && ageSeconds !== null && ageSeconds > 3 * intervalSeconds + 60,
      )
      const details = { collectors: collectors.length, failing, late: late.map(({ name }) => name) }
      if (late.length === collectors.length) {
        return { status: 'down', message: 'the collectors have stopped', details }
      }
      if (failing.length === 0 && late.length === 0) {
        return { status: 'up', message: `${collectors.length} collectors`, details }
      }
      const message = [
        ...failing.map((name) => `${name} fails`),
        ...late.map(({ name }) => `${name} is late`),
      ].join(', ')
      return { status: 'degraded', message, details }
    },
  }
}

/** What is worse comes first; what is not known is worse than what is a little late. */
const GRAVITY = ['down', 'unknown', 'degraded', 'up'] as const

/** The comparisons of what is there with what ought to be, as they ended last; only on demand. */
export function consistencyComponent(snapshot: Ask): Component {
  return {
    name: 'consistency',
    critical: false,
    onDemand: true,
    check() {
      const checks = valueOf(snapshot().readings.consistency)?.checks ?? []
      if (checks.length === 0) return { status: 'unknown', message: 'not compared yet' }
      const status = GRAVITY.find((one) => checks.some((check) => check.status === one)) ?? 'up'
      const told = checks.filter((check) => check.status !== 'up')
      const message = told.map((one) => `${one.check}: ${one.message}`).join('; ') || 'consistent'
      const details = Object.fromEntries(
        checks.map((one) => [
          one.check,
          {
            ...{ status: one.status, ...one.counts, ignored: one.ignored },
            checked_at: one.checkedAt.toISOString(),
          },
        ]),
      )
      return { status, message, details }
    },
  }
}
