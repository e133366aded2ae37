import { Type, type TProperties } from 'typebox'
import { ScstChangeError } from '../../scst/changes/named.ts'
import { isSecretAttribute } from '../../scst/secret.ts'

/** A name becomes a directory of sysfs, and a word of scst.conf. */
const NAME = String.raw`^(?!\.{1,2}$)[^\s/{}"#\\\u0000-\u001f\u007f]{1,223}$`

/** Parameters of kinds that change SCST; nothing else is taken. */
export function scstParameters(properties: TProperties) {
  return Type.Object(properties, { additionalProperties: false })
}

/** The name of a device, target, group or initiator. */
export const name = (description: string) => Type.String({ pattern: NAME, description })

export const driver = Type.Optional(
  Type.String({ pattern: NAME, default: 'iscsi', description: 'The target driver.' }),
)
export const target = name('The target: an iSCSI qualified name, or the port of an adapter.')
export const group = name('The initiator group.')
export const device = name('The device: the name of a vdisk, or H:C:I:L of a SCSI device.')
export const initiator = name('Name of the initiator; * and ? stand for others.')
export const lun = Type.Integer({ minimum: 0, maximum: 16_383 })
export const readOnly = Type.Optional(
  Type.Boolean({ description: 'Whether it can only be read; as the device is if not said.' }),
)
export const inGroup = Type.Optional(
  Type.String({
    pattern: NAME,
    description: 'The initiator group that sees it; whoever is in no group if not said.',
  }),
)

/** Attributes by name; null has them as SCST has them by itself. */
export const attributes = Type.Optional(
  Type.Record(
    Type.String({ pattern: '^[A-Za-z][A-Za-z0-9_]{0,63}$' }),
    Type.Union([
      Type.String({ pattern: String.raw`^[^{}"\u0000-\u001f\u007f]{1,512}$` }),
      Type.Null(),
    ]),
    {
      description:
        'Attributes as scst.conf has them; null takes one out of the file and changes nothing that runs. Passwords are set in scst.conf, and nowhere else.',
    },
  ),
)

/** Of kinds that may take something away. */
export const force = Type.Optional(
  Type.Boolean({
    default: false,
    description: 'Whether initiators that are logged in may lose what they use.',
  }),
)

/** LUNs of a target or group. */
export const luns = Type.Optional(
  Type.Array(Type.Object({ lun, device, read_only: readOnly }, { additionalProperties: false }), {
    maxItems: 1024,
    description: 'What they see.',
  }),
)

/** A LUN as it is asked for. */
export interface LunParams {
  readonly lun: number
  readonly device: string
  readonly read_only?: boolean
}

/** LUNs as a configuration takes them. */
export function wantedLuns(given: readonly LunParams[] | undefined) {
  return (given ?? []).map((one) => ({
    ...{ lun: one.lun, device: one.device, readOnly: one.read_only ?? null },
  }))
}

/** Attributes that can be set by a task. Throws ScstChangeError for passwords, which a task would show. */
export function settable(
  given: Readonly<Record<string, string | null>> | undefined,
  except: readonly string[] = [],
): Record<string, string | null> {
  for (const one of Object.keys(given ?? {})) {
    if (isSecretAttribute(one)) {
      throw new ScstChangeError(`${one} holds a password: write it into scst.conf, and apply that`)
    }
    if (except.includes(one)) throw new ScstChangeError(`${one} is a parameter of its own`)
  }
  return { ...given }
}
