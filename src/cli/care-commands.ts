import type { Listed } from './listed.ts'

/** What looks after the daemon itself. */
export const careCommands: readonly Listed[] = [
  {
    name: 'backup',
    summary: 'write down all that the daemon remembers, and verify it',
    load: async () => (await import('./backup.ts')).backup,
  },
  {
    name: 'restore',
    summary: 'make the database what a backup says',
    load: async () => (await import('./restore.ts')).restore,
  },
  {
    name: 'support-bundle',
    summary: 'write down what a fault report needs, without secrets',
    load: async () => (await import('./support-bundle.ts')).supportBundle,
  },
]
