import type { Attribute } from '../config.ts'
import { Secret } from '../secret.ts'
import type { AttributePair } from './attributes.ts'
import type { Planning } from './plan.ts'
import { step, type ScstStep } from './step.ts'

/** Where attributes of which there can be several are added and removed, and whose they are. */
export interface ListPlace {
  mgmt: string
  /** The name of the target before the attribute; nothing for those of the driver. */
  prefix: string
  what: string
  lists: readonly string[]
}

/**
 * Adds and removes values of attributes of which there can be several: passwords and portals. Each of them restricts
 * who gets in, so what is new is added before the old is removed; a password that changes has to go first, and while
 * it is gone nobody may be let in (`isSwapped`).
 */
export function listSteps(
  { mgmt, prefix, what, lists }: ListPlace,
  { wanted, running }: AttributePair,
  { problem, note }: Pick<Planning, 'problem' | 'note'>,
): { steps: ScstStep[]; isSwapped: boolean } {
  const verb = prefix === '' ? 'attribute' : 'target_attribute'
  const write = (phase: ScstStep['phase'], does: 'add' | 'del', { name, value }: Attribute) => {
    const target = prefix === '' ? '' : ` ${prefix}`
    const head = `${does}_${verb}${target} ${name}`
    const said = value instanceof Secret ? (value.user ?? '') : value
    const isPassword = does === 'add' && value instanceof Secret
    return step({
      ...{ phase, path: mgmt },
      text: isPassword ? new Secret(`${head} ${value.reveal()}`) : `${head} ${said}`,
      shown: isPassword ? `${head} ${said} ***` : `${head} ${said}`,
      words: `${does === 'add' ? 'Add' : 'Remove'} ${name} ${said} of ${what}.`,
    })
  }
  const steps: ScstStep[] = []
  let isSwapped = false
  for (const list of lists) {
    const want = unique(
      wanted.filter(({ name }) => baseOf(name, lists) === list),
      list,
    )
    const has = running.filter(({ name }) => name === list)
    if (has.some(({ value }) => keyOf(value) === null)) {
      if (has.length === want.length)
        note(`${list} of ${what} cannot be read, and is left as it is.`)
      else problem(`${list} of ${what} cannot be read, so it is not known which to add or remove`)
      continue
    }
    const hasKeys = new Map(has.map((one) => [keyOf(one.value), one]))
    const wantKeys = new Set(want.map((one) => keyOf(one.value)))
    for (const one of want) {
      const before = hasKeys.get(keyOf(one.value))
      if (before === undefined) {
        // There can be one outgoing user, so the old one goes first; it lets nobody in.
        steps.push(write('restrict target', 'add', one))
      } else if (isOtherPassword(one.value, before.value)) {
        isSwapped = true
        steps.push(write('set target', 'del', before), write('restrict target', 'add', one))
      }
    }
    for (const one of has) {
      if (wantKeys.has(keyOf(one.value))) continue
      steps.push(write(list === 'OutgoingUser' ? 'set target' : 'lift restriction', 'del', one))
    }
  }
  return { steps, isSwapped }
}

/** The list that the name of an attribute belongs to: IncomingUser1 to IncomingUser. */
export function baseOf(name: string, lists: readonly string[]): string {
  const base = name.replace(/\d+$/, '')
  return lists.includes(base) ? base : name
}

function unique(attributes: readonly Attribute[], name: string): Attribute[] {
  const byKey = new Map(attributes.map(({ value }) => [keyOf(value), { name, value }]))
  return [...byKey.values()]
}

/** What tells a value from others of the list: the user of a password. */
function keyOf(value: Attribute['value']): string | null {
  return value instanceof Secret ? value.user : value
}

function isOtherPassword(wanted: Attribute['value'], running: Attribute['value']): boolean {
  if (!(wanted instanceof Secret) || !(running instanceof Secret)) return false
  return wanted.isKnown && running.isKnown && wanted.reveal() !== running.reveal()
}
