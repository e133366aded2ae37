import { Type } from 'typebox'
import { planExport, planImport, type Batch } from '../../../tape/plan.ts'
import type { TaskKind } from '../../kind.ts'
import { barcode, fields, type TapeParams } from './fields.ts'
import { stepsOf, tapeKind, type TapeParts, type TapeStep } from './steps.ts'

/** Barcodes of a batch at most. */
const MOST_CARTRIDGES = 1_000
/** A batch fills import/export elements, of which the largest stations have some hundreds. */
const TIMEOUT_SECONDS = 24 * 3_600

const cartridges = (description: string) =>
  Type.Array(barcode, {
    ...{ minItems: 1, maxItems: MOST_CARTRIDGES, uniqueItems: true, description },
  })

interface ExportParams extends TapeParams {
  readonly cartridges: readonly string[]
}

/** Puts cartridges where an operator can take them out. */
export function tapeExport(parts: TapeParts): TaskKind<ExportParams> {
  return tapeKind<ExportParams>(parts, {
    name: 'tape_export',
    summary: 'Moves cartridges into the import/export elements, as many as these take.',
    schema: Type.Object(
      {
        library: fields.library,
        cartridges: cartridges('Their barcodes; in this order, as far as there is room.'),
        force: fields.force,
      },
      { additionalProperties: false },
    ),
    timeoutSeconds: TIMEOUT_SECONDS,
    steps: ({ contents }, { library, force = false, cartridges: wanted }) =>
      batchSteps(library, planExport(contents, wanted), force, 'take out what was exported'),
  })
}

interface ImportParams extends TapeParams {
  readonly cartridges?: readonly string[]
}

/** Takes in what an operator has put there. */
export function tapeImport(parts: TapeParts): TaskKind<ImportParams> {
  return tapeKind<ImportParams>(parts, {
    name: 'tape_import',
    summary: 'Moves what is in the import/export elements into free storage elements.',
    schema: Type.Object(
      {
        library: fields.library,
        cartridges: Type.Optional(cartridges('Only of these barcodes; all if not said.')),
      },
      { additionalProperties: false },
    ),
    timeoutSeconds: TIMEOUT_SECONDS,
    steps: ({ contents }, { library, cartridges: wanted }) =>
      batchSteps(library, planImport(contents, wanted ?? null), false, 'make room'),
  })
}

/** Of what is left so many are named. */
const NAMED = 100

function batchSteps(
  library: string,
  { moves, left }: Batch,
  force: boolean,
  remedy: string,
): readonly TapeStep[] {
  const steps = stepsOf(library, moves, force)
  if (left.length === 0) return steps
  const more = left.length > NAMED ? ` and ${left.length - NAMED} more` : ''
  const names = `${left.slice(0, NAMED).join(', ')}${more}`
  const text = `there is no room for ${left.length} now: ${names}: ${remedy}, and ask for them again`
  return [...steps, { does: 'tell', library, text }]
}
