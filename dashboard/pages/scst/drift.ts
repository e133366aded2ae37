import { grouped } from '../../ui/grouped.ts'
import type { Answer } from '../../wire/request.ts'

/** A place where SCST and its file disagree. */
export type Difference = Answer<'GET /monitoring/consistency/differences/:id'>

/**
 * A line of the diff. `-` stands in the file and does not run, `+` runs and does not stand in the file, `!` was there
 * once and does neither; a blank is what is around it.
 */
export interface DriftLine {
  sign: '-' | '+' | '!' | ' '
  /** How deep it is, from 0. */
  depth: number
  text: string
  /** The difference that it is of; null of what is around. */
  difference: string | null
  /** Both sides have it, with other values: the line with the other sign has that of the other side. */
  changed: boolean
}

/** The differences as lines of scst.conf, from the file to what runs; what is around them is there once. */
export function driftLines(differences: readonly Difference[]): readonly DriftLine[] {
  const inside = differences.map((difference) => ({ difference, path: around(difference) }))
  return nested(inside, 0)
}

interface Inside {
  difference: Difference
  path: readonly string[]
}

function nested(all: readonly Inside[], depth: number): DriftLine[] {
  const here = all.filter(({ path }) => path.length === depth)
  const deeper = grouped(
    all.filter(({ path }) => path.length > depth),
    ({ path }) => path[depth] ?? '',
  )
  return [
    ...here.flatMap(({ difference }) => linesOf(difference, depth)),
    ...[...deeper].flatMap(([text, within]) => [
      { sign: ' ' as const, depth, text, difference: null, changed: false },
      ...nested(within, depth + 1),
    ]),
  ]
}

/** What stands around it in the file. */
function around({ what, place, attribute }: Difference): readonly string[] {
  const { driver, target, group, device } = place
  const outer = [
    ...(driver === undefined ? [] : [`TARGET_DRIVER ${driver}`]),
    ...(target === undefined ? [] : [`TARGET ${target}`]),
    ...(group === undefined ? [] : [`GROUP ${group}`]),
    ...(device === undefined || what === 'lun' ? [] : [`DEVICE ${device}`]),
  ]
  // A thing as a whole stands in what holds it; an attribute, and what has its own line, stand inside.
  const isWhole = attribute === null && ['target', 'group', 'device'].includes(what)
  return isWhole ? outer.slice(0, -1) : outer
}

function linesOf(difference: Difference, depth: number): DriftLine[] {
  const { id, kind } = difference
  const line = (sign: DriftLine['sign'], role: 'live' | 'configured' | 'known'): DriftLine => ({
    ...{ sign, depth, difference: id, changed: kind === 'different' },
    text: textOf(difference, valueOf(difference, role)),
  })
  switch (kind) {
    case 'pending':
      return [line('-', 'configured')]
    case 'orphaned':
      return [line('+', 'live')]
    case 'missing':
      return isConfigured(difference) ? [line('-', 'configured')] : [line('!', 'known')]
    case 'different':
      return [line('-', 'configured'), line('+', 'live')]
  }
}

function isConfigured({ values }: Difference): boolean {
  return values.some(({ role, state }) => role === 'configured' && state === 'present')
}

/** What a side says; null where it says nothing. */
export function valueOf({ values }: Difference, of: string): string | null {
  return values.find(({ role }) => role === of)?.value ?? null
}

function textOf({ what, place, attribute }: Difference, value: string | null): string {
  const { lun, initiator, group, target, device } = place
  const shown = value === null ? '' : ` ${value}`
  if (what === 'lun') {
    return attribute === null || attribute === 'device'
      ? `LUN ${lun ?? ''}${shown}`
      : `LUN ${lun ?? ''} ${attribute}${shown}`
  }
  if (attribute !== null) return `${attribute}${shown}`
  if (what === 'initiator') return `INITIATOR ${initiator ?? value ?? ''}`
  if (what === 'group') return `GROUP ${group ?? value ?? ''}`
  if (what === 'target') return `TARGET ${target ?? value ?? ''}`
  if (what === 'device') return `DEVICE ${device ?? ''}${shown}`
  return `${what}${shown}`
}
