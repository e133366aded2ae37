import { type Static, Type } from 'typebox'
import type { TaskParams } from '../../task.ts'

const element = (description: string, minimum: number) =>
  Type.Union(
    [
      Type.Integer({ minimum, maximum: 0xffff }),
      Type.Object(
        { address: Type.Integer({ minimum: 0, maximum: 0xffff }) },
        { additionalProperties: false },
      ),
    ],
    { description: `${description}; or \`{"address": N}\`, its SMC element address.` },
  )

/** A barcode. */
export const barcode = Type.String({ minLength: 1, maxLength: 32, pattern: '^[!-~]+$' })

/** Parameters that several kinds have. */
export const fields = {
  library: Type.String({
    ...{ minLength: 1, maxLength: 64 },
    description: 'Serial number of the changer, as `GET /api/v1/hardware/libraries` has it.',
  }),
  cartridge: Type.Optional(barcode),
  slot: Type.Optional(element('Storage or import/export element, as mtx counts them from 1', 1)),
  drive: element('Data transfer element, as mtx counts them from 0', 0),
  to: element('Storage or import/export element that it goes to', 1),
  force: Type.Optional(
    Type.Boolean({
      default: false,
      description:
        'Whether a drive is taken that is in use, or may be. Takes the permission `tasks:run-destructive`.',
    }),
  ),
}

/** Parameters of all kinds. */
export interface TapeParams extends TaskParams {
  readonly library: string
  readonly force?: boolean
}

/** An element as it is named in parameters. */
export type ElementParam = Static<typeof fields.drive>
