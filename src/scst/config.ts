import { isSecretAttribute, Secret } from './secret.ts'
import { parseSections } from './sections.ts'
import type { Fault, Keyword, Section } from './sections.ts'

/** What /etc/scst.conf configures (scst.conf(5)), in the order of the file. */
export interface ScstConfig {
  attributes: readonly Attribute[]
  handlers: readonly HandlerConfig[]
  drivers: readonly DriverConfig[]
  alua: readonly Attribute[]
  deviceGroups: readonly DeviceGroupConfig[]
}

/** A name may occur several times, with other values: IncomingUser, allowed_portal. */
export interface Attribute {
  name: string
  /** Empty for a word that stands alone, such as HW_TARGET. */
  value: string | Secret
  /** Of what runs: that a device which is made again has it by itself. */
  isDefault?: boolean
}

/** A HANDLER section. */
export interface HandlerConfig {
  name: string
  attributes: readonly Attribute[]
  devices: readonly NamedConfig[]
}

/** A device, an initiator or a target of a target group. */
export interface NamedConfig {
  name: string
  attributes: readonly Attribute[]
}

/** A TARGET_DRIVER section. */
export interface DriverConfig {
  name: string
  attributes: readonly Attribute[]
  targets: readonly TargetConfig[]
}

/** A TARGET section of a driver. */
export interface TargetConfig {
  name: string
  attributes: readonly Attribute[]
  luns: readonly LunConfig[]
  groups: readonly GroupConfig[]
}

/** A GROUP section: an initiator group. */
export interface GroupConfig {
  name: string
  attributes: readonly Attribute[]
  luns: readonly LunConfig[]
  initiators: readonly NamedConfig[]
}

/** A LUN line. */
export interface LunConfig {
  lun: number
  device: string
  attributes: readonly Attribute[]
}

/** A DEVICE_GROUP section (ALUA). */
export interface DeviceGroupConfig {
  name: string
  attributes: readonly Attribute[]
  devices: readonly string[]
  targetGroups: readonly {
    name: string
    attributes: readonly Attribute[]
    targets: readonly NamedConfig[]
  }[]
}

/** SCST's own driver: scstadmin writes it into the file although it needs no configuration. */
export const COPY_MANAGER = 'copy_manager'

/** The file is not one that scstadmin would read as it stands; names every fault with its line. */
export class ScstConfigError extends Error {
  readonly code = 'ERR_PARSE'
  readonly faults: readonly Fault[]

  constructor(source: string, faults: readonly Fault[]) {
    super(`${source}: ${faultsText(faults)}`)
    this.name = 'ScstConfigError'
    this.faults = faults
  }
}

/**
 * Parses scst.conf. Throws ScstConfigError.
 *
 * Attributes are not checked against what SCST knows, that differs by version and loaded modules. Tolerated are an
 * initiator named twice in its group, CRLF line ends and a last line without end. The format of SCST 1.x, which
 * scstadmin converts, is refused.
 */
export function parseScstConfig(text: string, source = 'scst.conf'): ScstConfig {
  const { root, faults } = parseSections(text)
  if (faults.length > 0) throw new ScstConfigError(source, faults)
  return {
    attributes: attributesOf(root),
    handlers: childrenOf(root, 'HANDLER').map((handler) => ({
      ...named(handler),
      devices: childrenOf(handler, 'DEVICE').map(named),
    })),
    drivers: childrenOf(root, 'TARGET_DRIVER').map((driver) => ({
      ...named(driver),
      targets: childrenOf(driver, 'TARGET').map(target),
    })),
    alua: childrenOf(root, 'ALUA').flatMap(attributesOf),
    deviceGroups: childrenOf(root, 'DEVICE_GROUP').map((group) => ({
      ...named(group),
      devices: childrenOf(group, 'DEVICE').map((device) => named(device).name),
      targetGroups: childrenOf(group, 'TARGET_GROUP').map((targetGroup) => ({
        ...named(targetGroup),
        targets: childrenOf(targetGroup, 'TARGET').map(named),
      })),
    })),
  }
}

/** Whether the file would start anything: an empty one, or one of comments, is no configuration. */
export function configuresAnything({ handlers, drivers, deviceGroups }: ScstConfig): boolean {
  return handlers.length + drivers.length + deviceGroups.length > 0
}

/** The value of an attribute that has one; null when it is not there or has several. */
export function attributeValue(attributes: readonly Attribute[], name: string): string | null {
  const values = new Set<string>()
  for (const attribute of attributes) {
    if (attribute.name === name && typeof attribute.value === 'string') values.add(attribute.value)
  }
  const [value] = values
  return values.size === 1 ? (value ?? null) : null
}

function target(section: Section): TargetConfig {
  return {
    ...named(section),
    luns: childrenOf(section, 'LUN').map(lun),
    groups: childrenOf(section, 'GROUP').map((group) => ({
      ...named(group),
      luns: childrenOf(group, 'LUN').map(lun),
      initiators: childrenOf(group, 'INITIATOR').map(named),
    })),
  }
}

function lun(section: Section): LunConfig {
  const [number, device = ''] = section.words
  return { lun: Number(number), device, attributes: attributesOf(section) }
}

function named(section: Section): NamedConfig {
  return { name: section.words[0] ?? '', attributes: attributesOf(section) }
}

function attributesOf({ attributes }: Section): Attribute[] {
  return attributes.map(({ name, value }) => ({
    name,
    value: isSecretAttribute(name) ? new Secret(value) : value,
  }))
}

function childrenOf({ children }: Section, keyword: Keyword): Section[] {
  return children.filter((child) => child.keyword === keyword)
}

const FAULTS_SHOWN = 10

function faultsText(faults: readonly Fault[]): string {
  const shown = faults.slice(0, FAULTS_SHOWN).map(({ line, problem }) => `line ${line}: ${problem}`)
  const more = faults.length - shown.length
  return more > 0 ? `${shown.join('; ')}; and ${more} more` : shown.join('; ')
}
