import { deviceConfFaults, libraryIn, parseDeviceConf } from './device-conf.ts'
import { libraryContentsFaults, parseLibraryContents } from './library-contents.ts'

/** The longest file of mhvtl that is written, in characters; a slot takes about twenty. */
export const MOST_VTL_FILE = 512 * 1024
/** mhvtl's daemons read lines of so many characters at most (MALLOC_SZ). */
const LONGEST_LINE = 255

/**
 * What a line of a new device may say. Not `movecommand`, which mhvtl runs as root at each move, nor `fifo`, which it
 * waits for: nothing that is written here makes a daemon of root run or open something of somebody's choice.
 */
const NEW_FIELDS: Readonly<Record<string, RegExp>> = {
  'vendor identification': /^[A-Z0-9]{1,8}$/,
  'product identification': /^[A-Za-z0-9][A-Za-z0-9 .-]{0,15}$/,
  'product revision level': /^[A-Za-z0-9.]{1,4}$/,
  'unit serial number': /^[A-Z0-9_]{1,10}$/,
  naa: /^[0-9a-f:]{15,23}$/,
  'home directory': /^(?:\/[A-Za-z0-9_][A-Za-z0-9_.-]*)+$/,
  persist: /^(?:True|False)$/,
  backoff: /^[1-9]\d{1,4}$/,
  compression: /^factor [1-9] enabled [01]$/,
  'compression type': /^(?:lzo|zlib)$/,
}

/** Whether a path is a folder directly below another one. */
export function isDirectlyBelow(path: string, folder: string): boolean {
  const name = path.startsWith(`${folder}/`) ? path.slice(folder.length + 1) : ''
  return /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/.test(name)
}

/**
 * Why a text is not written as device.conf; null when it is. It has to begin with all that is there, to the byte, and
 * add devices of nothing but harmless lines, whose media are below `homePath`.
 */
export function forbiddenDeviceConf(
  text: string,
  present: string,
  homePath: string,
): string | null {
  const fault = longLine(text)
  if (fault !== null) return fault
  if (!text.startsWith(present.replace(/\n*$/, '\n'))) return 'it changes what is there already'
  try {
    const before = parseDeviceConf(present)
    const after = parseDeviceConf(text)
    const faults = deviceConfFaults(after)
    if (faults.length > 0) return faults[0] ?? null
    const added = after.devices.slice(before.devices.length)
    const start = added[0]?.from ?? after.lines.length
    // Whoever adds lines adds devices: a comment or a field behind what is there would be of one that is there.
    const known = present.replace(/\n*$/, '').split('\n').length
    if (after.lines.slice(known, start).some((line) => line !== '')) {
      return 'it adds lines to what is there already'
    }
    for (const { number, from, to, fields } of added) {
      for (const line of after.lines.slice(from, to)) {
        if (/[^\x20-\x7e]/.test(line) || line.trimStart().startsWith('#')) {
          return `device ${number}: a line is none of a device`
        }
      }
      for (const [name, value] of fields) {
        const pattern = NEW_FIELDS[name]
        if (pattern?.test(value) !== true) return `device ${number}: ${name} may not be said`
      }
      const home = fields.get('home directory')
      if (home !== undefined && !isDirectlyBelow(home, homePath)) {
        return `device ${number}: its home directory is none directly below ${homePath}`
      }
    }
    return null
  } catch (error) {
    return (error as Error).message
  }
}

/** Why a text is not written as the contents of a library; null when it is. */
export function forbiddenContents(
  text: string,
  library: number,
  deviceConf: string,
): string | null {
  const fault = longLine(text)
  if (fault !== null) return fault
  try {
    if (libraryIn(parseDeviceConf(deviceConf), library) === null) {
      return `device.conf has no library ${library}`
    }
    return libraryContentsFaults(parseLibraryContents(text))[0] ?? null
  } catch (error) {
    return (error as Error).message
  }
}

function longLine(text: string): string | null {
  if (text.length > MOST_VTL_FILE) return 'it is too long'
  if (/[\0\r]/.test(text)) return 'it has bytes in it that are none of a text'
  return text.split('\n').some((line) => line.length > LONGEST_LINE) ? 'a line is too long' : null
}
