import type { Changer } from '../collectors/changers.ts'
import type { Finding, Rule, Source } from './rule.ts'
import { deviceText } from './words.ts'

/** A virtual library is the business of whoever runs the VTL. */
export function sourceOf({ virtual }: { virtual: boolean }): Source {
  return virtual ? 'vtl' : 'tape'
}

/** The command that told it; mtx sends the same where the daemon may not. */
export function askedText({ device, inventory }: Pick<Changer, 'device' | 'inventory'>): string {
  return inventory?.source === 'mtx'
    ? `mtx -f ${device} status`
    : `READ ELEMENT STATUS of ${device}`
}

/** What a drive or a cartridge belongs to, by the serial number of its library; nothing where that is not known. */
export function partOfLibrary(library: string | null | undefined): Record<string, string> {
  return library == null ? {} : { library }
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
    'The robot of the library does not answer SCSI commands: nothing can be mounted, and a backup that waits for it ' +
    'hangs. What is shown of it is old.',
  action:
    'Check its power, panel, cabling and zoning, or the daemon of a virtual one. Do not power-cycle it while one of its ' +
    'drives writes: that ends the job.',

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
    'The library answers that it is not ready: nothing can be mounted, and backups wait or fail.',
  action:
    'Look at its panel: set it on line, close its door, let it finish starting, or find out who took it off line and ' +
    'why.',

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
      source: askedText(changer),
    },
  }
}
