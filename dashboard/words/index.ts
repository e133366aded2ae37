// All that the console says. Another language is another folder of the same shape.
import { alerts } from './en/alerts.ts'
import { keys } from './en/keys.ts'
import { common } from './en/common.ts'
import { cartridges } from './en/cartridges.ts'
import { drives } from './en/drives.ts'
import { libraries } from './en/libraries.ts'
import { tape } from './en/tape.ts'
import { vtl } from './en/vtl.ts'
import { overview } from './en/overview.ts'
import { navigation } from './en/navigation.ts'
import { scst } from './en/scst.ts'
import { scstDrift } from './en/scst-drift.ts'
import { storage } from './en/storage.ts'
import { entrance, shell } from './en/shell.ts'

/** All texts, by where they stand. */
export const words = {
  alerts,
  common,
  entrance,
  keys,
  navigation,
  overview,
  scst,
  scstDrift,
  shell,
  storage,
  ...{ alerts, common, entrance, keys, navigation, overview, shell },
  ...{ cartridges, drives, libraries, tape, vtl },
}
