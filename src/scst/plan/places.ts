import { ROOT } from './step.ts'

/** A write, as it may be shown. */
export interface ShownWrite {
  path: string
  shown: string
}

/**
 * What a write is about, from the outside in: `target/iscsi/iqn.x:t/group/hosts/lun/0`. What is part of something has its
 * place before its own. A move of an initiator is about both groups. Names have no slash in them.
 */
export function placesOf({ path, shown }: ShownWrite): string[] {
  const [where = '', ...rest] = path.slice(ROOT.length + 1).split('/')
  const [verb = '', first = '', second = ''] = shown.split(' ')
  const isCommand = rest.at(-1) === 'mgmt'
  if (where === 'handlers') return [`device/${first}`]
  if (where === 'devices') return [`device/${rest[0] ?? ''}/attribute/${rest[1] ?? ''}`]
  if (where === 'device_groups') return [deviceGroupPlace(rest, isCommand ? first : null)]
  if (where !== 'targets') return [`scst/${where}`]
  const [driver = '', target = '', ...below] = rest
  if (below.length > 0) {
    const words = isCommand ? { verb, first, second } : null
    return targetPlaces(`target/${driver}/${target}`, below, words)
  }
  if (!isCommand) return [`driver/${driver}/attribute/${target}`]
  if (verb.endsWith('_target_attribute')) {
    const [, , name = '', value = ''] = shown.split(' ')
    return [`target/${driver}/${first}/attribute/${name} ${value}`]
  }
  return verb.endsWith('_attribute')
    ? [`driver/${driver}/attribute/${first} ${second}`]
    : [`target/${driver}/${first}`]
}

/** Whether one place is the other or part of it. */
export function isWithin(place: string, outer: string): boolean {
  return place === outer || place.startsWith(`${outer}/`)
}

function targetPlaces(
  target: string,
  below: readonly string[],
  words: { verb: string; first: string; second: string } | null,
): string[] {
  const [part = '', group = '', inGroup = ''] = below
  if (part !== 'ini_groups') {
    if (words === null) return [`${target}/attribute/${part}`]
    return [lunPlace(target, words)]
  }
  const place = `${target}/group/${group}`
  if (words === null) return [`${place}/attribute/${inGroup}`]
  const { verb, first, second } = words
  if (group === 'mgmt') return [`${target}/group/${first}`]
  if (inGroup === 'luns') return [lunPlace(place, words)]
  const from = `${place}/initiator/${first}`
  return verb === 'move' ? [from, `${target}/group/${second}/initiator/${first}`] : [from]
}

/** `del 3`, or `add disk1 3`. */
function lunPlace(
  place: string,
  { verb, first, second }: { verb: string; first: string; second: string },
): string {
  return `${place}/lun/${verb === 'del' ? first : second}`
}

function deviceGroupPlace(below: readonly string[], name: string | null): string {
  const [group = '', part = '', targetGroup = '', ...rest] = below
  if (name !== null && part === '') return `device group/${name}`
  if (part === '') return `device groups/attribute/${group}`
  const place = `device group/${group}`
  if (part === 'devices') return `${place}/device/${name ?? ''}`
  if (targetGroup === 'mgmt') return `${place}/target group/${name ?? ''}`
  const inside = `${place}/target group/${targetGroup}`
  if (name !== null) return `${inside}/target/${name}`
  const [member = '', attribute] = rest
  return attribute === undefined
    ? `${inside}/attribute/${member}`
    : `${inside}/target/${member}/attribute/${attribute}`
}
