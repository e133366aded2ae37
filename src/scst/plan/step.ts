import { Secret } from '../secret.ts'

/** Root of SCST's sysfs (scst/README, "SCST sysfs interface"). */
export const ROOT = '/sys/kernel/scst_tgt'

/**
 * The order of a plan. What is taken away goes first and from the inside out, what is added comes after from the
 * outside in; in between nobody sees a LUN that neither what was nor what is wanted lets them see: LUNs go before
 * initiators change their groups, and come after. Targets are enabled when all else is there, drivers last of all.
 */
const PHASES = [
  ...['disable driver', 'disable target', 'remove lun', 'leave device group'],
  ...['remove device group', 'remove group of target', 'remove target', 'remove device'],
  ...['add device', 'set device', 'add target', 'set target', 'restrict target'],
  ...['add group', 'set group', 'remove initiator', 'move initiator', 'add initiator'],
  ...['remove group', 'add lun', 'add device group', 'join device group', 'set device group'],
  ...['set', 'lift restriction', 'enable target', 'enable driver'],
] as const
/** When a step of a plan has its turn. */
export type Phase = (typeof PHASES)[number]

/** A write to SCST. */
export interface ScstStep {
  phase: Phase
  /** What it does, in a sentence. */
  words: string
  path: string
  /** What is written; holds a password where it sets one, and then it is shown nowhere. */
  text: string | Secret
  /** What is written as it may be shown. */
  shown: string
  /** Initiators that are logged in and lose something by it. */
  loses: readonly string[]
}

/** What makes a step. */
export interface StepParts {
  phase: Phase
  words: string
  path: string
  text: string | Secret
  shown?: string
  loses?: readonly string[]
}

/** A step, with what is not said filled in. */
export function step({ phase, words, path, text, shown, loses = [] }: StepParts): ScstStep {
  const visible = shown ?? (typeof text === 'string' ? text : String(text))
  return { phase, words, path, text, shown: visible, loses: [...new Set(loses)].sort() }
}

/** The steps in the order of their phases; those of the same phase stay as they are. */
export function ordered(steps: readonly ScstStep[]): ScstStep[] {
  const turn = new Map<string, number>(PHASES.map((phase, index) => [phase, index]))
  return [...steps].sort((one, other) => (turn.get(one.phase) ?? 0) - (turn.get(other.phase) ?? 0))
}

/** What is written of a step. Throws for a password that could not be read. */
export function textOf({ text }: ScstStep): string {
  return text instanceof Secret ? text.reveal() : text
}

/** Values by name, in pairs: the first as it is wanted, the second as it is. Wanted ones first. */
export function paired<W, R>(
  wanted: readonly W[],
  running: readonly R[],
  nameOf: (item: W | R) => string,
): { name: string; want: W | undefined; has: R | undefined }[] {
  const wants = new Map(wanted.map((item) => [nameOf(item), item]))
  const have = new Map(running.map((item) => [nameOf(item), item]))
  return [...new Set([...wants.keys(), ...have.keys()])].map((name) => ({
    name,
    want: wants.get(name),
    has: have.get(name),
  }))
}
