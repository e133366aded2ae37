import type { Attribute, GroupConfig, LunConfig, ScstConfig, TargetConfig } from '../scst/config.ts'
import { attributeValue } from '../scst/config.ts'
import type { Difference, Place } from './difference.ts'
import { bare, type Step } from './step.ts'

const ROOT = '/sys/kernel/scst_tgt'

/** Removing goes from the inside out, adding from the outside in; a target is enabled when all else is there. */
const PHASES = [
  ...['remove initiator', 'remove lun', 'remove group', 'remove target', 'remove device'],
  ...['add device', 'add target', 'add group', 'add lun', 'add initiator'],
  ...['set', 'enable', 'say'],
] as const
type Phase = (typeof PHASES)[number]
type Phased = Step & { phase: Phase }

/**
 * Writes to SCST's sysfs (scst/README, "SCST sysfs interface") that make what runs what the file says, in order. They
 * have to be made one at a time: the result of each is in last_sysfs_mgmt_res.
 */
export function scstSteps(differences: readonly Difference[], config: ScstConfig | null): Step[] {
  return differences
    .flatMap((difference) => stepsOf(difference, config))
    .sort((one, other) => PHASES.indexOf(one.phase) - PHASES.indexOf(other.phase))
    .map(({ differences: settled, words, write: written, command, disruptive }) => ({
      ...{ differences: settled, words, write: written, command, disruptive },
    }))
}

function stepsOf(difference: Difference, config: ScstConfig | null): Phased[] {
  const { id, kind, what, place, sentence } = difference
  if (kind === 'orphaned') return [removal(difference)]
  if (kind === 'different') return [change(difference)]
  const isConfigured = difference.values.some(
    ({ role, state }) => role === 'configured' && state === 'present',
  )
  if (!isConfigured) {
    const words = `${sentence} The file does not say how it was: adopt that it is gone, or configure it anew.`
    return [{ ...bare(id), phase: 'say', words }]
  }
  if (config === null) {
    return [{ ...bare(id), phase: 'say', words: `${sentence} The file cannot be read now.` }]
  }
  const handler = config.handlers.find(({ devices }) =>
    devices.some(({ name }) => name === place.device),
  )
  const driver = config.drivers.find(({ name }) => name === place.driver)
  const target = driver?.targets.find(({ name }) => name === place.target)
  const group = target?.groups.find(({ name }) => name === place.group)
  if (what === 'device' && handler !== undefined) {
    const device = handler.devices.find(({ name }) => name === place.device)
    return [deviceStep(id, handler.name, place.device ?? '', device?.attributes ?? [])]
  }
  if (what === 'target' && target !== undefined) return targetSteps(id, place, target)
  if (what === 'group' && group !== undefined) return groupSteps(id, place, group)
  const lun = (group ?? target)?.luns.find((one) => String(one.lun) === place.lun)
  if (what === 'lun' && lun !== undefined) return [lunStep(id, place, lun)]
  if (what === 'initiator') return [initiatorStep(id, place)]
  return [{ ...bare(id), phase: 'say', words: `${sentence} The file has it no more.` }]
}

function targetSteps(id: string, place: Place, target: TargetConfig): Phased[] {
  const path = pathOf(place)
  const enabled = attributeValue(target.attributes, 'enabled') === '1'
  const others = target.attributes.filter(({ name }) => name !== 'enabled' && name !== 'HW_TARGET')
  return [
    write(id, 'add target', `${parentOf(path)}/mgmt`, `add_target ${target.name}`, {
      words: `Add the target ${target.name}.`,
    }),
    ...target.luns.map((lun) => lunStep(id, place, lun)),
    ...target.groups.flatMap((group) => groupSteps(id, { ...place, group: group.name }, group)),
    ...others.map(({ name, value }) =>
      typeof value === 'string'
        ? setStep(id, `${path}/${name}`, value)
        : sayStep(id, `Set ${name} of the target ${target.name} as the file says: it is a secret.`),
    ),
    ...(enabled ? [enableStep(id, path)] : []),
  ]
}

function groupSteps(id: string, place: Place, group: GroupConfig): Phased[] {
  const path = pathOf(place)
  return [
    write(id, 'add group', `${parentOf(path)}/mgmt`, `create ${group.name}`, {
      words: `Add the initiator group ${group.name}.`,
    }),
    ...group.luns.map((lun) => lunStep(id, place, lun)),
    ...group.initiators.map(({ name }) => initiatorStep(id, { ...place, initiator: name })),
  ]
}

function lunStep(id: string, place: Place, { lun, device, attributes }: LunConfig): Phased {
  const readOnly = attributeValue(attributes, 'read_only')
  const parameters = readOnly === null ? '' : ` read_only=${readOnly}`
  return write(id, 'add lun', `${pathOf(place)}/luns/mgmt`, `add ${device} ${lun}${parameters}`, {
    words: `Map ${device} to LUN ${lun}.`,
  })
}

function initiatorStep(id: string, place: Place): Phased {
  const { initiator = '' } = place
  return write(id, 'add initiator', `${pathOf(place)}/initiators/mgmt`, `add ${initiator}`, {
    words: `Add the initiator ${initiator} to its group.`,
  })
}

function deviceStep(
  id: string,
  handler: string,
  device: string,
  attributes: readonly Attribute[],
): Phased {
  const parameters = attributes.flatMap(({ name, value }) =>
    typeof value === 'string' ? [`${name}=${value}`] : [],
  )
  const text = ['add_device', device, parameters.join('; ')].filter((word) => word !== '').join(' ')
  return write(id, 'add device', `${ROOT}/handlers/${handler}/mgmt`, text, {
    words: `Add the device ${device}.`,
  })
}

function removal(difference: Difference): Phased {
  const { id, what, place, values } = difference
  const { lun, initiator } = place
  const path = pathOf(place)
  const words = `Remove what the file does not have: ${lowerFirst(difference.sentence)}`
  const taken = { words, disruptive: true }
  if (what === 'lun') return write(id, 'remove lun', `${path}/luns/mgmt`, `del ${lun ?? ''}`, taken)
  if (what === 'initiator') {
    return write(id, 'remove initiator', `${path}/initiators/mgmt`, `del ${initiator ?? ''}`, taken)
  }
  if (what === 'group') {
    return write(id, 'remove group', `${parentOf(path)}/mgmt`, `del ${place.group ?? ''}`, taken)
  }
  if (what === 'target') {
    const text = `del_target ${place.target ?? ''}`
    return write(id, 'remove target', `${parentOf(path)}/mgmt`, text, taken)
  }
  const handler = values.find(({ role }) => role === 'live')?.value ?? 'its handler'
  const text = `del_device ${place.device ?? ''}`
  return write(id, 'remove device', `${ROOT}/handlers/${handler}/mgmt`, text, taken)
}

function change(difference: Difference): Phased {
  const { id, what, place, attribute, values, sentence } = difference
  const value = values.find(({ role }) => role === 'configured')?.value ?? ''
  if (what === 'lun') {
    const { lun = '' } = place
    const device = attribute === 'device' ? value : null
    if (device === null) return sayStep(id, `${sentence} Remove LUN ${lun} and add it again.`)
    const path = `${pathOf(place)}/luns/mgmt`
    return write(id, 'add lun', path, `replace ${device} ${lun}`, {
      words: `Put ${device} behind LUN ${lun}.`,
      disruptive: true,
    })
  }
  if (what === 'device') {
    return sayStep(id, `${sentence} Remove the device and add it again: it cannot be changed.`)
  }
  const path = what === 'driver' ? `${ROOT}/targets/${place.driver ?? ''}` : pathOf(place)
  if (attribute === 'enabled' && value === '1') return enableStep(id, path)
  return { ...setStep(id, `${path}/${attribute ?? ''}`, value), disruptive: true }
}

function enableStep(id: string, path: string): Phased {
  return write(id, 'enable', `${path}/enabled`, '1', {
    words: `Enable ${path.slice(path.lastIndexOf('/') + 1)}, when all of it is there.`,
  })
}

function setStep(id: string, path: string, value: string): Phased {
  const name = path.slice(path.lastIndexOf('/') + 1)
  return write(id, 'set', path, value, { words: `Set ${name} to ${value}.` })
}

function sayStep(id: string, words: string): Phased {
  return { ...bare(id), phase: 'say', words }
}

function write(
  id: string,
  phase: Phase,
  path: string,
  text: string,
  { words, disruptive = false }: { words: string; disruptive?: boolean },
): Phased {
  return { ...bare(id), phase, words, write: { path, text }, disruptive }
}

/** The directory of a target or group. */
function pathOf({ driver = '', target, group }: Place): string {
  const path = `${ROOT}/targets/${driver}/${target ?? ''}`
  return group === undefined ? path : `${path}/ini_groups/${group}`
}

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'))
}

function lowerFirst(text: string): string {
  return text.startsWith('The ') ? `t${text.slice(1)}` : text
}
