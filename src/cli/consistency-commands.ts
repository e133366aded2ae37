import type { Listed } from './listed.ts'

/** What compares what there is with what ought to be. */
export const consistencyCommands: readonly Listed[] = [
  {
    name: 'consistency',
    summary: 'what is there against what ought to be, and how they differ',
    load: async () => (await import('./consistency.ts')).consistency,
  },
  {
    name: 'consistency check',
    summary: 'compare now',
    load: async () => (await import('./consistency.ts')).consistencyCheck,
  },
  {
    name: 'consistency ignore',
    summary: 'leave a difference alone',
    load: async () => (await import('./consistency-actions.ts')).consistencyIgnore,
  },
  {
    name: 'consistency heed',
    summary: 'count a difference again',
    load: async () => (await import('./consistency-actions.ts')).consistencyHeed,
  },
  {
    name: 'consistency import',
    summary: 'import the catalogue of the backup application',
    load: async () => (await import('./consistency-actions.ts')).consistencyImport,
  },
  {
    name: 'consistency reconcile',
    summary: 'what to do about differences; adopts them with --yes',
    load: async () => (await import('./consistency-reconcile.ts')).consistencyReconcile,
  },
]
