// The rows of the dashboard, from above.
import { alerts, overview, system } from './rows/appliance.mjs'
import { daemon, fleet, notifications, operations } from './rows/daemon.mjs'
import { scst, storage } from './rows/storage.mjs'
import { cartridges, drives, libraries } from './rows/tape.mjs'

export const rows = [
  ...[overview, alerts, libraries, drives, cartridges],
  ...[scst, storage, system, daemon, operations, notifications, fleet],
]
