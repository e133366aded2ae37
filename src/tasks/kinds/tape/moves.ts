import { Type, type TProperties } from 'typebox'
import type { CartridgeName } from '../../../tape/plan.ts'
import {
  driveElement,
  planExchange,
  planLoad,
  planTransfer,
  planUnload,
  wantedInDrive,
} from '../../../tape/plan.ts'
import { elementAt, MoveNotPossibleError, placeName, placeOf } from '../../../tape/library.ts'
import { isCleaning, type CleaningRules } from '../../../tape/cleaning.ts'
import { exchangesOf, planExchangeMedium } from '../../../tape/exchanging.ts'
import type { PlannedMove } from '../../../tape/library.ts'
import type { ReadLibrary } from '../../../tape/reading.ts'
import type { TaskKind } from '../../kind.ts'
import { fields, type ElementParam, type TapeParams } from './fields.ts'
import { exchangeSteps, stepsOf, tapeKind, type TapeParts } from './steps.ts'

/** What moves need besides. */
export interface MoveParts extends TapeParts {
  cleaning: () => CleaningRules
}

interface LoadParams extends TapeParams, Pick<CartridgeName, 'cartridge' | 'slot'> {
  readonly drive: ElementParam
}

/** A move may take ten minutes, an eject before it as long, and a drive its time to be ready. */
const TIMEOUT_SECONDS = 3_600

const schema = (properties: TProperties) =>
  Type.Object({ library: fields.library, ...properties }, { additionalProperties: false })

/** Puts a cartridge into a drive, and waits until that is ready. */
export function tapeLoad(parts: MoveParts): TaskKind<LoadParams> {
  return tapeKind<LoadParams>(parts, {
    name: 'tape_load',
    summary: 'Loads a cartridge into a drive, and waits until the drive is ready.',
    schema: schema({
      ...{ cartridge: fields.cartridge, slot: fields.slot, drive: fields.drive },
      force: fields.force,
    }),
    timeoutSeconds: TIMEOUT_SECONDS,
    steps({ contents }, { library, force = false, ...wanted }) {
      const moves = planLoad(contents, named(wanted))
      assertData(parts, { contents }, moves)
      return stepsOf(library, moves, force)
    },
  })
}

interface UnloadParams extends TapeParams, Pick<CartridgeName, 'cartridge'> {
  readonly drive?: ElementParam
  readonly to?: ElementParam
}

/** Takes a cartridge out of a drive. */
export function tapeUnload(parts: TapeParts): TaskKind<UnloadParams> {
  return tapeKind<UnloadParams>(parts, {
    name: 'tape_unload',
    summary: 'Ejects a cartridge and puts it back to where it came from, or into a free element.',
    schema: schema({
      ...{ cartridge: fields.cartridge, drive: Type.Optional(fields.drive) },
      ...{ to: Type.Optional(fields.to), force: fields.force },
    }),
    timeoutSeconds: TIMEOUT_SECONDS,
    steps: ({ contents }, { library, force = false, cartridge, drive, to }) =>
      stepsOf(
        library,
        planUnload(contents, {
          ...(cartridge === undefined ? {} : { cartridge }),
          ...(drive === undefined ? {} : { drive }),
          ...(to === undefined ? {} : { to }),
        }),
        force,
      ),
  })
}

interface TransferParams extends TapeParams, Pick<CartridgeName, 'cartridge' | 'slot'> {
  readonly to: ElementParam
}

/** Moves a cartridge from one element to another, neither of which is a drive. */
export function tapeTransfer(parts: TapeParts): TaskKind<TransferParams> {
  return tapeKind<TransferParams>(parts, {
    name: 'tape_transfer',
    summary: 'Moves a cartridge from one storage or import/export element to another.',
    schema: schema({ cartridge: fields.cartridge, slot: fields.slot, to: fields.to }),
    timeoutSeconds: TIMEOUT_SECONDS,
    steps: ({ contents }, { library, to, ...which }) =>
      stepsOf(library, planTransfer(contents, { ...which, to }), false),
  })
}

/** Puts another cartridge into a drive, that which is in it back before. */
export function tapeExchange(parts: MoveParts): TaskKind<LoadParams> {
  return tapeKind<LoadParams>(parts, {
    name: 'tape_exchange',
    summary: 'Unloads what is in a drive, and loads another cartridge into it.',
    schema: schema({
      ...{ cartridge: fields.cartridge, slot: fields.slot, drive: fields.drive },
      force: fields.force,
    }),
    timeoutSeconds: 2 * TIMEOUT_SECONDS,
    async steps({ contents, device }, { library, force = false, ...wanted }) {
      const which = named(wanted)
      assertData(parts, { contents }, [{ from: wantedInDrive(contents, which).cartridge }])
      const exchanges = await exchangesOf(parts.moving.host, device)
      const planned = planExchangeMedium(contents, which, exchanges)
      if (planned !== null) return exchangeSteps(library, planned, force)
      return stepsOf(library, planExchange(contents, which), force)
    },
  })
}

interface EjectParams extends TapeParams {
  readonly drive: ElementParam
}

/** Has a drive unload its medium, which stays where it is. */
export function tapeEject(parts: TapeParts): TaskKind<EjectParams> {
  return tapeKind<EjectParams>(parts, {
    name: 'tape_eject',
    summary: 'Has a drive rewind and unload its medium; the robot does not take it.',
    schema: schema({ drive: fields.drive, force: fields.force }),
    timeoutSeconds: TIMEOUT_SECONDS,
    steps({ contents }, { library, drive: name, force = false }) {
      const drive = driveElement(contents, name)
      if (!drive.full) throw new MoveNotPossibleError(`${library}: ${placeName(drive)} is empty`)
      const place = placeOf(drive)
      return [{ does: 'eject', library, drive: place, volume_tag: drive.volumeTag, force }]
    },
  })
}

/** Has a changer look at all of its elements. */
export function tapeInventory(parts: TapeParts): TaskKind<TapeParams> {
  return tapeKind<TapeParams>(parts, {
    name: 'tape_inventory',
    summary: 'Has the robot look at every element, and tells what is there that was not known.',
    schema: schema({}),
    timeoutSeconds: 2 * TIMEOUT_SECONDS,
    steps: (_found, { library }) => [{ does: 'inventory', library }],
  })
}

function named({ cartridge, slot, drive }: Omit<LoadParams, 'library' | 'force'>) {
  return {
    ...(cartridge === undefined ? {} : { cartridge }),
    ...(slot === undefined ? {} : { slot }),
    drive,
  } as Pick<CartridgeName, 'cartridge' | 'slot'> & { drive: ElementParam }
}

/** A drive takes a cleaning cartridge for what it is, and is not ready for anything with it. */
function assertData(
  { cleaning }: MoveParts,
  { contents }: Pick<ReadLibrary, 'contents'>,
  moves: readonly Pick<PlannedMove, 'from'>[],
): void {
  for (const { from } of moves) {
    const element = elementAt(contents, from)
    if (!isCleaning(element, cleaning())) continue
    throw new MoveNotPossibleError(
      `${contents.library}: ${element.volumeTag ?? placeName(element)} is a cleaning cartridge: tape_clean uses it`,
    )
  }
}
