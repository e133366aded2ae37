import type { Listed } from './listed.ts'

/** What looks after the daemon itself. */
export const careCommands: readonly Listed[] = [
  {
    name: 'backup',
    summary: 'write down all that the daemon remembers, and verify it',
    load: async () => (await import('./backup.ts')).backup,
  },
  {
    name: 'backup list',
    summary: 'backups, and those that were restored to see that they can be',
    load: async () => (await import('./backup-list.ts')).backupList,
  },
  {
    name: 'restore',
    summary: 'make the database what a backup says',
    load: async () => (await import('./restore.ts')).restore,
  },
  {
    name: 'report weekly',
    summary: 'how the appliance was in the last days; sends it by mail with --send',
    load: async () => (await import('./report.ts')).reportWeekly,
  },
  {
    name: 'support-bundle',
    summary: 'write down what a fault report needs, without secrets',
    load: async () => (await import('./support-bundle.ts')).supportBundle,
  },
]
