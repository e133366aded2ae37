import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { delimiter, join } from 'node:path'
import type { Native } from './native.ts'

/** The addon, or in words why there is none. */
export type LoadedNative = { native: Native } | { missing: string }

/** Below the folder of package.json. */
const ADDON = 'native-bindings/build/Release/storwarden.node'
const EXPORTS: readonly (keyof Native)[] = [
  ...(['sgIo', 'read', 'readAttributes', 'uevents', 'notify'] as const),
  ...(['peerOf', 'takeListener', 'sendEach', 'tcpListeners', 'busy'] as const),
]
const HOW = 'npm run build'

/**
 * Loads the addon that was built for the program whose file this is, from the sources or from dist. Never
 * throws: the daemon runs without it, and says so.
 */
export function loadNative(
  program: string = import.meta.dirname,
  path: string = process.env.PATH ?? '',
): LoadedNative {
  const addon = find(program)
  if (addon === null) return { missing: `${ADDON} was never built: ${howToBuild(path)}` }
  let loaded: Partial<Native>
  try {
    loaded = createRequire(addon)(addon) as Partial<Native>
  } catch (error) {
    return { missing: `${addon} cannot be loaded (${firstLine(error)}): ${HOW}` }
  }
  const lacking = EXPORTS.filter((name) => typeof loaded[name] !== 'function')
  if (lacking.length === 0) return { native: loaded as Native }
  return { missing: `${addon} is older than the program, without ${lacking.join(', ')}: ${HOW}` }
}

/** The addon, or null, and then it is said why there is none. */
export function nativeOrNone(warn: (message: string) => void): Native | null {
  const addon = loadNative()
  if ('native' in addon) return addon.native
  warn(`no native addon: ${addon.missing}`)
  return null
}

/** The sources are two folders below that of package.json, the build is three. */
function find(program: string): string | null {
  const folders = [join(program, '../..'), join(program, '../../..')]
  return folders.map((folder) => join(folder, ADDON)).find((file) => existsSync(file)) ?? null
}

function howToBuild(path: string): string {
  const lacking = ['g++', 'make', 'python3'].filter(
    (command) => !path.split(delimiter).some((folder) => existsSync(join(folder, command))),
  )
  if (lacking.length === 0) return HOW
  return `there is no ${lacking.join(', no ')}; apt-get install g++ make python3, then ${HOW}`
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error)
  return message.split('\n', 1)[0] ?? message
}
