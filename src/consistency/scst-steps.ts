import { ScstChangeError } from '../scst/changes/named.ts'
import type { ScstConfig } from '../scst/config.ts'
import { planScst } from '../scst/plan/plan.ts'
import { isWithin, placesOf } from '../scst/plan/places.ts'
import type { Phase, ScstStep } from '../scst/plan/step.ts'
import type { RunningScst } from '../scst/running.ts'
import type { Difference } from './difference.ts'
import { NotSettledError, settled } from './scst-settling.ts'
import { bare, type Step } from './step.ts'

/** What SCST is to become, and from what. */
export interface ScstContext {
  /** The configuration file; null where there is none that can be read. */
  file: ScstConfig | null
  /** SCST as it runs; null when it cannot be read wholly. */
  running: RunningScst | null
  /** Why it cannot. */
  unread: string | null
}

/** How differences of SCST are settled. */
export interface ScstPlanned {
  steps: readonly Step[]
  /** What runs with those that are written for undone. Throws ScstChangeError when it is not any more what it was. */
  settle: (running: ScstConfig) => ScstConfig
}

/**
 * The writes that make what runs what the file says where it differs, in the order of all plans
 * (src/scst/plan/plan.ts), and what is left to people. What does not differ is not touched.
 */
export function scstSteps(differences: readonly Difference[], context: ScstContext): ScstPlanned {
  const { file, running, unread } = context
  const notes: Step[] = []
  const leave = ({ id, sentence }: Difference, why: string) => {
    notes.push({ ...bare(id), words: `${sentence} ${why}` })
  }
  const written = differences.filter((difference) => {
    if (!isConfigured(difference)) {
      leave(
        difference,
        'The file does not say how it was: adopt that it is gone, or configure it anew.',
      )
    } else if (file === null) leave(difference, 'The file cannot be read now.')
    else if (running === null)
      leave(difference, `What runs cannot be read now: ${unread ?? 'nobody knows why'}.`)
    else return true
    return false
  })
  if (file === null || running === null) return { steps: notes, settle: (config) => config }
  const chosen = possible(written.sort(byTurn), { file, running, leave })
  const settle = (config: ScstConfig) =>
    chosen.reduce((so, difference) => settled(so, file, difference), config)
  const plan = planScst(running, settle(running.config))
  return { steps: [...plan.steps.map((step) => shown(step, chosen)), ...notes], settle }
}

/** What is missing, and was never in the file, is for people to adopt. */
function isConfigured({ kind, values }: Difference): boolean {
  if (kind === 'orphaned' || kind === 'different') return true
  return values.some(({ role, state }) => role === 'configured' && state === 'present')
}

const TURNS = ['driver', 'device', 'target', 'group', 'lun', 'initiator']

/** Devices are there before what shows them, and go when nothing shows them any more. */
function byTurn(one: Difference, other: Difference): number {
  const turn = ({ kind, what }: Difference) =>
    kind === 'orphaned' ? (what === 'device' ? 9 : 8) : TURNS.indexOf(what)
  return turn(one) - turn(other)
}

/** Those that can be settled; with one that cannot the others are all the same. */
function possible(
  wanted: readonly Difference[],
  given: {
    file: ScstConfig
    running: RunningScst
    leave: (difference: Difference, why: string) => void
  },
): Difference[] {
  const { file, running, leave } = given
  let config = running.config
  const problemsOf = (next: ScstConfig) => planScst(running, next).problems
  try {
    const all = wanted.reduce((so, difference) => settled(so, file, difference), config)
    if (problemsOf(all).length === 0) return [...wanted]
  } catch (error) {
    if (!isExpected(error)) throw error
  }
  return wanted.filter((difference) => {
    try {
      const next = settled(config, file, difference)
      const [problem] = problemsOf(next)
      if (problem === undefined) {
        config = next
        return true
      }
      leave(difference, `It cannot be written: ${problem}.`)
    } catch (error) {
      if (!isExpected(error)) throw error
      const { message } = error
      leave(difference, error instanceof NotSettledError ? message : `It cannot be: ${message}.`)
    }
    return false
  })
}

function isExpected(error: unknown): error is Error {
  return error instanceof NotSettledError || error instanceof ScstChangeError
}

/** Takes something away from whoever uses it. */
const TAKING: ReadonlySet<Phase> = new Set<Phase>([
  ...(['disable driver', 'disable target', 'remove lun', 'leave device group'] as const),
  ...(['remove device group', 'remove group of target', 'remove target'] as const),
  ...(['remove device', 'remove initiator', 'move initiator', 'remove group'] as const),
])

/** A write, with the differences that it settles. What it writes of a password is not shown. */
function shown(
  { phase, words, path, shown: text, loses }: ScstStep,
  all: readonly Difference[],
): Step {
  const places = placesOf({ path, shown: text })
  const settles = all.filter((one) => places.some((place) => isWithin(place, placeOf(one))))
  const enables = phase === 'enable target' || phase === 'enable driver'
  const disruptive =
    loses.length > 0 ||
    TAKING.has(phase) ||
    (phase === 'add lun' && text.startsWith('replace ')) ||
    // Set at what is new nobody uses it yet.
    (!enables && settles.some(({ kind }) => kind === 'different'))
  return {
    differences: settles.map(({ id }) => id),
    ...{ words, write: { path, text }, command: null, disruptive },
  }
}

/** Where a difference is, in the words of the places of writes. */
function placeOf({ what, place, attribute }: Difference): string {
  const { driver = '', target = '', group, device = '', lun = '', initiator = '' } = place
  if (what === 'device') return `device/${device}`
  if (what === 'driver') return `driver/${driver}/attribute/${attribute ?? ''}`
  const at = `target/${driver}/${target}${group === undefined ? '' : `/group/${group}`}`
  if (what === 'lun') return `${at}/lun/${lun}`
  if (what === 'initiator') return `${at}/initiator/${initiator}`
  return attribute === null ? at : `${at}/attribute/${attribute}`
}
