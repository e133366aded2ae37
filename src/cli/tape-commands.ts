import type { Listed } from './listed.ts'

/** What moves tapes. */
export const tapeCommands: readonly Listed[] = [
  {
    name: 'load',
    summary: 'load a cartridge into a drive, and wait until that is ready',
    load: async () => (await import('./tape.ts')).load,
  },
  {
    name: 'unload',
    summary: 'eject a cartridge and put it back',
    load: async () => (await import('./tape.ts')).unload,
  },
  {
    name: 'transfer',
    summary: 'move a cartridge from slot to slot',
    load: async () => (await import('./tape.ts')).transfer,
  },
  {
    name: 'exchange',
    summary: 'put another cartridge into a drive',
    load: async () => (await import('./tape.ts')).exchange,
  },
  {
    name: 'export',
    summary: 'move cartridges to where they can be taken out',
    load: async () => (await import('./tape.ts')).exportCartridges,
  },
  {
    name: 'import',
    summary: 'take in what is in the import/export elements',
    load: async () => (await import('./tape.ts')).importCartridges,
  },
  {
    name: 'inventory',
    summary: 'have the robot look at every element',
    load: async () => (await import('./tape.ts')).inventory,
  },
  {
    name: 'clean',
    summary: 'clean a drive with a cleaning cartridge',
    load: async () => (await import('./tape.ts')).clean,
  },
  {
    name: 'eject',
    summary: 'have a drive unload its medium',
    load: async () => (await import('./tape.ts')).eject,
  },
  {
    name: 'mtx-changer',
    summary: 'what Bacula and Bareos call for an autochanger',
    load: async () => (await import('./mtx-changer.ts')).mtxChanger,
  },
]
