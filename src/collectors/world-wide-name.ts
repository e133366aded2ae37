import type { Host } from '../host/host.ts'
import { inquiry } from '../scsi/cdb.ts'
import { interpret } from '../scsi/answer.ts'
import { decodeDesignators, type Designator } from '../scsi/designators.ts'
import { isFailure } from './failures.ts'

const DEVICE_IDENTIFICATION = 0x83
const ALLOCATION_BYTES = 252

/** Designator types (SPC-5 table 592) that are unique in the world, and associations, in the order they are taken. */
const EUI_64 = 2
const NAA = 3
const LOGICAL_UNIT = 0
const TARGET_DEVICE = 2

/**
 * The world wide name of a logical unit (VPD page 83h): from sysfs, where the kernel keeps the page of most
 * devices without asking them again, else from the device, where one is given. Null when there is none, and
 * when it could not be had: it is one name of several, and nothing depends on it.
 */
export async function worldWideNameOf(
  host: Host,
  device: string | null,
  sysfs: string,
): Promise<string | null> {
  const kept = await named(() => host.readBytes(`${sysfs}/vpd_pg83`))
  if (kept !== undefined || device === null) return kept ?? null
  const asked = await named(() => ask(host, device))
  return asked ?? null
}

/** The name that the designators of a page give: of the unit itself before that of the whole device, NAA first. */
export function worldWideName(designators: readonly Designator[]): string | null {
  for (const association of [LOGICAL_UNIT, TARGET_DEVICE]) {
    for (const type of [NAA, EUI_64]) {
      const value = designators.find(
        (each) => each.association === association && each.type === type && each.value !== null,
      )?.value
      if (value) return type === NAA ? `0x${value}` : `eui.${value}`
    }
  }
  return null
}

/** What the page names; undefined when it could not be read. */
async function named(read: () => Promise<Uint8Array>): Promise<string | null | undefined> {
  try {
    return worldWideName(decodeDesignators(await read()))
  } catch (error) {
    if (isFailure(error)) return undefined
    throw error
  }
}

async function ask(host: Host, device: string): Promise<Uint8Array> {
  const answer = await host.scsi(device, inquiry(DEVICE_IDENTIFICATION, ALLOCATION_BYTES), {
    dataInBytes: ALLOCATION_BYTES,
    timeoutMs: 5_000,
  })
  const outcome = interpret(answer)
  // A device that refuses the page has no name; an empty page says the same.
  return outcome.kind === 'good' ? outcome.data : Uint8Array.of(0, DEVICE_IDENTIFICATION, 0, 0)
}
