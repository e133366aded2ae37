/** A command of mhvtl, or of systemd for its units. */
export type VtlCommand =
  | { command: 'unit'; action: UnitAction; kind: 'library' | 'drive'; device: number }
  /** Has systemd ask mhvtl's generator which units there are. */
  | { command: 'reload_units' }
  | {
      command: 'make_medium'
      library: number
      barcode: string
      type: 'data' | 'WORM' | 'clean'
      /** Of LTO. */
      generation: number
      /** MiB. */
      size: number
    }
  | { command: 'write_protect'; library: number; barcode: string; on: boolean }
  | { command: 'online' | 'offline'; device: number }
  /** `flags`: 16 hexadecimal digits, the lowest bit for flag 1. */
  | { command: 'tape_alert'; device: number; flags: string }

/** What is done to a unit. */
export type UnitAction = (typeof UNIT_ACTIONS)[number]
/** All of it. */
export const UNIT_ACTIONS = ['start', 'stop', 'restart', 'reset-failed'] as const

/** A barcode as mhvtl takes it; what begins with a hyphen would be an option. */
export const VTL_BARCODE = /^[A-Za-z0-9_][A-Za-z0-9_-]{0,15}$/
/** Flags of TapeAlert, as `vtlcmd N TapeAlert` takes them. */
export const VTL_FLAGS = /^[0-9a-f]{16}$/
/** The highest number of a device: VTLCMD_Q of mhvtl's usr/q.h is the next one. */
export const MOST_VTL_DEVICE = 32_767

/** The unit of a library's or a drive's daemon. */
export function vtlUnit(kind: 'library' | 'drive', device: number): string {
  return `${kind === 'library' ? 'vtllibrary' : 'vtltape'}@${device}.service`
}

/** The command line: mktape(1), edit_tape(1), vtlcmd(1), systemctl(1). */
export function vtlArgv(of: VtlCommand): readonly string[] {
  switch (of.command) {
    case 'unit':
      return ['systemctl', '--no-ask-password', of.action, vtlUnit(of.kind, of.device)]
    case 'reload_units':
      return ['systemctl', '--no-ask-password', 'daemon-reload']
    case 'make_medium':
      return [
        ...['mktape', '-l', String(of.library), '-m', of.barcode, '-s', String(of.size)],
        ...['-t', of.type, '-d', `LTO${of.generation}`],
      ]
    case 'write_protect':
      return [
        ...['edit_tape', '-l', String(of.library), '-m', of.barcode],
        ...['-w', of.on ? 'on' : 'off'],
      ]
    case 'online':
    case 'offline':
      return ['vtlcmd', String(of.device), of.command]
    case 'tape_alert':
      return ['vtlcmd', String(of.device), 'TapeAlert', of.flags]
  }
}

/** Which command this command line is; null where it is none. */
export function vtlCommandOf(argv: readonly string[]): VtlCommand | null {
  const read = candidate(argv)
  const isSame = read !== null && JSON.stringify(vtlArgv(read)) === JSON.stringify(argv)
  return isSame ? read : null
}

function candidate(argv: readonly string[]): VtlCommand | null {
  const [tool, ...words] = argv
  if (tool === 'systemctl') return unitCommand(words)
  if (tool === 'vtlcmd') return deviceCommand(words)
  const library = numberOf(words[1])
  const barcode = words[3] ?? ''
  if (library === null || !VTL_BARCODE.test(barcode)) return null
  if (tool === 'edit_tape') {
    return { command: 'write_protect', library, barcode, on: words[5] === 'on' }
  }
  const type = (['data', 'WORM', 'clean'] as const).find((one) => one === words[7])
  const size = numberOf(words[5])
  const generation = numberOf(words[9]?.replace(/^LTO/, ''))
  if (tool !== 'mktape' || type === undefined || size === null || generation === null) return null
  return { command: 'make_medium', library, barcode, type, generation, size }
}

function unitCommand([, action, unit = '']: readonly string[]): VtlCommand | null {
  if (action === 'daemon-reload') return { command: 'reload_units' }
  const known = UNIT_ACTIONS.find((one) => one === action)
  const [, name, digits] = /^(vtllibrary|vtltape)@(\d+)\.service$/.exec(unit) ?? []
  const device = numberOf(digits)
  if (known === undefined || device === null) return null
  return {
    ...{ command: 'unit', action: known, device },
    kind: name === 'vtllibrary' ? 'library' : 'drive',
  }
}

function deviceCommand([digits, word, flags = '']: readonly string[]): VtlCommand | null {
  const device = numberOf(digits)
  if (device === null) return null
  if (word === 'online' || word === 'offline') return { command: word, device }
  if (word !== 'TapeAlert' || !VTL_FLAGS.test(flags)) return null
  return { command: 'tape_alert', device, flags }
}

function numberOf(digits: string | undefined): number | null {
  return digits !== undefined && /^[1-9]\d{0,8}$/.test(digits) ? Number(digits) : null
}
