import { PermissionError, type Host } from '../host/host.ts'
import { COPY_MANAGER } from '../scst/config.ts'
import type { Attribute, ScstConfig } from '../scst/config.ts'
import type { DriverAbilities, RunningScst, RunningSession } from '../scst/running.ts'
import { isSecretAttribute, Secret } from '../scst/secret.ts'
import { SCST_ROOT, ScstTree } from './scst-attribute.ts'
import { readRunningDevices } from './scst-running-devices.ts'
import { readRunningGroups } from './scst-running-groups.ts'
import { Reader } from './scst-running-reader.ts'
import { targetNames, targetPath } from './scst-targets.ts'

/**
 * Reads SCST as it runs, to compare it with a configuration and change what differs. Attributes are read that the
 * configuration names; all that were set are read of what it does not have, so that it can be made again. Rejects when
 * anything cannot be read but passwords: what is not known cannot be planned with.
 */
export async function readRunningScst(host: Host, wanted: ScstConfig): Promise<RunningScst> {
  const tree = new ScstTree(host)
  const reader = new Reader(host, tree)
  const driverNames = (await tree.names(`${SCST_ROOT}/targets`)).filter(
    (name) => name !== COPY_MANAGER,
  )
  const { handlers, configs, fixed } = await readRunningDevices(reader, wanted)
  const drivers = await Promise.all(
    driverNames.map((name) =>
      readDriver(
        reader,
        name,
        wanted.drivers.find((one) => one.name === name),
      ),
    ),
  )
  return {
    config: {
      attributes: await reader.named(SCST_ROOT, namesOf(wanted.attributes)),
      handlers: configs,
      drivers: drivers.map(({ config }) => config),
      alua: await reader.named(`${SCST_ROOT}/device_groups`, namesOf(wanted.alua)),
      deviceGroups: await readRunningGroups(reader),
    },
    handlers,
    drivers: new Map(drivers.map(({ config, abilities }) => [config.name, abilities])),
    fixed,
    ports: new Set(drivers.flatMap(({ ports }) => ports)),
    sessions: drivers.flatMap(({ sessions }) => sessions),
  }
}

type DriverConfig = ScstConfig['drivers'][number]
type TargetConfig = DriverConfig['targets'][number]

async function readDriver(reader: Reader, name: string, wanted: DriverConfig | undefined) {
  const { tree } = reader
  const path = `${SCST_ROOT}/targets/${name}`
  const abilities = abilitiesOf(await tree.read(`${path}/mgmt`))
  const targets = await Promise.all(
    (await targetNames(tree, name)).map((target) =>
      readTarget(reader, name, target, {
        wanted: wanted?.targets.find((one) => one.name === target),
        lists: abilities.targetLists,
      }),
    ),
  )
  const config: DriverConfig = {
    name,
    attributes: [
      ...(await reader.named(path, [
        'enabled',
        ...withoutLists(namesOf(wanted?.attributes ?? []), abilities.driverLists),
      ])),
      ...(await readLists(reader, path, abilities.driverLists)),
    ],
    targets: targets.filter(({ isIdlePort }) => !isIdlePort).map((one) => one.config),
  }
  const ports = targets.filter(({ isPort }) => isPort).map((one) => `${name}/${one.config.name}`)
  return { config, abilities, ports, sessions: targets.flatMap((one) => one.sessions) }
}

/** What counts, or says what is rather than what was set: reading it costs a kernel thread each. */
const NO_SETTINGS = /_count(?:_kb)?$|^(?:mgmt|tid|sg_tablesize|hw_target|dif_checks_failed)$/

async function readTarget(
  reader: Reader,
  driver: string,
  name: string,
  { wanted, lists }: { wanted: TargetConfig | undefined; lists: readonly string[] },
) {
  const { tree } = reader
  const path = targetPath(driver, name)
  const names = await tree.names(path)
  const settings = names.filter((one) => !NO_SETTINGS.test(one) && !isOfList(one, lists))
  const attributes =
    wanted === undefined
      ? await reader.set(path, settings, ['enabled'])
      : await reader.named(path, [
          ...['enabled', 'rel_tgt_id'],
          ...withoutLists(namesOf(wanted.attributes), lists),
        ])
  const groupNames = await tree.names(`${path}/ini_groups`)
  const groups = await Promise.all(
    groupNames.map(async (group) => {
      const at = `${path}/ini_groups/${group}`
      const want = wanted?.groups.find((one) => one.name === group)
      const initiators = await tree.names(`${at}/initiators`)
      const kept =
        want === undefined
          ? await reader.set(at, await tree.names(at), [])
          : await reader.named(at, namesOf(want.attributes))
      return {
        name: group,
        attributes: kept,
        luns: await reader.luns(at, want?.luns ?? []),
        initiators: initiators.map((one) => ({ name: one, attributes: [] })),
      }
    }),
  )
  const config: TargetConfig = {
    name,
    attributes: [
      ...(wanted === undefined ? attributes : withoutUnset(attributes, wanted)),
      ...(await readLists(reader, path, lists)),
    ],
    luns: await reader.luns(path, wanted?.luns ?? []),
    groups,
  }
  const sessions = await readSessions(reader, driver, name)
  const isPort = (await tree.read(`${path}/hw_target`))?.startsWith('1') === true
  const isEnabled = attributes.some((one) => one.name === 'enabled' && one.value === '1')
  const isEmpty = config.luns.length + groups.length + sessions.length === 0
  return {
    config,
    sessions,
    isPort,
    isIdlePort:
      wanted === undefined && !isEnabled && isEmpty && (isPort || !names.includes('enabled')),
  }
}

/** An identifier that SCST has given itself is no setting unless somebody wants one. */
function withoutUnset(attributes: Attribute[], wanted: TargetConfig): Attribute[] {
  const isWanted = wanted.attributes.some(({ name }) => name === 'rel_tgt_id')
  return attributes.filter(({ name }) => name !== 'rel_tgt_id' || isWanted)
}

async function readSessions(
  reader: Reader,
  driver: string,
  target: string,
): Promise<RunningSession[]> {
  const { tree } = reader
  const path = `${targetPath(driver, target)}/sessions`
  const sessions = await Promise.all(
    (await tree.names(path)).map(async (name) => {
      const [initiator, luns] = await Promise.all([
        reader.value(`${path}/${name}/initiator_name`),
        tree.target(`${path}/${name}/luns`),
      ])
      // It has ended since it was listed.
      if (initiator === null || luns === null) return null
      const group = /\/ini_groups\/([^/]+)\/luns$/.exec(luns)?.[1] ?? null
      return { driver, target, group, initiator }
    }),
  )
  return sessions.filter((session) => session !== null)
}

/** The second of several has a number: IncomingUser, IncomingUser1. */
async function readLists(
  reader: Reader,
  path: string,
  lists: readonly string[],
): Promise<Attribute[]> {
  const names = (await reader.tree.names(path)).filter((name) => isOfList(name, lists))
  const found = await Promise.all(
    names.map(async (file): Promise<Attribute | null> => {
      const name = file.replace(/\d+$/, '')
      try {
        const value = await reader.value(`${path}/${file}`)
        if (value === null || value === '') return null
        return { name, value: isSecretAttribute(name) ? new Secret(value) : value }
      } catch (error) {
        if (!(error instanceof PermissionError) || !isSecretAttribute(name)) throw error
        return { name, value: new Secret(null) }
      }
    }),
  )
  return found.filter((attribute) => attribute !== null)
}

function isOfList(file: string, lists: readonly string[]): boolean {
  return lists.includes(file.replace(/\d+$/, ''))
}

/** Passwords among them are read apart: they may not be readable, and are not text like other values. */
function withoutLists(names: readonly string[], lists: readonly string[]): string[] {
  return names.filter((name) => !isOfList(name, lists) && !isSecretAttribute(name))
}

function abilitiesOf(usage: string | null): DriverAbilities {
  const listed = (line: RegExp) =>
    (line.exec(usage ?? '')?.[1] ?? '').split(',').flatMap((one) => one.trim() || [])
  return {
    makesTargets: usage?.includes('add_target ') === true,
    driverLists: listed(/^The following target driver attributes available: (.*)$/m),
    targetLists: listed(/^The following target attributes available: (.*)$/m),
  }
}

function namesOf(attributes: readonly Attribute[]): string[] {
  return attributes.map(({ name }) => name)
}
