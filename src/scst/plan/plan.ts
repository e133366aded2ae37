import { COPY_MANAGER, type ScstConfig } from '../config.ts'
import type { RunningScst } from '../running.ts'
import { attributeSteps } from './attributes.ts'
import { deviceGroupSteps } from './device-groups.ts'
import { deviceSteps, devicesMadeAnew } from './devices.ts'
import { driverSteps } from './drivers.ts'
import { identifierProblems } from './identifiers.ts'
import { ordered, ROOT, type ScstStep } from './step.ts'

/** How what runs becomes what is wanted. */
export interface ScstPlan {
  /** In this order; each one is waited for. */
  steps: readonly ScstStep[]
  /** Why it cannot be done; with one of them nothing is. */
  problems: readonly string[]
  /** What it leaves as it is, or could not look at. */
  notes: readonly string[]
}

/** What the parts of a plan are made from. */
export interface Planning {
  running: RunningScst
  wanted: ScstConfig
  /** Devices that are removed and made again, as what differs can only be given when they are made. */
  anew: ReadonlySet<string>
  problem: (words: string) => void
  note: (words: string) => void
}

/**
 * The writes to SCST that make it what a configuration says, in order. Of attributes only those that the configuration
 * names; all else that runs and is not in it is removed. SCST's own copy manager is left alone. Made again from what
 * runs then, the plan is empty once it has been carried out.
 */
export function planScst(running: RunningScst, wanted: ScstConfig): ScstPlan {
  const problems: string[] = []
  const notes: string[] = []
  const planning: Planning = {
    running,
    wanted: { ...wanted, drivers: wanted.drivers.filter(({ name }) => name !== COPY_MANAGER) },
    anew: devicesMadeAnew(running, wanted),
    problem: (words) => problems.push(words),
    note: (words) => notes.push(words),
  }
  const root = attributeSteps(ROOT, 'set', 'SCST', {
    wanted: wanted.attributes,
    running: running.config.attributes,
  })
  const alua = attributeSteps(`${ROOT}/device_groups`, 'set', 'the device groups', {
    wanted: wanted.alua,
    running: running.config.alua,
  })
  const steps = [
    ...root,
    ...alua,
    ...deviceSteps(planning),
    ...driverSteps(planning),
    ...deviceGroupSteps(planning),
  ]
  problems.push(...identifierProblems(running.config, planning.wanted))
  return { steps: ordered(steps), problems, notes }
}
