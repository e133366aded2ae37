import type { Changer } from '../collectors/changers.ts'
import type { Finding, Rule, Source } from './rule.ts'
import { deviceText } from './words.ts'

/** A virtual library is the business of whoever runs the VTL. */
export function sourceOf({ virtual }: { virtual: boolean }): Source {
  return virtual ? 'vtl' : 'tape'
}

/** No answer at all: nothing can be mounted, and a backup that waits for it hangs. */
export const changerUnreachable: Rule<'changers'> = {
  alert: 'ChangerUnreachable',
  name: 'Library does not answer',
  subject: 'changers',
  severity: 'critical',
  source: 'tape',
  forSeconds: 0,
  description:
    'The robot of the library does not answer SCSI commands. ' +
    'Check its power and cabling, or the daemon of a virtual one; what is shown of it is old.',

  check(changers) {
    return changers
      .filter(({ state }) => state === 'unreachable')
      .map((changer) =>
        finding(changer, `${deviceText(changer)} does not answer${because(changer)}.`),
      )
  },

  undecided: notAsked,
}

/** It answers and says that it will not work: set off line, door open, or starting up. */
export const changerOffline: Rule<'changers'> = {
  alert: 'ChangerOffline',
  name: 'Library offline',
  subject: 'changers',
  severity: 'critical',
  source: 'tape',
  forSeconds: 0,
  description:
    'The library answers that it is not ready: nothing can be mounted. ' +
    'Set it on line at its panel, close its door, or see why it was taken off line.',

  check(changers) {
    return changers
      .filter(({ state }) => state === 'offline')
      .map((changer) => finding(changer, `${deviceText(changer)} is offline${because(changer)}.`))
  },

  undecided: notAsked,
}

/** Whoever could not ask does not know whether there would have been an answer. */
function notAsked(changers: readonly Changer[]) {
  return changers.filter(({ state }) => state === 'unknown').map(({ id }) => ({ library: id }))
}

function because({ error }: Changer): string {
  return error === null ? '' : `: ${error}`
}

function finding(changer: Changer, message: string): Finding {
  const { id, state, error, device, hctl, inventory } = changer
  return {
    labels: { library: id },
    message,
    source: sourceOf(changer),
    evidence: {
      state,
      error,
      device,
      hctl,
      inventory_taken_at: inventory?.takenAt?.toISOString() ?? null,
    },
  }
}
