import type { Difference } from './difference.ts'
import { scstSteps, type ScstContext, type ScstPlanned } from './scst-steps.ts'
import { bare, type Step } from './step.ts'

/** What a plan is made from besides the differences. */
export interface PlanContext {
  scst: ScstContext
  /** Number and media of each virtual library, by its serial number. */
  libraries: ReadonlyMap<string, { number: number; homeDirectory: string }>
}

/**
 * What would have to be done, in this order, for the machine to be as it is configured, and what SCST is to become by
 * it. Nothing of it is done. Ignored differences have no step. Pure.
 */
export function plan(
  differences: readonly Difference[],
  context: PlanContext,
): { steps: readonly Step[]; settle: ScstPlanned['settle'] } {
  const open = differences.filter(({ ignored }) => ignored === null)
  const of = (check: Difference['check']) => open.filter((one) => one.check === check)
  const { steps, settle } = scstSteps(of('scst'), context.scst)
  return { steps: [...steps, ...vtlSteps(of('vtl'), context), ...moved(of)], settle }
}

function vtlSteps(differences: readonly Difference[], { libraries }: PlanContext): Step[] {
  const steps: Step[] = []
  const restarts = new Map<string, Difference[]>()
  for (const difference of differences) {
    const { id, kind, place, attribute, values } = difference
    const { library: serial = '', barcode = '' } = place
    const library = libraries.get(serial)
    const directory = `${library?.homeDirectory ?? '(its home directory)'}/${barcode}`
    const number = library === undefined ? '(its number)' : String(library.number)
    const on = (role: string) => values.find((one) => one.role === role)?.state ?? 'unknown'
    const note = (words: string) => steps.push({ ...bare(id), words })
    if (kind === 'missing' || (kind === 'different' && attribute === 'files')) {
      note(`Restore ${directory} from a copy, while no drive has the cartridge ${barcode}.`)
    } else if (kind === 'pending' && on('data') !== 'present') {
      note(
        `Make the medium, with the capacity in MB and the density that it ought to have: ` +
          `mktape -l ${number} -m ${barcode} -s MB -t data -d DENSITY.`,
      )
    } else if (kind === 'orphaned' && on('live') !== 'present') {
      note(`Move ${directory} away, when nobody needs it: no slot is configured for it.`)
    } else if (kind === 'different' && (attribute === 'memory' || attribute === 'cartridges')) {
      note(`${difference.sentence} ${difference.action}`)
    } else {
      restarts.set(serial, [...(restarts.get(serial) ?? []), difference])
    }
  }
  for (const [serial, found] of restarts) {
    const number = libraries.get(serial)?.number
    steps.push({
      differences: found.map(({ id }) => id),
      words:
        `Restart the daemon of the library ${serial} when nothing runs in it: it takes its contents from the file ` +
        `(${found.length === 1 ? 'one difference' : `${found.length} differences`}).`,
      write: null,
      command:
        number === undefined ? null : ['systemctl', 'restart', `vtllibrary@${number}.service`],
      disruptive: true,
    })
  }
  return steps
}

/** Cartridges are put back by people, not by a command. */
function moved(of: (check: 'library') => readonly Difference[]): Step[] {
  return of('library').map(({ id, sentence, action }) => ({
    ...bare(id),
    words: `${sentence} ${action}`,
  }))
}
