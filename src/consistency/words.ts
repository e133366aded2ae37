import type { Difference, RawDifference, Remedy, Role, SideValue } from './difference.ts'

/** What an operator is told of a difference. */
export type Words = Pick<Difference, 'sentence' | 'action' | 'remedies' | 'toldBy'>

const ALL: readonly Remedy[] = ['adopt_live', 'restore_config', 'ignore']

/** The words for a difference of virtual media. */
export function vtlWords(difference: RawDifference): Words {
  const { kind, thing, attribute, note } = difference
  const { library = '', barcode = '' } = thing.place
  const on = sides(difference)
  const where = on('live')?.value ?? on('configured')?.value ?? null
  const isConfigured = on('configured')?.state === 'present'
  const media = on('data')?.source ?? ''
  const file = on('configured')?.source ?? 'library_contents'
  const cartridge = `The cartridge ${barcode} of the library ${library}`
  const told = { remedies: ALL, toldBy: null }
  if (kind === 'different') return { ...told, ...vtlDifferent(difference, attribute ?? '') }
  if (kind === 'missing') {
    return {
      ...told,
      sentence: `${cartridge}${where === null ? '' : `, ${where},`} has no data: ${note ?? `there is no medium of it below ${media}`}.`,
      action:
        `Find out who removed it, and restore its directory from a copy. If it was removed on purpose take it out of ` +
        `${file}, and adopt the live state.`,
      // The rule about media sees directories, and not into them.
      toldBy: isConfigured && note === undefined ? MEDIUM_MISSING : null,
    }
  }
  if (kind === 'pending') {
    const isMade = on('data')?.state === 'present'
    return {
      ...told,
      sentence: isMade
        ? `${cartridge} is in ${file} (${where ?? 'somewhere'}), and the library does not have it yet.`
        : `${cartridge} is in ${file} (${where ?? 'somewhere'}), and there is no medium of it below ${media}.`,
      action: isMade
        ? 'The library reads the file when it starts: restart its daemon when nothing runs in it.'
        : 'Make the medium with mktape, or take it out of the file.',
      toldBy: isMade ? null : MEDIUM_MISSING,
    }
  }
  const isLive = on('live')?.state === 'present'
  const isStored = on('data')?.state !== 'absent'
  return {
    ...told,
    sentence: isLive
      ? `${cartridge} is in ${where ?? 'it'} and not in ${file}: when the library starts again it is not there any more.`
      : `The medium ${barcode} below ${media} is in no slot of ${file}${on('live')?.state === 'absent' ? ', nor in the library' : ''}.`,
    action:
      isLive || !isStored
        ? `Add it to ${file}.`
        : `Add it to an empty slot of ${file}, or move its directory away when nobody needs it.`,
  }
}

const MEDIUM_MISSING = 'VtlMediumMissing'

function vtlDifferent(
  difference: RawDifference,
  attribute: string,
): Pick<Words, 'sentence' | 'action'> {
  const { thing, values } = difference
  const { library = '', barcode = '' } = thing.place
  const told = valuesText(values)
  if (attribute === 'cartridges') {
    return {
      sentence: `The barcode ${barcode} is there more than once in the library ${library}: ${told}.`,
      action:
        'Give each medium a barcode of its own in library_contents: both slots lead to the same data.',
    }
  }
  if (attribute === 'memory') {
    return {
      sentence: `The medium ${barcode} of the library ${library} does not fit its memory: ${dataText(values)}.`,
      action:
        'Do not write to it. Find out whether its directory was copied or renamed, and make a medium of its own.',
    }
  }
  if (attribute === 'files') {
    return {
      sentence: `The medium ${barcode} of the library ${library} is not whole: it is ${dataText(values)}.`,
      action: 'Do not load it. Restore the files that it lacks from a copy, or make it anew.',
    }
  }
  const words = ATTRIBUTES[attribute] ?? attribute
  return {
    sentence: `The library ${library} has another number of ${words} than it is configured with: ${told}.`,
    action:
      'What was added at run time is gone when the library starts again, and what was added to the file comes then. ' +
      'Write what is right to library_contents.',
  }
}

const ATTRIBUTES: Readonly<Record<string, string>> = {
  slots: 'slots',
  import_export_slots: 'import/export slots',
  drives: 'drives',
  unlabelled: 'cartridges without a label',
}

/** The words for a difference of SCST. */
export function scstWords(difference: RawDifference): Words {
  const { kind, thing, attribute } = difference
  const on = sides(difference)
  const file = on('configured')?.source ?? 'the configuration file'
  const name = scstName(thing)
  const inFile = on('configured')?.state === 'present'
  const told = { remedies: ALL, toldBy: DIFFERS }
  if (kind === 'missing') {
    return {
      ...told,
      sentence: inFile
        ? `${name} was there and is not any more, though ${file} configures it.`
        : `${name} was there, and is neither running nor in ${file} any more.`,
      action: inFile
        ? 'Find out who removed it. Add it again, or take it out of the file as well.'
        : 'If it was removed on purpose adopt the live state; otherwise configure it again.',
      toldBy: thing.what === 'target' ? 'TargetMissing' : inFile ? DIFFERS : null,
    }
  }
  if (kind === 'pending') {
    return {
      ...told,
      sentence: `${name} is configured in ${file} and not running.`,
      action: 'Add it to what runs, or take it out of the file.',
    }
  }
  if (kind === 'orphaned') {
    return {
      ...told,
      sentence: `${name}${SHOWN.includes(thing.what) ? shownText(on('live')) : ''} runs and is not in ${file}: a restart takes it away.`,
      action:
        'Find out who added it and whether it ought to be there. Write it to the file, or remove it from what runs.',
    }
  }
  const running = on('live')?.value ?? 'not set'
  return {
    ...told,
    sentence: `${attribute ?? ''} of ${lowerFirst(name)} is ${running}, and ${on('configured')?.value ?? 'not set'} in ${file}.`,
    action: 'Decide which value is right, and write it to the other side.',
  }
}

/** Things of SCST that are more than their name. */
const SHOWN: readonly string[] = ['device', 'lun']

const DIFFERS = 'ScstConfigurationDiffers'

/** A thing of SCST in words, at the begin of a sentence. */
export function scstName({ what, place }: RawDifference['thing']): string {
  const { device, driver, target, group, lun, initiator } = place
  const ofTarget = `the target ${target ?? ''} (${driver ?? ''})`
  const inside = group === undefined ? ofTarget : `the group ${group} of ${ofTarget}`
  if (what === 'device') return `The device ${device ?? ''}`
  if (what === 'driver') return `The target driver ${driver ?? ''}`
  if (what === 'target') return `T${ofTarget.slice(1)}`
  if (what === 'group') return `T${inside.slice(1)}`
  if (what === 'lun') return `LUN ${lun ?? ''} of ${inside}`
  return `The initiator ${initiator ?? ''} in ${inside}`
}

function lowerFirst(name: string): string {
  return name.startsWith('The ') ? `t${name.slice(1)}` : name
}

/** The words for a difference of the libraries. */
export function libraryWords(difference: RawDifference): Words {
  const { kind, thing, attribute, values } = difference
  const on = sides(difference)
  const barcode = thing.place.barcode ?? thing.name
  const catalogue = on('configured')?.source ?? 'the catalogue'
  const told = { remedies: ['adopt_live', 'ignore'] as const, toldBy: null }
  if (kind === 'missing') {
    const was = on('known')?.value ?? on('configured')?.value
    return {
      ...told,
      sentence: `The cartridge ${barcode} is in no library any more${was == null ? '' : `; it was last in ${was}`}.`,
      action:
        'Look for it in the library and around it, and have the library take its inventory. If it was taken out on ' +
        'purpose adopt the live state, or say in the catalogue where it is.',
    }
  }
  if (kind === 'pending') {
    return {
      ...told,
      sentence: `The cartridge ${barcode} of ${catalogue} has been in no library yet.`,
      action: 'Put it in, or import a catalogue that says where it is.',
    }
  }
  if (kind === 'orphaned') {
    return {
      ...told,
      sentence: `The cartridge ${barcode}${shownText(on('live'))} is not in ${catalogue}.`,
      action:
        'Have the backup application label or import it, or import a newer catalogue. It may hold data nobody knows of.',
    }
  }
  if (attribute === 'is_in') {
    return {
      ...told,
      sentence: `The cartridge ${barcode} is in a library, and ${catalogue} says that it is elsewhere.`,
      action: 'Correct its location in the backup application.',
    }
  }
  if (attribute === 'memory') {
    return {
      ...told,
      sentence: `The cartridge ${barcode} does not fit its memory: ${dataText(values)}.`,
      action:
        'Find out which of the two is right before it is written to: it may carry the label of another.',
    }
  }
  return {
    ...told,
    sentence: `The barcode ${barcode} is on more than one cartridge: ${valuesText(values)}.`,
    action: 'Give one of them another label before a backup is written to the wrong one.',
  }
}

function shownText(side: SideValue | undefined): string {
  return side?.value == null ? '' : ` (${side.value})`
}

function valuesText(values: readonly SideValue[]): string {
  return values
    .filter(({ value }) => value !== null)
    .map(({ source, value }) => `${value ?? ''} by ${source}`)
    .join(', ')
}

/** What is said of the data. */
function dataText(values: readonly SideValue[]): string {
  return values.find(({ role }) => role === 'data')?.value ?? 'unknown'
}

function sides({ values }: RawDifference) {
  return (role: Role): SideValue | undefined => values.find((one) => one.role === role)
}
