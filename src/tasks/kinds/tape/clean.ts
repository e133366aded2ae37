import { Type } from 'typebox'
import { wasNotTried } from '../../../host/medium-moves.ts'
import { MoveFailedError } from '../../../tape/carry-out.ts'
import {
  chooseCleaning,
  cleaningMemory,
  limitOf,
  untilCleaned,
  type CleaningRules,
  type CleaningUse,
} from '../../../tape/cleaning.ts'
import { cartridgeName, MoveNotPossibleError, placeName, placeOf } from '../../../tape/library.ts'
import { driveElement } from '../../../tape/plan.ts'
import type { Progress, TaskKind } from '../../kind.ts'
import { fields, type ElementParam, type TapeParams } from './fields.ts'
import {
  deviceOfDrive,
  moveOnce,
  tapeKind,
  waitingOf,
  type TapeParts,
  type TapeStep,
} from './steps.ts'

/** What cleaning needs besides. */
export interface CleaningParts extends TapeParts {
  rules: () => CleaningRules
  uses: {
    /** How often each cleaning cartridge was used, by its barcode. */
    counts: () => Promise<ReadonlyMap<string, CleaningUse>>
    /** One use more; resolves with how many that are. */
    add: (volumeTag: string, library: string) => Promise<number>
    /** What the memory of one that was counted says of it. */
    correct: (volumeTag: string, told: Pick<CleaningUse, 'uses' | 'limit'>) => Promise<void>
  }
}

interface CleanParams extends TapeParams {
  readonly drive: ElementParam
  readonly cartridge?: string
}

/** Drives take two to five minutes; some begin anew. */
const CLEANING_SECONDS = 900
const TIMEOUT_SECONDS = 3_600

/** Cleans a drive with a cleaning cartridge, and counts that. */
export function tapeClean(parts: CleaningParts): TaskKind<CleanParams> {
  return tapeKind<CleanParams>(parts, {
    name: 'tape_clean',
    summary: 'Cleans a drive with a cleaning cartridge of the library that is not used up.',
    schema: Type.Object(
      {
        ...{ library: fields.library, drive: fields.drive, cartridge: fields.cartridge },
        force: fields.force,
      },
      { additionalProperties: false },
    ),
    timeoutSeconds: TIMEOUT_SECONDS,
    async steps({ contents }, { library, drive: name, cartridge, force = false }) {
      const drive = driveElement(contents, name)
      if (drive.full) {
        const is = cartridgeName(drive.volumeTag)
        throw new MoveNotPossibleError(
          `${library}: ${placeName(drive)} is full: unload ${is} before it is cleaned`,
        )
      }
      const counts = await parts.uses.counts()
      const chosen = chooseCleaning(contents, cartridge ?? null, counts, parts.rules())
      const [home, place] = [placeOf(chosen), placeOf(drive)]
      const common = { library, volume_tag: chosen.volumeTag, force }
      return [
        { does: 'load_cleaning', ...common, from: home, to: place },
        { does: 'wait_cleaned', library, drive: place, volume_tag: chosen.volumeTag },
        { does: 'move', ...common, from: place, to: home },
      ]
    },
    async run(step, progress) {
      if (step.does === 'load_cleaning') await loadCleaning(parts, step, progress)
      else if (step.does === 'wait_cleaned') await waitCleaned(parts, step, progress)
      else return false
      return true
    },
  })
}

async function loadCleaning(
  parts: CleaningParts,
  step: Extract<TapeStep, { does: 'load_cleaning' }>,
  progress: Progress,
): Promise<void> {
  const { library, volume_tag: volumeTag } = step
  const count = async () => {
    if (volumeTag === null) return
    const used = await parts.uses.add(volumeTag, library)
    const { limit = null } = (await parts.uses.counts()).get(volumeTag) ?? {}
    await progress.log(`${volumeTag}: use ${used} of ${limitOf(limit, parts.rules())}`)
  }
  try {
    await moveOnce(parts, step, (message, level) => progress.log(message, level))
  } catch (error) {
    // Of what may have been moved it is counted: one use too few would have it used when it is used up.
    if (error instanceof MoveFailedError && !wasNotTried(error.cause)) await count()
    throw error
  } finally {
    await parts.touched(library)
  }
  await count()
  progress.affect(1)
}

async function waitCleaned(
  parts: CleaningParts,
  { library, drive, volume_tag: volumeTag }: Extract<TapeStep, { does: 'wait_cleaned' }>,
  progress: Progress,
): Promise<void> {
  const device = await deviceOfDrive(parts, library, drive)
  if (device === null) {
    throw new Error(`${placeName(drive)}: this machine does not reach it, and cannot wait for it`)
  }
  if (volumeTag !== null) await askMemory(parts, device, volumeTag, progress)
  await untilCleaned(device, CLEANING_SECONDS, waitingOf(parts, progress))
  await progress.log(`${placeName(drive)} has cleaned itself`)
}

/** The cartridge itself knows of uses elsewhere. Not every drive tells while it cleans: then it is what was counted. */
async function askMemory(
  parts: CleaningParts,
  device: string,
  volumeTag: string,
  progress: Progress,
): Promise<void> {
  const { told, error } = await cleaningMemory(parts.moving.host, device, volumeTag)
  if (error !== null) {
    await progress.log(`${volumeTag}: its memory cannot be read: ${error}`, 'warning')
  }
  if (told === null) return
  await parts.uses.correct(volumeTag, told)
  const of = limitOf(told.limit, parts.rules())
  await progress.log(`${volumeTag}: its memory says that this is use ${told.uses} of ${of}`)
}
