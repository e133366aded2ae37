import {
  assertFree,
  carryOutMove,
  ejectMedium,
  lookedAt,
  takeInventory,
  type Moving,
  type Say,
} from '../../../tape/carry-out.ts'
import { carryOutExchange, type PlannedExchange } from '../../../tape/exchanging.ts'
import {
  cartridgeName,
  isDrive,
  MoveNotPossibleError,
  placeName,
  type Place,
  type PlannedMove,
} from '../../../tape/library.ts'
import { LibraryUnreadError, readLibrary, type ReadLibrary } from '../../../tape/reading.ts'
import { DriveInUseError } from '../../../tape/drive-use.ts'
import { untilReady, type Waiting } from '../../../tape/ready.ts'
import { TaskNotPossibleError, type Progress, type TaskKind } from '../../kind.ts'
import type { Step } from '../../task.ts'
import type { TapeParams } from './fields.ts'

/** What the kinds of tape tasks work with. */
export interface TapeParts {
  moving: Moving
  now: () => Date
  /** How long a drive may take until it is ready with a medium that came. */
  readySeconds: () => number
  /** From one look at a drive that is waited for to the next; some seconds if not said. */
  waitMs?: number
  /** Told of a library in which something was moved, or may have been; waited for, so that who looks then sees it. */
  touched: (library: string) => Promise<void>
}

/** What a step does: JSON, as it is kept with its task. */
export type TapeStep =
  | { does: 'eject'; library: string; drive: Place; volume_tag: string | null; force: boolean }
  | (Moved & { does: 'move' })
  | (Moved & { does: 'load_cleaning' })
  | {
      does: 'exchange'
      library: string
      from: Place
      drive: Place
      back: Place
      volume_tag: string | null
      old_tag: string | null
      force: boolean
    }
  | { does: 'wait_ready'; library: string; drive: Place }
  | { does: 'wait_cleaned'; library: string; drive: Place; volume_tag: string | null }
  | { does: 'inventory'; library: string }
  | { does: 'tell'; library: string; text: string }

interface Moved {
  library: string
  from: Place
  to: Place
  volume_tag: string | null
  force: boolean
}

/** What all kinds of tape tasks have in common. None repeats a step: a robot is not asked twice. */
export function tapeKind<P extends TapeParams>(
  parts: TapeParts,
  kind: Pick<TaskKind<P>, 'name' | 'summary' | 'schema' | 'timeoutSeconds'> & {
    steps: (found: ReadLibrary, params: P) => Promise<readonly TapeStep[]> | readonly TapeStep[]
    run?: (step: TapeStep, progress: Progress) => Promise<boolean>
  },
): TaskKind<P> {
  const { steps, run, ...described } = kind
  return {
    ...described,
    destructive: false,
    repeatable: false,
    advice:
      'Look where the cartridges are: the library says so now, and tape_inventory has the robot look itself. Nothing was tried twice.',
    isDestructive: ({ force }) => force === true,
    resource: ({ library }) => library,
    async plan(params) {
      try {
        const found = await readLibrary(parts.moving, params.library)
        const planned = await steps(found, params)
        await assertDrivesFree(parts.moving, found, planned)
        return numbered(planned)
      } catch (error) {
        throw notPossible(error)
      }
    },
    async run({ data }, progress) {
      const step = data as unknown as TapeStep
      progress.signal.throwIfAborted()
      if ((await run?.(step, progress)) === true) return
      await carryOut(parts, step, progress)
    },
    async lookAfterLoss({ data }) {
      const step = data as unknown as TapeStep
      const volumeTag = 'volume_tag' in step ? step.volume_tag : null
      const old = step.does === 'exchange' ? [step.old_tag] : []
      return await lookedAt(parts.moving, step.library, [volumeTag, ...old])
    },
  }
}

/** The steps of moves: what the robot takes from a drive is ejected before, and what came into one is waited for. */
export function stepsOf(
  library: string,
  moves: readonly PlannedMove[],
  force: boolean,
): readonly TapeStep[] {
  return moves.flatMap(({ from, to, volumeTag }) => {
    const eject = { does: 'eject', library, drive: from, volume_tag: volumeTag, force } as const
    const move = { does: 'move', library, from, to, volume_tag: volumeTag, force } as const
    const wait = { does: 'wait_ready', library, drive: to } as const
    return [...(isDrive(from) ? [eject] : []), move, ...(isDrive(to) ? [wait] : [])]
  })
}

/** The steps of an exchange by one command: the drive has to let go of what is in it before, as with a move. */
export function exchangeSteps(
  library: string,
  planned: PlannedExchange,
  force: boolean,
): readonly TapeStep[] {
  const { drive, volumeTag, oldTag, ...places } = planned
  const exchange = { ...places, drive, volume_tag: volumeTag, old_tag: oldTag, force }
  return [
    { does: 'eject', library, drive, volume_tag: oldTag, force },
    { does: 'exchange', library, ...exchange },
    { does: 'wait_ready', library, drive },
  ]
}

/** Tells at once what would be refused later. */
async function assertDrivesFree(
  moving: Moving,
  found: ReadLibrary,
  steps: readonly TapeStep[],
): Promise<void> {
  const touched = steps.flatMap((step) => {
    if (!('force' in step)) return []
    const places = 'drive' in step ? [step.drive] : [step.from, step.to].filter(isDrive)
    return places.map((place) => ({ place, step }))
  })
  const looked = new Set<number>()
  for (const { place, step } of touched) {
    if (looked.has(place.number)) continue
    looked.add(place.number)
    await assertFree(moving, found, place, step, () => Promise.resolve())
  }
}

function numbered(steps: readonly TapeStep[]): Step[] {
  return steps.map((step, index) => ({
    name: `${step.does} ${index + 1}`,
    description: describe(step),
    data: { ...step },
  }))
}

function describe(step: TapeStep): string {
  switch (step.does) {
    case 'eject':
      return `eject ${cartridgeName(step.volume_tag)} in ${placeName(step.drive)}`
    case 'move':
    case 'load_cleaning': {
      const { from, to } = step
      const way = `from ${placeName(from)} to ${placeName(to)}`
      return `move ${cartridgeName(step.volume_tag)} ${way}`
    }
    case 'exchange': {
      const { from, drive, back } = step
      const old = cartridgeName(step.old_tag)
      const way = `from ${placeName(from)} to ${placeName(drive)}`
      return `exchange: ${cartridgeName(step.volume_tag)} ${way}, and ${old} from there to ${placeName(back)}`
    }
    case 'wait_ready':
      return `wait until ${placeName(step.drive)} is ready`
    case 'wait_cleaned':
      return `wait until ${placeName(step.drive)} has cleaned itself`
    case 'inventory':
      return 'have the changer look at all of its elements'
    case 'tell':
      return step.text
  }
}

async function carryOut(parts: TapeParts, step: TapeStep, progress: Progress): Promise<void> {
  const say: Say = (message, level) => progress.log(message, level)
  if (step.does === 'tell') {
    await say(step.text, 'warning')
    return
  }
  if (step.does === 'wait_ready') {
    await waitReady(parts, step.library, step.drive, progress)
    return
  }
  try {
    if (step.does === 'inventory') await takeInventory(parts.moving, step.library, say)
    else if (step.does === 'eject') {
      const { library, drive, force, volume_tag: volumeTag } = step
      await ejectMedium(parts.moving, drive, { library, force, volumeTag }, say)
    } else if (step.does === 'exchange') {
      const { library, from, drive, back, force, volume_tag: volumeTag, old_tag: oldTag } = step
      const planned = { from, drive, back, volumeTag, oldTag }
      await carryOutExchange(parts.moving, planned, { library, force }, say)
      progress.affect(2)
    } else if (step.does === 'move') {
      await moveOnce(parts, step, say)
      progress.affect(1)
    } else throw new Error(`${step.does}: is no step of this kind`)
  } finally {
    await parts.touched(step.library)
  }
}

/** Carries out a move that was planned. */
export async function moveOnce({ moving }: TapeParts, step: Moved, say: Say): Promise<void> {
  const { library, from, to, force, volume_tag: volumeTag } = step
  await carryOutMove(moving, { from, to, volumeTag }, { library, force }, say)
}

async function waitReady(
  parts: TapeParts,
  library: string,
  drive: Place,
  progress: Progress,
): Promise<void> {
  const device = await deviceOfDrive(parts, library, drive)
  if (device === null) {
    const why = 'this machine does not reach it'
    await progress.log(`${placeName(drive)}: was not waited for, as ${why}`, 'warning')
    return
  }
  await untilReady(device, parts.readySeconds(), waitingOf(parts, progress))
  await progress.log(`${placeName(drive)} is ready`)
}

/** How a step waits for a drive. */
export function waitingOf({ moving, now, waitMs }: TapeParts, progress: Progress): Waiting {
  const { host } = moving
  const { signal } = progress
  const report = (fraction: number) => {
    progress.report(fraction)
  }
  return { host, now, signal, report, ...(waitMs === undefined ? {} : { everyMs: waitMs }) }
}

/** The node of a drive; null where it is not known. */
export async function deviceOfDrive(
  { moving }: TapeParts,
  library: string,
  { number }: Place,
): Promise<string | null> {
  const { drives } = await readLibrary(moving, library)
  return drives.get(number)?.devices[0] ?? null
}

/** What a plan rejects with that says why, in words for whoever asks. */
function notPossible(error: unknown): unknown {
  const isReason =
    error instanceof MoveNotPossibleError ||
    error instanceof LibraryUnreadError ||
    error instanceof DriveInUseError
  return isReason ? new TaskNotPossibleError(error.message) : error
}
