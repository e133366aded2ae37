import { join } from 'node:path'
import { parseDeviceConf } from '../collectors/mhvtl-config.ts'
import { readConfigFile } from '../collectors/scst-config-file.ts'
import { NotFoundError, type Host } from '../host/host.ts'
import { fail, ok, warn, type Check } from './finding.ts'
import { counted } from './words.ts'

/** What the checks need to know of this machine. */
export interface MachineFacts {
  nodeVersion: string
  /** `engines.node` of package.json. */
  nodeWanted: string
  scstConfigPath: string
  mhvtlConfigDir: string
}

interface Tool {
  name: string
  /** Debian's. */
  package: string
  /** What is not known without it. */
  purpose: string
}

const tools: readonly Tool[] = [
  { name: 'mtx', package: 'mtx', purpose: 'tape libraries, where raw SCSI is not possible' },
  { name: 'sg_raw', package: 'sg3-utils', purpose: 'tape libraries and drives' },
  { name: 'smartctl', package: 'smartmontools', purpose: 'the health of disks' },
  { name: 'lsscsi', package: 'lsscsi', purpose: 'the list of devices in recordings' },
  { name: 'scstadmin', package: 'scstadmin', purpose: 'the SCST configuration in recordings' },
  { name: 'lvs', package: 'lvm2', purpose: 'volume groups and thin pools' },
]

/** What this machine has to have for storwarden to see all of it. */
export function machineChecks(host: Host, facts: MachineFacts): Check[] {
  return [
    { name: 'node', look: async () => nodeFinding(facts.nodeVersion, facts.nodeWanted) },
    ...tools.map((tool) => ({ name: `tool ${tool.name}`, look: () => lookForTool(host, tool) })),
    { name: 'sysfs', look: () => lookAtSysfs(host) },
    { name: 'scst.conf', look: () => lookAtScstConfig(host, facts.scstConfigPath) },
    { name: 'device.conf', look: () => lookAtDeviceConf(host, facts.mhvtlConfigDir) },
  ]
}

function nodeFinding(version: string, wanted: string) {
  if (admits(wanted, version)) return ok(`Node ${version}`)
  return fail(`Node ${version} is not one of ${wanted}`, `install Node ${wanted}`)
}

/** Whether a range of `^1.2.3` and `>=1.2.3`, joined by `||`, admits a version; an unreadable part admits none. */
export function admits(range: string, version: string): boolean {
  const has = version.split('.').map(Number)
  return range.split('||').some((part) => {
    const [, sign, numbers] = /^\s*(\^|>=)\s*(\d+\.\d+\.\d+)\s*$/.exec(part) ?? []
    if (numbers === undefined) return false
    const needs = numbers.split('.').map(Number)
    const differs = needs.findIndex((number, index) => has[index] !== number)
    const isEnough = differs === -1 || (has[differs] ?? 0) > (needs[differs] ?? 0)
    return isEnough && (sign === '>=' || has[0] === needs[0])
  })
}

async function lookForTool(host: Host, tool: Tool) {
  try {
    const { stdout, stderr } = await host.run([tool.name, '--version'], { exitCodes: () => true })
    const said = `${stdout}\n${stderr}`.split('\n').map((line) => line.trim())
    const version = said.find((line) => /\d+\.\d+/.test(line))
    return ok(version === undefined ? 'installed' : version.slice(0, 80))
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error
    return warn(
      `not installed: needed for ${tool.purpose}`,
      `apt install ${tool.package}, if this machine has them`,
    )
  }
}

async function lookAtSysfs(host: Host) {
  const classes = await host.list('/sys/class')
  if (classes.length === 0) {
    return fail('/sys/class is empty', 'mount -t sysfs sysfs /sys; a container needs it too')
  }
  await host.readText('/proc/stat')
  return ok(`readable, ${counted(classes.length, 'class', 'classes')} of devices`)
}

async function lookAtScstConfig(host: Host, path: string) {
  const { config, error } = await readConfigFile(host, path)
  if (error !== null) {
    return fail(error, `mend ${path}: SCST would not start with it as it stands`)
  }
  if (config === null) return ok(`there is no ${path}`)
  const targets = config.drivers.reduce((sum, driver) => sum + driver.targets.length, 0)
  const devices = config.handlers.reduce((sum, handler) => sum + handler.devices.length, 0)
  return ok(`${path}: ${counted(devices, 'device')}, ${counted(targets, 'target')}`)
}

async function lookAtDeviceConf(host: Host, directory: string) {
  const path = join(directory, 'device.conf')
  try {
    const { libraries, drives } = parseDeviceConf(await host.readText(path))
    const found = [
      counted(libraries.length, 'library', 'libraries'),
      counted(drives.length, 'drive'),
    ]
    return ok(`${path}: ${found.join(', ')}`)
  } catch (error) {
    if (error instanceof NotFoundError) return ok(`there is no ${path}`)
    return fail(
      `${path}: ${(error as Error).message}`,
      `mend ${path}: mhvtl would not start with it as it stands`,
    )
  }
}
