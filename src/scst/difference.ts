import type { Scst, ScstDevice, ScstGroup, ScstLun, ScstTarget } from '../collectors/scst.ts'
import { attributeValue, COPY_MANAGER } from './config.ts'
import type { Attribute, GroupConfig, LunConfig, ScstConfig, TargetConfig } from './config.ts'

/** A place where the running SCST and the configuration file disagree. */
export interface ConfigDifference {
  /** missing: configured and not running; extra: running and not configured; changed: both, with other values. */
  kind: 'missing' | 'extra' | 'changed'
  /** What it is about: device, target, group, lun, initiator, or an attribute of one of them. */
  object: 'device' | 'target' | 'group' | 'lun' | 'initiator' | 'attribute'
  /** Where, from the outside in, e.g. `iscsi/iqn.2026-01.org.example:disk1/LUN 3`. */
  path: string
  configured: string | null
  running: string | null
}

/**
 * Compares the configuration file with what is running: devices, target drivers, targets, groups, LUNs and
 * initiators. Of attributes only those that the file names, so that a default the file leaves out is no difference;
 * a running value that is unknown differs from nothing. Devices first, then targets, each in the order of names.
 */
export function compareScst(
  config: ScstConfig,
  running: Pick<Scst, 'devices' | 'drivers' | 'targets'>,
): ConfigDifference[] {
  return [
    ...compareDevices(config, running.devices),
    ...compareDrivers(config, running),
    ...compareTargets(config, running),
  ]
}

function compareDevices(
  { handlers }: ScstConfig,
  running: readonly ScstDevice[],
): ConfigDifference[] {
  const configured = handlers.flatMap(({ name: handler, devices }) =>
    devices.map((device) => ({ ...device, handler })),
  )
  return pairs(configured, running, ({ name }) => name).flatMap(([name, wanted, device]) => {
    const path = `device ${name}`
    if (device === undefined) return [missing('device', path, wanted?.handler ?? null)]
    if (wanted === undefined) return [extra('device', path, device.handler)]
    if (device.handler !== wanted.handler) {
      return [changed('device', path, wanted.handler, device.handler)]
    }
    const compare = (attribute: string, value: string | null) =>
      compareNamed(wanted.attributes, attribute, path, value)
    return [
      ...compare('blocksize', text(device.blockSizeBytes)),
      ...compare('filename', device.filename),
      ...compare('nv_cache', text(device.nvCache)),
      ...compare('read_only', text(device.readOnly)),
      ...compare('size', text(device.sizeBytes)),
      ...compare('thin_provisioned', text(device.thinProvisioned)),
      ...compare('write_through', text(device.writeThrough)),
    ]
  })
}

function compareDrivers(
  { drivers }: ScstConfig,
  running: Pick<Scst, 'drivers'>,
): ConfigDifference[] {
  return pairs(drivers, running.drivers, ({ name }) => name).flatMap(([name, wanted, driver]) =>
    wanted === undefined || driver === undefined || name === COPY_MANAGER
      ? []
      : compareNamed(wanted.attributes, 'enabled', name, text(driver.enabled)),
  )
}

function compareTargets(
  config: ScstConfig,
  running: Pick<Scst, 'devices' | 'targets'>,
): ConfigDifference[] {
  const configured = config.drivers
    .filter(({ name }) => name !== COPY_MANAGER)
    .flatMap(({ name: driver, targets }) => targets.map((target) => ({ ...target, driver })))
  const writable = new Set(
    running.devices.filter(({ readOnly }) => readOnly === false).map(({ name }) => name),
  )
  return pairs(configured, running.targets, ({ driver, name }) => `${driver}/${name}`).flatMap(
    ([path, wanted, target]) => {
      if (target === undefined) return [missing('target', path, wanted?.name ?? null)]
      if (wanted === undefined) return isIdle(target) ? [] : [extra('target', path, target.name)]
      return compareTarget(path, wanted, target, writable)
    },
  )
}

/** Ports of host adapters, and scst_local's own target, are there without being configured. */
function isIdle({ enabled, luns, groups, sessions }: ScstTarget): boolean {
  return enabled !== true && luns.length + groups.length + sessions === 0
}

function compareTarget(
  path: string,
  wanted: TargetConfig,
  target: ScstTarget,
  writable: ReadonlySet<string>,
): ConfigDifference[] {
  const { attributes } = wanted
  // A target without the word is left disabled by scstadmin.
  const enabled = attributeValue(attributes, 'enabled') ?? '0'
  const runningEnabled = text(target.enabled)
  return [
    ...(runningEnabled === null || same(enabled, runningEnabled)
      ? []
      : [changed('attribute', `${path}/enabled`, enabled, runningEnabled)]),
    ...compareNamed(attributes, 'rel_tgt_id', path, text(target.relativeTargetId)),
    ...compareLuns(path, wanted.luns, target.luns, writable),
    ...pairs(wanted.groups, target.groups, ({ name }) => name).flatMap(([name, want, group]) => {
      const place = `${path}/${name}`
      if (group === undefined) return [missing('group', place, name)]
      if (want === undefined) return [extra('group', place, name)]
      return compareGroup(place, want, group, writable)
    }),
  ]
}

function compareGroup(
  path: string,
  wanted: GroupConfig,
  group: ScstGroup,
  writable: ReadonlySet<string>,
): ConfigDifference[] {
  const running = group.initiators.map((name) => ({ name }))
  return [
    ...compareLuns(path, wanted.luns, group.luns, writable),
    ...pairs(wanted.initiators, running, ({ name }) => name).flatMap(([name, want, has]) => {
      if (has === undefined) return [missing('initiator', `${path}/${name}`, name)]
      return want === undefined ? [extra('initiator', `${path}/${name}`, name)] : []
    }),
  ]
}

function compareLuns(
  path: string,
  configured: readonly LunConfig[],
  running: readonly ScstLun[],
  writable: ReadonlySet<string>,
): ConfigDifference[] {
  // As sorted text 10 would come before 9.
  const key = ({ lun }: { lun: number }) => String(lun).padStart(16)
  return pairs(configured, running, key).flatMap(([number, wanted, lun]) => {
    const place = `${path}/LUN ${number.trim()}`
    if (lun === undefined) return [missing('lun', place, wanted?.device ?? null)]
    if (wanted === undefined) return [extra('lun', place, lun.device)]
    if (lun.device === null) return []
    if (lun.device !== wanted.device) return [changed('lun', place, wanted.device, lun.device)]
    // A LUN of a read-only device is read-only, whatever the file says of it.
    const named = attributeValue(wanted.attributes, 'read_only')
    const expected = named ?? (writable.has(lun.device) ? '0' : null)
    const actual = text(lun.readOnly)
    return expected === null || actual === null || same(expected, actual)
      ? []
      : [changed('attribute', `${place}/read_only`, expected, actual)]
  })
}

function compareNamed(
  attributes: readonly Attribute[],
  name: string,
  path: string,
  running: string | null,
): ConfigDifference[] {
  const configured = attributeValue(attributes, name)
  return configured === null || running === null || same(configured, running)
    ? []
    : [changed('attribute', `${path}/${name}`, configured, running)]
}

/** Numbers may be written in several ways, 4096 as 0x1000. */
function same(configured: string, running: string): boolean {
  const isNumber = /^(0x[\da-f]+|\d+)$/i.test(configured) && /^\d+$/.test(running)
  return configured === running || (isNumber && Number(configured) === Number(running))
}

function text(value: number | boolean | null): string | null {
  return value === null ? null : String(Number(value))
}

/** What is configured and what is running under each key of either, in the order of the keys. */
function pairs<A, B>(
  configured: readonly A[],
  running: readonly B[],
  key: (item: A | B) => string,
): [key: string, configured: A | undefined, running: B | undefined][] {
  const left = new Map(configured.map((item) => [key(item), item]))
  const right = new Map(running.map((item) => [key(item), item]))
  const keys = [...new Set([...left.keys(), ...right.keys()])].sort()
  return keys.map((each) => [each, left.get(each), right.get(each)])
}

type Thing = ConfigDifference['object']

function missing(object: Thing, path: string, configured: string | null): ConfigDifference {
  return { kind: 'missing', object, path, configured, running: null }
}

function extra(object: Thing, path: string, running: string | null): ConfigDifference {
  return { kind: 'extra', object, path, configured: null, running }
}

function changed(
  object: Thing,
  path: string,
  configured: string | null,
  running: string | null,
): ConfigDifference {
  return { kind: 'changed', object, path, configured, running }
}
