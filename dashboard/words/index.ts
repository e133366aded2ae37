// All that the console says. Another language is another folder of the same shape.
import { account } from './en/account.ts'
import { alerts } from './en/alerts.ts'
import { audit } from './en/audit.ts'
import { cartridges } from './en/cartridges.ts'
import { channels } from './en/channels.ts'
import { common } from './en/common.ts'
import { consistency } from './en/consistency.ts'
import { drives } from './en/drives.ts'
import { events } from './en/events.ts'
import { fleet } from './en/fleet.ts'
import { health } from './en/health.ts'
import { incidents } from './en/incidents.ts'
import { keys } from './en/keys.ts'
import { libraries } from './en/libraries.ts'
import { metrics } from './en/metrics.ts'
import { missing } from './en/missing.ts'
import { navigation } from './en/navigation.ts'
import { operations } from './en/operations.ts'
import { overview } from './en/overview.ts'
import { repositories } from './en/repositories.ts'
import { rules } from './en/rules.ts'
import { scstDrift } from './en/scst-drift.ts'
import { scst } from './en/scst.ts'
import { settings } from './en/settings.ts'
import { entrance, shell } from './en/shell.ts'
import { silences } from './en/silences.ts'
import { storage } from './en/storage.ts'
import { tape } from './en/tape.ts'
import { tasks } from './en/tasks.ts'
import { users } from './en/users.ts'
import { vtl } from './en/vtl.ts'

/** All texts, by where they stand. */
export const words = {
  account,
  alerts,
  audit,
  cartridges,
  channels,
  common,
  consistency,
  drives,
  entrance,
  events,
  fleet,
  health,
  incidents,
  keys,
  libraries,
  metrics,
  missing,
  navigation,
  operations,
  overview,
  repositories,
  rules,
  scst,
  scstDrift,
  settings,
  shell,
  silences,
  storage,
  tape,
  tasks,
  users,
  vtl,
}
