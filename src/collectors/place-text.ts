import type { ExportedLun } from './exported-luns.ts'
import type { TapeDrive } from './tape-drives.ts'

/** More LUNs than this are counted, not named. */
const LUNS_NAMED = 2

/**
 * What is one and the same drive, for people:
 * `drive 2 of library X = serial Y = /dev/sg7 = st1 = LUN 3 of target Z`. What is not known is left out.
 */
export function placeText(
  drive: Pick<TapeDrive, 'library' | 'serial' | 'paths' | 'tapeNode' | 'hctl' | 'exportedAs'>,
): string {
  const { library, serial, paths, tapeNode, hctl, exportedAs } = drive
  return [
    ...(library === null ? [] : [`drive ${library.element} of library ${library.serial}`]),
    serial === null ? `address ${hctl}` : `serial ${serial}`,
    paths.join(' and '),
    ...(tapeNode === null ? [] : [tapeNode]),
    ...(exportedAs === null || exportedAs.length === 0 ? [] : [exportText(exportedAs)]),
  ].join(' = ')
}

function exportText(luns: readonly ExportedLun[]): string {
  const named = luns.slice(0, LUNS_NAMED).map(lunText).join(' and ')
  return luns.length > LUNS_NAMED ? `${named} and ${luns.length - LUNS_NAMED} more` : named
}

function lunText({ lun, target, group }: ExportedLun): string {
  return `LUN ${lun} of target ${target}${group === null ? '' : ` for group ${group}`}`
}
