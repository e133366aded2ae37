import { Type } from 'typebox'
import type { CartridgeLoad } from '../../cartridges/load.ts'
import { loadsOfCartridge, loadsOfDrive, type CartridgeNames } from '../../cartridges/store.ts'
import type { Queryable } from '../../db/database.ts'
import type { Verdict } from '../../cartridges/verdict.ts'
import { valueOf, type Snapshot } from '../../snapshot.ts'
import { flag, integer, nullable, number, oneOf, text, time } from '../schemas.ts'
import { cartridgesOf, type Cartridge } from './cartridges.ts'
import type { Detail } from './listing.ts'
import { workProperties } from './tape-health.ts'

/** More loads than this are not told. */
const MOST_LOADS = 200

const load = Type.Object({
  drive: text,
  serial: nullable(text),
  volume_tag: nullable(text),
  library: nullable(text),
  virtual: flag,
  loaded_at: time,
  unloaded_at: nullable(time),
  ...workProperties,
  tape_alerts: Type.Array(integer),
})

const cell = Type.Object({
  drive: text,
  cartridge: text,
  cartridge_name: text,
  volume_tag: nullable(text),
  library: nullable(text),
  virtual: flag,
  loads: integer,
  bad_loads: integer,
  good_loads: integer,
  first_bad_at: nullable(time),
  last_bad_at: nullable(time),
  last_good_at: nullable(time),
  written_bytes: number,
  read_bytes: number,
  unrecovered_write_errors: integer,
  unrecovered_read_errors: integer,
  tape_alerts: Type.Array(integer),
})

const verdict = Type.Object({
  about: oneOf(['cartridge', 'drive']),
  id: text,
  name: text,
  verdict: oneOf(['tape', 'drive', 'undetermined']),
  witnesses: Type.Array(text),
  reason: text,
  action: text,
  volume_tag: nullable(text),
  library: nullable(text),
  virtual: flag,
  matrix: Type.Array(cell),
})

const properties = {
  /** The latest first; null of an appliance of a fleet, which alone knows them. */
  loads: nullable(Type.Array(load)),
  /** What its errors of the last 90 days follow; null without any. */
  verdict: nullable(verdict),
}

/** The loads of a cartridge, and what its errors follow. */
export const cartridgeDetail: Detail = {
  properties,
  async of(id, snapshot, database) {
    const names = namesOf(id, snapshot)
    const loads = await loadsKnown(database, names)
    const serial = names?.serial ?? loads?.find((one) => one.serial !== null)?.serial ?? null
    const keys = [serial, `${names?.library ?? ''}/${names?.volumeTag ?? ''}`]
    return { loads: loads?.map(shown) ?? null, verdict: verdictOn('cartridge', keys, snapshot) }
  },
}

/** The loads of a drive, and what its errors follow. */
export const driveDetail: Detail = {
  properties,
  async of(id, snapshot, database) {
    const loads = database === null ? null : await loadsOfDrive(database, id, MOST_LOADS)
    return { loads: loads?.map(shown) ?? null, verdict: verdictOn('drive', [id], snapshot) }
  },
}

async function loadsKnown(
  database: Queryable | null,
  names: CartridgeNames | null,
): Promise<CartridgeLoad[] | null> {
  if (database === null) return null
  return names === null ? [] : await loadsOfCartridge(database, names, MOST_LOADS)
}

/** What identifies the cartridge with the id of the interface; null when nothing does. */
function namesOf(id: string, snapshot: Snapshot): CartridgeNames | null {
  const { readings } = snapshot
  const reading = readings.changers
  const changers = reading?.state === 'failed' ? (reading.last?.value ?? []) : valueOf(reading)
  const found = cartridgesOf(changers ?? [], snapshot).find((item) => item.id === id)
  if (found === undefined) return null
  const { volumeTag, library, health } = found.object as Cartridge
  return { serial: health?.serial ?? null, volumeTag, library }
}

function verdictOn(
  about: Verdict['about'],
  ids: readonly (string | null)[],
  { readings }: Snapshot,
): Verdict | null {
  const verdicts = valueOf(readings.cartridges)?.verdicts ?? []
  return verdicts.find((one) => one.about === about && ids.includes(one.id)) ?? null
}

function shown(one: CartridgeLoad): object {
  const { drive, serial, volumeTag, library, virtual, loadedAt, unloadedAt, work, tapeAlerts } = one
  return { drive, serial, volumeTag, library, virtual, loadedAt, unloadedAt, ...work, tapeAlerts }
}
