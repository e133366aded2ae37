import { attributeValue, type ScstConfig, type TargetConfig } from '../config.ts'

/** A target that is enabled and has an identifier that somebody has given it. */
interface Identified {
  name: string
  id: string
}

/**
 * Why relative target port identifiers cannot be as they are wanted: of targets that are enabled each has one of its own,
 * or EBADSLT (scst_sysfs.c), and two that change theirs for each other would have the same in between.
 */
export function identifierProblems(running: ScstConfig, wanted: ScstConfig): string[] {
  const want = identified(wanted)
  const has = identified(running)
  const doubled = want.flatMap(({ name, id }, index) => {
    const other = want.slice(0, index).find((one) => one.id === id)
    return other === undefined
      ? []
      : [`the targets ${other.name} and ${name} both have the rel_tgt_id ${id}`]
  })
  const swapped = want.flatMap(({ name, id }) => {
    const before = has.find((one) => one.name === name)
    if (before === undefined || before.id === id) return []
    const holder = has.find((one) => one.name !== name && one.id === id)
    const stays = want.some((one) => one.name === holder?.name)
    return holder === undefined || !stays || doubled.length > 0
      ? []
      : [
          `the rel_tgt_id ${id} of the target ${name} is still that of ${holder.name}: disable both first`,
        ]
  })
  return [...doubled, ...swapped]
}

function identified({ drivers }: ScstConfig): Identified[] {
  return drivers.flatMap(({ targets }) => targets.flatMap(identifierOf))
}

function identifierOf({ name, attributes }: TargetConfig): Identified[] {
  const id = Number(attributeValue(attributes, 'rel_tgt_id') ?? '0')
  const isEnabled = attributeValue(attributes, 'enabled') === '1'
  return isEnabled && id > 0 ? [{ name, id: String(id) }] : []
}
