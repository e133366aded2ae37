import type { Route } from '../route.ts'
import { alertRoutes } from './alerts.ts'
import { auditRoutes } from './audit.ts'
import { authRoutes } from './auth.ts'
import { backupRoutes } from './backups.ts'
import { catalogueRoutes } from './catalogue.ts'
import { channelRoutes } from './channels.ts'
import { consistencyRoutes } from './consistency.ts'
import { databaseRoutes } from './database.ts'
import { docsRoutes } from './docs.ts'
import { hardwareRoutes } from './hardware.ts'
import { healthRoutes } from './health.ts'
import { incidentRoutes } from './incidents.ts'
import { monitoringRoutes } from './monitoring.ts'
import { notificationRoutes } from './notifications.ts'
import { readingRoutes } from './readings.ts'
import { logRoutes } from './log.ts'
import { oidcRoutes } from './oidc.ts'
import { operationRoutes } from './operations.ts'
import { reportRoutes } from './reports.ts'
import { secretRoutes } from './secrets.ts'
import { sessionRoutes } from './sessions.ts'
import { settingRoutes } from './settings.ts'
import { fleetRoutes } from './fleet.ts'
import { silenceRoutes } from './silences.ts'
import { runbookRoutes } from './runbooks.ts'
import { ruleRoutes } from './rules.ts'
import { taskKindRoutes } from './task-kinds.ts'
import { taskScheduleRoutes } from './task-schedules.ts'
import { taskRoutes } from './tasks.ts'
import { userRoutes } from './users.ts'

const served = [
  ...healthRoutes,
  ...authRoutes,
  ...oidcRoutes,
  ...sessionRoutes,
  ...secretRoutes,
  ...userRoutes,
  ...alertRoutes,
  ...silenceRoutes,
  ...fleetRoutes,
  ...monitoringRoutes,
  ...consistencyRoutes,
  ...catalogueRoutes,
  ...notificationRoutes,
  ...channelRoutes,
  ...operationRoutes,
  ...readingRoutes,
  ...logRoutes,
  ...settingRoutes,
  ...ruleRoutes,
  ...incidentRoutes,
  ...hardwareRoutes,
  // Before those whose path takes any id.
  ...taskKindRoutes,
  ...taskScheduleRoutes,
  ...taskRoutes,
  ...backupRoutes,
  ...databaseRoutes,
  ...reportRoutes,
  ...auditRoutes,
  ...runbookRoutes,
]

/** Every call of the interface. */
export const routes: readonly Route[] = [...served, ...docsRoutes(served)]
