import { UsageError } from '../arguments.ts'
import { tapeCommand } from './tape-task.ts'

const ELEMENTS = `Elements are numbered as mtx does: drives from 0, slots from 1, import/export
elements behind the slots.`

const WHICH = 'CARTRIDGE is a barcode, or the number of the slot it is in.'

/** A cartridge by its barcode, or by the slot it is in. */
function cartridge(word: string): { slot: number } | { cartridge: string } {
  return /^\d{1,5}$/.test(word) ? { slot: Number(word) } : { cartridge: word }
}

function element(name: string, word: string): number {
  if (/^\d{1,5}$/.test(word)) return Number(word)
  throw new UsageError([`${name} ${word}: must be a number`])
}

/** So many words. Throws UsageError. */
function exactly(words: readonly string[], names: readonly string[], optional = 0): string[] {
  const missing = names[words.length]
  if (missing !== undefined && words.length < names.length - optional) {
    throw new UsageError([`${missing} is missing`])
  }
  const extra = words[names.length]
  if (extra !== undefined) throw new UsageError([`one word too many: ${extra}`])
  return [...words]
}

/** Puts a cartridge into a drive. */
export const load = tapeCommand({
  ...{ name: 'load', kind: 'tape_load', words: 'CARTRIDGE DRIVE', forceable: true },
  help: `Loads a cartridge into a drive, and waits until the drive is ready. ${WHICH}

${ELEMENTS}`,
  params(words) {
    const [which = '', drive = ''] = exactly(words, ['CARTRIDGE', 'DRIVE'])
    return { ...cartridge(which), drive: element('DRIVE', drive) }
  },
})

/** Takes a cartridge out of a drive. */
export const unload = tapeCommand({
  ...{ name: 'unload', kind: 'tape_unload', words: 'DRIVE|BARCODE [SLOT]', forceable: true },
  help: `Ejects what is in a drive, and puts it back to where it came from, or into SLOT.

${ELEMENTS}`,
  params(words) {
    const [what = '', slot] = exactly(words, ['DRIVE', 'SLOT'], 1)
    return {
      ...(/^\d{1,5}$/.test(what) ? { drive: Number(what) } : { cartridge: what }),
      ...(slot === undefined ? {} : { to: element('SLOT', slot) }),
    }
  },
})

/** Moves a cartridge from slot to slot. */
export const transfer = tapeCommand({
  ...{ name: 'transfer', kind: 'tape_transfer', words: 'CARTRIDGE SLOT', forceable: false },
  help: `Moves a cartridge from one slot or import/export element to another. ${WHICH}

${ELEMENTS}`,
  params(words) {
    const [which = '', slot = ''] = exactly(words, ['CARTRIDGE', 'SLOT'])
    return { ...cartridge(which), to: element('SLOT', slot) }
  },
})

/** Puts another cartridge into a drive. */
export const exchange = tapeCommand({
  ...{ name: 'exchange', kind: 'tape_exchange', words: 'CARTRIDGE DRIVE', forceable: true },
  help: `Puts back what is in a drive, and loads another cartridge into it. ${WHICH}

${ELEMENTS}`,
  params(words) {
    const [which = '', drive = ''] = exactly(words, ['CARTRIDGE', 'DRIVE'])
    return { ...cartridge(which), drive: element('DRIVE', drive) }
  },
})

/** Puts cartridges where they can be taken out. */
export const exportCartridges = tapeCommand({
  ...{ name: 'export', kind: 'tape_export', words: 'BARCODE...', forceable: true },
  help: `Moves cartridges into the import/export elements, as many as there is room for, and
says which are left.`,
  params(words) {
    if (words.length === 0) throw new UsageError(['BARCODE is missing'])
    return { cartridges: words }
  },
})

/** Takes in what was put there. */
export const importCartridges = tapeCommand({
  ...{ name: 'import', kind: 'tape_import', words: '[BARCODE...]', forceable: false },
  help: 'Moves what is in the import/export elements into free slots; only these, if some are named.',
  params: (words) => (words.length === 0 ? {} : { cartridges: words }),
})

/** Has the robot look. */
export const inventory = tapeCommand({
  ...{ name: 'inventory', kind: 'tape_inventory', words: '', forceable: false },
  help: `Has the robot look at every element, and says what is there that was not known. It is
busy for minutes.`,
  params(words) {
    exactly(words, [])
    return {}
  },
})

/** Cleans a drive. */
export const clean = tapeCommand({
  ...{ name: 'clean', kind: 'tape_clean', words: 'DRIVE [BARCODE]', forceable: true },
  help: `Cleans a drive with a cleaning cartridge of the library that is not used up, or with
the one that is named, and counts that.

${ELEMENTS}`,
  params(words) {
    const [drive = '', barcode] = exactly(words, ['DRIVE', 'BARCODE'], 1)
    return {
      drive: element('DRIVE', drive),
      ...(barcode === undefined ? {} : { cartridge: barcode }),
    }
  },
})

/** Has a drive give up its medium. */
export const eject = tapeCommand({
  ...{ name: 'eject', kind: 'tape_eject', words: 'DRIVE', forceable: true },
  help: `Has a drive rewind and unload its medium, which stays in it until it is taken.

${ELEMENTS}`,
  params(words) {
    const [drive = ''] = exactly(words, ['DRIVE'])
    return { drive: element('DRIVE', drive) }
  },
})
