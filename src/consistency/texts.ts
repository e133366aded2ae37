import type { Difference } from './difference.ts'

/** What would be changed in a file for it to say what is there: lines with `+` or `-`, and those around them. */
export interface FileText {
  path: string
  text: string
}

/**
 * The lines of scst.conf and library_contents that adopting the live state would add, remove or change. Nothing is
 * written: both belong to other programs. Pure.
 */
export function texts(differences: readonly Difference[]): FileText[] {
  const byPath = new Map<string, string[]>()
  for (const difference of differences) {
    const path = difference.values.find(({ role }) => role === 'configured')?.source
    const lines = difference.check === 'scst' ? scstLines(difference) : vtlLines(difference)
    if (path === undefined || lines.length === 0) continue
    byPath.set(path, [...(byPath.get(path) ?? []), ...lines])
  }
  return [...byPath].map(([path, lines]) => ({ path, text: `${lines.join('\n')}\n` }))
}

function vtlLines({ check, kind, what, place, values }: Difference): string[] {
  if (check !== 'vtl' || what !== 'medium' || kind === 'different') return []
  const shown = (role: string) => values.find((one) => one.role === role)?.value ?? null
  const barcode = place.barcode ?? ''
  if (kind === 'orphaned') {
    return [`+${slotLine(shown('live')) ?? 'Slot (an empty one)'}: ${barcode}`]
  }
  const line = slotLine(shown('configured'))
  return line === null ? [] : [`-${line}: ${barcode}`]
}

/** `Slot 5`, `MAP 1`; a cartridge in a drive came from a slot that is still its own. */
function slotLine(element: string | null): string | null {
  const [, kind, number] = /^(slot|import\/export slot) (\d+)/.exec(element ?? '') ?? []
  if (kind === undefined || number === undefined) return null
  return kind === 'slot' ? `Slot ${number}` : null
}

function scstLines(difference: Difference): string[] {
  const { kind, what, place, attribute, values } = difference
  const on = (role: string) => values.find((one) => one.role === role)
  const live = on('live')?.value ?? null
  const configured = on('configured')?.value ?? null
  const { device, driver, target, group, lun, initiator } = place
  const around = [
    ...(driver === undefined ? [] : [`TARGET_DRIVER ${driver}`]),
    ...(target === undefined || what === 'target' ? [] : [`TARGET ${target}`]),
    ...(group === undefined || what === 'group' ? [] : [`GROUP ${group}`]),
  ]
  if (kind === 'different') {
    const inner = what === 'target' ? [...around, `TARGET ${target ?? ''}`] : around
    const section = what === 'device' ? [`DEVICE ${device ?? ''}`] : inner
    const changed = lun === undefined ? [] : [`LUN ${lun}`]
    return framed(what === 'driver' ? around : [...section, ...changed], [
      `-${attribute ?? ''} ${configured ?? ''}`,
      `+${attribute ?? ''} ${live ?? ''}`,
    ])
  }
  const sign = kind === 'orphaned' ? '+' : '-'
  const value = kind === 'orphaned' ? live : configured
  if (kind === 'missing' && on('configured')?.state !== 'present') return []
  if (what === 'lun') return framed(around, [`${sign}LUN ${lun ?? ''} ${value ?? ''}`])
  if (what === 'initiator') return framed(around, [`${sign}INITIATOR ${initiator ?? ''}`])
  if (what === 'group') return framed(around, [`${sign}GROUP ${group ?? ''}`])
  if (what === 'target') return framed(around, [`${sign}TARGET ${target ?? ''}`])
  return framed([`HANDLER ${value ?? ''}`], [`${sign}DEVICE ${device ?? ''}`])
}

/** The lines inside the sections that hold them. */
function framed(sections: readonly string[], lines: readonly string[]): string[] {
  const [outer, ...inner] = sections
  if (outer === undefined) return [...lines]
  return [
    ` ${outer} {`,
    ...framed(inner, lines).map((line) => `${line.slice(0, 1)}\t${line.slice(1)}`),
    ' }',
  ]
}
