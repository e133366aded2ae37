// All that the console says. Another language is another folder of the same shape.
import { alerts } from './en/alerts.ts'
import { cartridges } from './en/cartridges.ts'
import { common } from './en/common.ts'
import { consistency } from './en/consistency.ts'
import { drives } from './en/drives.ts'
import { events } from './en/events.ts'
import { incidents } from './en/incidents.ts'
import { keys } from './en/keys.ts'
import { libraries } from './en/libraries.ts'
import { missing } from './en/missing.ts'
import { overview } from './en/overview.ts'
import { navigation } from './en/navigation.ts'
import { operations } from './en/operations.ts'
import { scstDrift } from './en/scst-drift.ts'
import { scst } from './en/scst.ts'
import { entrance, shell } from './en/shell.ts'
import { storage } from './en/storage.ts'
import { tape } from './en/tape.ts'
import { tasks } from './en/tasks.ts'
import { vtl } from './en/vtl.ts'

/** All texts, by where they stand. */
export const words = {
  alerts,
  cartridges,
  common,
  consistency,
  drives,
  entrance,
  events,
  incidents,
  keys,
  libraries,
  missing,
  navigation,
  operations,
  overview,
  scst,
  scstDrift,
  shell,
  storage,
  tape,
  tasks,
  vtl,
}
