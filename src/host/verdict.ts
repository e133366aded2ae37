import type { Verdict } from './breaker.ts'
import { CommandError, HostError, ReadError, TimeoutError } from './host.ts'
import type { ScsiAnswer } from './host.ts'

/**
 * Exit codes of sg3_utils with which a device answered, if not as one might wish (sg3_utils(8)):
 * not ready, illegal request, unit attention, data protect, unsupported opcode, ALUA standby and
 * unavailable, already in progress, no sense, reservation conflict, busy, task set full.
 */
const SG3_ANSWERS = new Set([2, 5, 6, 7, 9, 12, 13, 16, 20, 21, 24, 26, 27])

/** What mtx prints of a sense key that is an answer: it exits 1 for everything. */
const SENSE_ANSWER = /not ready|illegal request|unit attention|reservation conflict|data protect/i

/** A request that the adapter does not take, and a daemon that is short of processes or memory. */
const OWN_FAULTS = new Set(['EINVAL', 'EAGAIN', 'EMFILE', 'ENFILE', 'ENOMEM', 'E2BIG'])

/** What a command's outcome says of the device it asked. */
export function verdictOfCommand(tool: string, error: unknown): Verdict {
  if (error === undefined) return 'success'
  if (error instanceof TimeoutError) return 'failure'
  if (error instanceof CommandError) {
    if (tool.startsWith('sg_') && SG3_ANSWERS.has(error.exitCode ?? -1)) return 'success'
    return SENSE_ANSWER.test(error.stderr) ? 'success' : 'failure'
  }
  if (error instanceof ReadError) return OWN_FAULTS.has(error.errno) ? 'neutral' : 'failure'
  // Not installed, not permitted, no slot, quarantined: the device was never asked.
  const asked = ['ERR_OUTPUT_LIMIT', 'ERR_SG_RAW']
  return error instanceof HostError && !asked.includes(error.code) ? 'neutral' : 'failure'
}

/** What an answer says of the device: a check condition is one, a transport failure is none. */
export function verdictOfScsi(outcome: { value: ScsiAnswer } | { error: unknown }): Verdict {
  if ('error' in outcome) return verdictOfCommand('sg_raw', outcome.error)
  return outcome.value.hostStatus === 0 ? 'success' : 'failure'
}
