import type { ScstConfig } from '../../scst/config.ts'
import { planScst } from '../../scst/plan/plan.ts'
import { isWithin, placesOf, type ShownWrite } from '../../scst/plan/places.ts'
import { textOf, type ScstStep } from '../../scst/plan/step.ts'
import type { RunningScst } from '../../scst/running.ts'
import type { Progress } from '../kind.ts'
import type { ScstMachine } from './machine.ts'

/** What is made again, and how far. */
export interface Undoing {
  /** What ran before. */
  former: ScstConfig
  /** What was to be written: nothing else is undone, as somebody else has done that. */
  writes: readonly ShownWrite[]
  /** Whether initiators that are logged in may lose something by it. */
  force: boolean
  progress: Progress
}

/**
 * Makes what was changed as it was, from what runs now. Resolves with what would still have to be done, in sentences;
 * null when that cannot be found out. Does not reject.
 */
export async function undo(machine: ScstMachine, undoing: Undoing): Promise<string[] | null> {
  const { progress } = undoing
  try {
    const { own, others } = await wayBack(machine, undoing)
    for (const { words } of others) {
      await progress.log(`left alone, as this task has not done it: ${words}`, 'warning')
    }
    for (const step of own) {
      const trouble = await undone(machine, step, undoing.force)
      if (trouble === null) await progress.log(`undone: ${step.words}`, 'warning')
      else {
        await progress.log(`not undone: ${step.words} ${trouble}`, 'error')
        break
      }
    }
    const after = await wayBack(machine, undoing)
    return [...after.problems, ...after.own.map(({ words }) => words)]
  } catch (error) {
    await progress.log(`what is left cannot be read: ${messageOf(error)}`, 'error')
    return null
  }
}

/** Resolves with why it was not; null when it was. */
async function undone(
  { write }: ScstMachine,
  step: ScstStep,
  force: boolean,
): Promise<string | null> {
  const { path, loses } = step
  if (loses.length > 0 && !force) return `In use: ${loses.join(', ')}`
  try {
    await write(path, textOf(step))
    return null
  } catch (error) {
    return messageOf(error)
  }
}

/** The plan back: what of it is about something that was written, and what is about something else. */
async function wayBack(machine: ScstMachine, { former, writes }: Undoing) {
  const running = await machine.read(former)
  const { steps, problems } = planScst(running, former)
  const written = writes.flatMap((write) => placesOf(write))
  const isOwn = (place: string) => written.some((outer) => isWithin(place, outer))
  const own = steps.filter(
    (step) => placesOf(step).every(isOwn) && !takesOthers(step, running, isOwn),
  )
  return { problems, own, others: steps.filter((step) => !own.includes(step)) }
}

/** Whether a device would take LUNs with it that somebody else has mapped. */
function takesOthers(
  { phase, shown }: ScstStep,
  { config }: RunningScst,
  isOwn: (place: string) => boolean,
): boolean {
  if (phase !== 'remove device') return false
  const [, device = ''] = shown.split(' ')
  return config.drivers.some((driver) =>
    driver.targets.some((target) => {
      const place = `target/${driver.name}/${target.name}`
      const isOthers = (at: string, luns: typeof target.luns) =>
        luns.some((one) => one.device === device && !isOwn(`${at}/lun/${one.lun}`))
      return (
        isOthers(place, target.luns) ||
        target.groups.some(({ name, luns }) => isOthers(`${place}/group/${name}`, luns))
      )
    }),
  )
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
