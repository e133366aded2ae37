import { careCommands } from './care-commands.ts'
import type { Listed } from './listed.ts'
import { consistencyCommands } from './consistency-commands.ts'
import { tapeCommands } from './tape-commands.ts'
import { taskCommands } from './task-commands.ts'

/** All of them, as help lists them. */
export const commands: readonly Listed[] = [
  {
    name: 'status',
    summary: 'how the appliance is, in a few lines',
    load: async () => (await import('./status.ts')).status,
  },
  {
    name: 'alerts',
    summary: 'what is wrong, the gravest first; of one all that is known of it',
    load: async () => (await import('./alerts.ts')).alerts,
  },
  {
    name: 'ack',
    summary: 'tell the others that somebody looks after an alert',
    load: async () => (await import('./alert-actions.ts')).ack,
  },
  {
    name: 'resolve',
    summary: 'end an alert by hand',
    load: async () => (await import('./alert-actions.ts')).resolve,
  },
  {
    name: 'rules show',
    summary: 'one rule, with its query',
    load: async () => (await import('./rules.ts')).rulesShow,
  },
  {
    name: 'rules add',
    summary: 'write a rule',
    load: async () => (await import('./rule-writing.ts')).rulesAdd,
  },
  {
    name: 'rules edit',
    summary: 'change a rule',
    load: async () => (await import('./rule-writing.ts')).rulesEdit,
  },
  {
    name: 'rules delete',
    summary: 'remove a rule; its alerts end',
    load: async () => (await import('./rules.ts')).rulesDelete,
  },
  {
    name: 'rules test',
    summary: 'what a rule says now, and would have said',
    load: async () => (await import('./rule-test.ts')).rulesTest,
  },
  {
    name: 'rules',
    summary: 'what alerts are raised for',
    load: async () => (await import('./rules.ts')).rules,
  },
  {
    name: 'incidents open',
    summary: 'open an incident',
    load: async () => (await import('./incident-writing.ts')).incidentsOpen,
  },
  {
    name: 'incidents note',
    summary: 'write a note about an incident',
    load: async () => (await import('./incident-writing.ts')).incidentsNote,
  },
  {
    name: 'incidents assign',
    summary: 'say who looks after an incident',
    load: async () => (await import('./incident-writing.ts')).incidentsAssign,
  },
  {
    name: 'incidents resolve',
    summary: 'say that the trouble is over',
    load: async () => (await import('./incident-writing.ts')).incidentsResolve,
  },
  {
    name: 'incidents close',
    summary: 'say that the work on an incident is done',
    load: async () => (await import('./incident-writing.ts')).incidentsClose,
  },
  {
    name: 'incidents report',
    summary: 'the report about an incident, as Markdown',
    load: async () => (await import('./incidents.ts')).incidentsReport,
  },
  {
    name: 'incidents',
    summary: 'trouble that people look after; of one all that is known',
    load: async () => (await import('./incidents.ts')).incidents,
  },
  {
    name: 'notifications show',
    summary: 'what a message says, and each attempt to send it',
    load: async () => (await import('./notifications.ts')).notificationsShow,
  },
  {
    name: 'notifications test',
    summary: 'send a test message, on one channel or on all',
    load: async () => (await import('./notifications.ts')).notificationsTest,
  },
  {
    name: 'notifications',
    summary: 'who was told what, and what became of it',
    load: async () => (await import('./notifications.ts')).notifications,
  },
  {
    name: 'events',
    summary: 'what happened, the newest first',
    load: async () => (await import('./events.ts')).events,
  },
  {
    name: 'silence',
    summary: 'have channels not told of some alerts for a time',
    load: async () => (await import('./silence.ts')).silence,
  },
  {
    name: 'silence list',
    summary: 'what is muted, and for how long',
    load: async () => (await import('./silences.ts')).silenceList,
  },
  {
    name: 'silence end',
    summary: 'end a silence',
    load: async () => (await import('./silences.ts')).silenceEnd,
  },
  ...consistencyCommands,
  {
    name: 'libraries',
    summary: 'tape libraries; of one its drives and slots',
    load: async () => (await import('./libraries.ts')).libraries,
  },
  {
    name: 'drives',
    summary: 'tape drives, what is in them and what they do',
    load: async () => (await import('./drives.ts')).drives,
  },
  {
    name: 'targets',
    summary: 'SCST targets; of one its LUNs, groups and sessions',
    load: async () => (await import('./targets.ts')).targets,
  },
  {
    name: 'repository',
    summary: 'disk repositories, and how full they are',
    load: async () => (await import('./repository.ts')).repository,
  },
  ...tapeCommands,
  {
    name: 'scst plan',
    summary: 'what makes SCST what scst.conf says',
    load: async () => (await import('./scst.ts')).scstPlan,
  },
  {
    name: 'scst apply',
    summary: 'make SCST what scst.conf says; with --yes it is done',
    load: async () => (await import('./scst.ts')).scstApply,
  },
  {
    name: 'scst export',
    summary: 'export a tape library with its drives to initiators',
    load: async () => (await import('./scst.ts')).scstExport,
  },
  ...taskCommands,
  {
    name: 'forecast',
    summary: 'when file systems, pools, slots and cartridges will be used up',
    load: async () => (await import('./forecast.ts')).forecast,
  },
  {
    name: 'fleet forget',
    summary: 'forget an appliance that is gone for good',
    load: async () => (await import('./fleet.ts')).fleetForget,
  },
  {
    name: 'fleet',
    summary: 'the appliances of a fleet, and how they are',
    load: async () => (await import('./fleet.ts')).fleet,
  },
  {
    name: 'operations recent',
    summary: 'the last things that the daemon did to the machine',
    load: async () => (await import('./operations.ts')).operationsRecent,
  },
  {
    name: 'operations log',
    summary: 'have each of them logged, or not',
    load: async () => (await import('./operations.ts')).operationsLog,
  },
  {
    name: 'operations',
    summary: 'what the daemon did to the machine, and how that went',
    load: async () => (await import('./operations.ts')).operations,
  },
  {
    name: 'log level',
    summary: 'have the daemon say more in its log, or less',
    load: async () => (await import('./log.ts')).logLevel,
  },
  {
    name: 'log',
    summary: 'the level of the log of the daemon, and whether lines were lost',
    load: async () => (await import('./log.ts')).log,
  },
  {
    name: 'record',
    summary: 'write down what this machine says, without its secrets',
    load: async () => (await import('./record.ts')).record,
  },
  {
    name: 'doctor',
    summary: 'whether this machine has what storwarden needs',
    load: async () => (await import('./doctor.ts')).doctor,
  },
  ...careCommands,
  {
    name: 'token create',
    summary: 'make an API token',
    load: async () => (await import('./token.ts')).tokenCreate,
  },
  {
    name: 'user list',
    summary: 'who can log in',
    load: async () => (await import('./users.ts')).userList,
  },
  {
    name: 'user create',
    summary: 'make a user; prints his one-time password',
    load: async () => (await import('./users.ts')).userCreate,
  },
  {
    name: 'user role',
    summary: 'change what a user may do',
    load: async () => (await import('./users.ts')).userRole,
  },
  {
    name: 'user disable',
    summary: 'let a user in no more',
    load: async () => (await import('./users.ts')).userDisable,
  },
  {
    name: 'user enable',
    summary: 'let a user in again',
    load: async () => (await import('./users.ts')).userEnable,
  },
  {
    name: 'user delete',
    summary: 'delete a user, with his sessions and API tokens',
    load: async () => (await import('./users.ts')).userDelete,
  },
  {
    name: 'user reset-password',
    summary: 'replace the password of a user by a one-time password',
    load: async () => (await import('./passwd.ts')).userResetPassword,
  },
  {
    name: 'passwd',
    summary: 'change the own password',
    load: async () => (await import('./passwd.ts')).passwd,
  },
  {
    name: 'migrate',
    summary: 'bring the schema of the database up to date',
    load: async () => (await import('./migrate.ts')).migrateCommand,
  },
  {
    name: 'check-config',
    summary: 'name every fault of the configuration',
    load: async () => (await import('./check-config.ts')).checkConfig,
  },
]
