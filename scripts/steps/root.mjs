import { fileURLToPath } from 'node:url'

/** The folder of package.json. Works on any Node with modules, so that an old one can be told apart. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')
