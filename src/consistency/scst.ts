import type { Problem } from '../collectors/collector.ts'
import type { Scst, ScstDevice, ScstGroup, ScstLun, ScstTarget } from '../collectors/scst.ts'
import type { ConfigDifference } from '../scst/difference.ts'
import type { Place, Side, Thing } from './difference.ts'

/** SCST as one reading has it. */
export interface ScstReading {
  scst: Scst
  problems: readonly Problem[]
  takenAt: Date
}

/**
 * What runs, and what the configuration file says. The latter is what runs with the differences that the collector has
 * found undone, so that there is one comparison of the two, with its knowledge of what is no difference.
 */
export function scstSides({ scst, problems, takenAt }: ScstReading): Side[] {
  const { running, config } = scst
  const isOfFile = ({ error }: Problem) => error.startsWith(config.path)
  const fileProblem = problems.find(isOfFile)
  const liveProblems = problems.filter((problem) => !isOfFile(problem))
  const things = running ? liveThings(scst) : []
  const whole = liveProblems.find(({ labels }) => Object.keys(labels).length === 0)
  const liveReason = running ? (whole?.error ?? null) : 'SCST is not running'
  const hasFile = config.digest !== null
  return [
    {
      role: 'live',
      source: SYSFS,
      state: liveReason === null ? 'read' : 'unread',
      reason: liveReason ?? errorsText(liveProblems),
      takenAt,
      things: liveReason === null ? byName(things) : new Map(),
      blind: ({ place }) => liveProblems.some(({ labels }) => isAround(labels, place)),
    },
    {
      role: 'configured',
      source: config.path,
      state: hasFile ? 'read' : fileProblem === undefined ? 'absent' : 'unread',
      reason: hasFile ? null : (fileProblem?.error ?? 'there is no such file'),
      takenAt: hasFile ? takenAt : null,
      things:
        hasFile && liveReason === null
          ? byName(configuredThings(things, config.differences))
          : new Map(),
      // Without what runs there is nothing to undo the differences of.
      ...(liveReason === null ? {} : { blind: () => true }),
    },
  ]
}

const ERRORS_TOLD = 3

function errorsText(problems: readonly Problem[]): string | null {
  if (problems.length === 0) return null
  const more = problems.length - ERRORS_TOLD
  const told = problems.slice(0, ERRORS_TOLD).map(({ error }) => error)
  return [...told, ...(more > 0 ? [`and ${more} more`] : [])].join('; ')
}

const SYSFS = '/sys/kernel/scst_tgt'

/** Whether the problem is about the place, or about something that holds it. */
function isAround(labels: Readonly<Record<string, string>>, place: Place): boolean {
  return Object.entries(labels).every(([name, value]) => place[name] === value)
}

/** Devices, drivers, targets, groups, LUNs and initiators, by the paths that differences are told of. */
function liveThings({ devices, drivers, targets }: Scst): Thing[] {
  return [
    ...devices.map(deviceThing),
    ...drivers.map(({ name, enabled }) =>
      thing('driver', name, null, { driver: name }, name, { enabled: text(enabled) }),
    ),
    ...targets.flatMap(targetThings),
  ]
}

function deviceThing(device: ScstDevice): Thing {
  const { name, handler } = device
  return thing('device', `device ${name}`, null, { device: name }, handler, {
    handler,
    blocksize: text(device.blockSizeBytes),
    filename: device.filename,
    nv_cache: text(device.nvCache),
    read_only: text(device.readOnly),
    size: text(device.sizeBytes),
    thin_provisioned: text(device.thinProvisioned),
    write_through: text(device.writeThrough),
  })
}

function targetThings(target: ScstTarget): Thing[] {
  const { driver, name, luns, groups } = target
  const path = `${driver}/${name}`
  const place = { driver, target: name }
  return [
    thing('target', path, null, place, name, {
      enabled: text(target.enabled),
      rel_tgt_id: text(target.relativeTargetId),
    }),
    ...luns.map((lun) => lunThing(lun, path, place)),
    ...groups.flatMap((group) => groupThings(group, path, place)),
  ]
}

function groupThings({ name, luns, initiators }: ScstGroup, parent: string, place: Place): Thing[] {
  const path = `${parent}/${name}`
  const inside = { ...place, group: name }
  return [
    thing('group', path, parent, inside, name, {}),
    ...luns.map((lun) => lunThing(lun, path, inside)),
    ...initiators.map((initiator) =>
      thing('initiator', `${path}/${initiator}`, path, { ...inside, initiator }, initiator, {}),
    ),
  ]
}

function lunThing({ lun, device, readOnly }: ScstLun, parent: string, place: Place): Thing {
  const inside = { ...place, lun: String(lun) }
  const attributes = { device, read_only: text(readOnly) }
  return thing('lun', `${parent}/LUN ${lun}`, parent, inside, device, attributes)
}

/** What runs with the differences undone: without what is extra, with what is missing, with the values of the file. */
function configuredThings(
  live: readonly Thing[],
  differences: readonly ConfigDifference[],
): Thing[] {
  const extra = new Set(differences.filter(({ kind }) => kind === 'extra').map(({ path }) => path))
  const things = new Map(live.map((one) => [one.name, one]))
  const isExtra = (one: Thing): boolean => {
    if (extra.has(one.name)) return true
    const parent = one.parent === null ? undefined : things.get(one.parent)
    return parent !== undefined && isExtra(parent)
  }
  const configured = byName(live.filter((one) => !isExtra(one)))
  for (const difference of differences) {
    const { kind, configured: value } = difference
    if (kind === 'missing') {
      const added = missingThing(difference, things)
      configured.set(added.name, added)
    } else if (kind === 'changed') {
      const [name, attribute] = attributeOf(difference)
      const old = configured.get(name)
      if (old === undefined) continue
      configured.set(name, { ...old, attributes: { ...old.attributes, [attribute]: value } })
    }
  }
  return [...configured.values()]
}

/** The thing and the attribute that a change is about. */
export function attributeOf({ object, path }: ConfigDifference): [name: string, attribute: string] {
  if (object === 'device') return [path, 'handler']
  if (object === 'lun') return [path, 'device']
  const slash = path.lastIndexOf('/')
  return [path.slice(0, slash), path.slice(slash + 1)]
}

/** A thing that only the file has: what holds it runs, or it is told as a whole. */
function missingThing(
  { object, path, configured }: ConfigDifference,
  live: ReadonlyMap<string, Thing>,
): Thing {
  if (object === 'device') {
    const place = { device: path.slice('device '.length) }
    return thing(object, path, null, place, configured, { handler: configured })
  }
  if (object === 'target') {
    const driver = path.slice(0, path.indexOf('/'))
    const target = path.slice(driver.length + 1)
    return thing(object, path, null, { driver, target }, target, {})
  }
  const [, lun] = /\/LUN (\d+)$/.exec(path) ?? []
  const own = object === 'lun' ? `/LUN ${lun ?? ''}` : `/${configured ?? ''}`
  const parent = path.slice(0, path.length - own.length)
  const inside: Place = {
    ...live.get(parent)?.place,
    ...(object === 'lun' ? { lun: lun ?? '' } : { [object]: configured ?? '' }),
  }
  const attributes: Thing['attributes'] = object === 'lun' ? { device: configured } : {}
  return thing(object, path, parent, inside, configured, attributes)
}

function thing(
  what: string,
  name: string,
  parent: string | null,
  place: Place,
  shown: string | null,
  attributes: Thing['attributes'],
): Thing {
  return { name, what, parent, place, shown, attributes }
}

function byName(things: readonly Thing[]): Map<string, Thing> {
  return new Map(things.map((one) => [one.name, one]))
}

function text(value: number | boolean | null): string | null {
  return value === null ? null : String(Number(value))
}
