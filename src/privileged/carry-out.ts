import { basename } from 'node:path'
import { HELD_NODE, type DeviceHolders } from '../host/device-holders.ts'
import { NotFoundError, RefusedError, type Host } from '../host/host.ts'
import type { MediaMover } from '../host/medium-moves.ts'
import {
  argvOf,
  moveOfRequest,
  type PrivilegedCommand,
  type PrivilegedRequest,
  type SmartQuestion,
} from '../host/privileged/closed-list.ts'
import { Secrets } from '../host/redact.ts'
import type { RepositoryChanges, RepositoryQuestion } from '../host/repository-changes.ts'
import type { VtlCommand } from '../host/vtl-commands.ts'
import type { VtlFiles } from '../host/vtl-files.ts'
import type { VtlDevice } from '../vtl/device-conf.ts'
import { commandWithPassword } from '../scst/write/passwords.ts'
import type { ConfigChange } from './config-change.ts'
import { assertConfigured, opensSomething } from './configured.ts'

/** What operations are carried out with: nothing else of the machine is within reach. */
export interface Machine {
  host: Pick<Host, 'run' | 'exists' | 'readText'>
  scst: { write: (path: string, text: string) => Promise<void> }
  media: MediaMover & DeviceHolders
  /** Reads the configuration file of SCST. */
  readConfig: (path: string) => Promise<Uint8Array>
  /** Changes files of mhvtl, and says what its device.conf has. */
  vtl: VtlFiles & { configured: (device: number) => Promise<VtlDevice | null> }
  repositories: RepositoryChanges
  /** Puts another configuration file in its place; resolves with where the old one is kept. */
  replaceConfig: (change: ConfigChange) => Promise<string | null>
}

const NEVER = new AbortController().signal
/** A command may take so long, whoever asks. */
const MAX_COMMAND_MS = 60_000

/** Carries out what was granted and resolves with what is answered. */
export async function carryOut(
  request: PrivilegedRequest,
  { timeoutMs, signal }: { timeoutMs: number; signal: AbortSignal },
  { machine, scstConfigPath }: { machine: Machine; scstConfigPath: string },
): Promise<object> {
  switch (request.operation) {
    case 'read_scst_config': {
      const { path } = request.params
      // Nobody who compares configurations needs the passwords in them.
      const content = new Secrets().inBytes(path, await machine.readConfig(path))
      return { base64: Buffer.from(content).toString('base64') }
    }
    case 'write_scst': {
      const { path, text } = request.params
      const needsFile = opensSomething(text) || text.endsWith(' REDACTED')
      const content = needsFile ? await machine.readConfig(scstConfigPath) : new Uint8Array()
      const fileText = Buffer.from(content).toString('utf8')
      if (opensSomething(text)) assertConfigured(path, text, fileText)
      const told = commandWithPassword(path, text, () => fileText)
      // It is not taken back when whoever asked is gone: half of it would be worse than all.
      await machine.scst.write(path, told)
      return {}
    }
    case 'write_vtl_file': {
      const { path, text, replaces } = request.params
      await machine.vtl.write(path, text, replaces)
      return {}
    }
    case 'make_vtl_home':
      await machine.vtl.makeHome(request.params.library)
      return {}
    case 'remove_vtl_medium':
      await machine.vtl.removeMedium(request.params.library, request.params.barcode)
      return {}
    case 'remove_vtl_lock':
      await machine.vtl.removeLock(request.params.device)
      return {}
    case 'vtl_command':
      await assertVtlDevice(request.params, machine.vtl)
      // Half a medium would be worse than one that nobody waits for any more.
      return command(
        request,
        { timeoutMs: Math.min(timeoutMs, MAX_COMMAND_MS), signal: NEVER },
        machine,
      )
    case 'move_medium': {
      const move = moveOfRequest(request.params)
      if (move === null) throw new RefusedError(request.params.changer, 'no such move')
      await assertType(request.params.changer, CHANGER, machine.host)
      // It is not taken back when whoever asked is gone: the robot would not stop for it.
      await machine.media.move(move)
      return {}
    }
    case 'exchange_medium':
      await assertType(request.params.changer, CHANGER, machine.host)
      await machine.media.move({ command: 'exchange', ...request.params })
      return {}
    case 'eject_medium': {
      const { drive } = request.params
      // To a disk the same command is to stop.
      await assertType(drive, TAPE_DRIVE, machine.host)
      await machine.media.move({ command: 'eject', drive })
      return {}
    }
    case 'device_holders': {
      const nodes = request.params.nodes.filter((node) => HELD_NODE.test(node))
      return await machine.media.holders(nodes)
    }
    case 'change_repository':
      // Half a file system would be worse than one that nobody waits for any more.
      await machine.repositories.change(request.params)
      return {}
    case 'ask_repository':
      return await askRepository(request.params, machine.repositories)
    case 'write_scst_config':
      return { kept: await machine.replaceConfig(request.params) }
    case 'kernel_log':
    case 'lvm_report':
    case 'smart_scan':
    case 'smart_report':
      return command(request, { timeoutMs: Math.min(timeoutMs, MAX_COMMAND_MS), signal }, machine)
  }
}

async function askRepository(
  asked: RepositoryQuestion,
  repositories: RepositoryChanges,
): Promise<object> {
  switch (asked.question) {
    case 'place':
      return await repositories.place(asked.mount_point)
    case 'volume':
      return await repositories.volume(asked)
    case 'filesystem':
      return await repositories.filesystem(asked)
  }
}

async function command(
  command: PrivilegedCommand,
  limits: { timeoutMs: number; signal: AbortSignal },
  { host }: Machine,
): Promise<object> {
  const isSmart = command.operation === 'smart_report'
  if (isSmart) await assertDisk(command.params, host)
  const device = isSmart ? { device: command.params.device } : {}
  const options = { ...limits, ...device, exitCodes: () => true }
  const { exitCode, stdout, stderr } = await host.run(argvOf(command), options)
  return { exit_code: exitCode, stdout, stderr }
}

/** Peripheral device types of SPC-5, as sysfs writes them. */
const TAPE_DRIVE = '1'
const CHANGER = '8'

/** Rejects with NotFoundError where the kernel has no such node, and RefusedError where it is of another type. */
async function assertType(device: string, type: string, host: Machine['host']): Promise<void> {
  const path = `/sys/class/scsi_generic/${basename(device)}/device/type`
  if (!(await host.exists(path))) throw new NotFoundError(device)
  const found = (await host.readText(path)).trim()
  const words = type === CHANGER ? 'it is no changer' : 'it is no tape drive'
  if (found !== type) throw new RefusedError(device, words)
}

/** Peripheral device types of SPC-5 that are not asked by smartctl: it reads TapeAlert pages, which clears them. */
const NO_DISKS = new Set([TAPE_DRIVE, CHANGER])

/** Rejects with NotFoundError where the kernel has no such device, and RefusedError where it is no disk. */
async function assertDisk({ device }: SmartQuestion, host: Machine['host']): Promise<void> {
  const name = basename(device)
  const places = device.startsWith('/dev/bus/')
    ? [`/sys/class/scsi_host/host${name}`]
    : ['block', 'nvme', 'scsi_generic'].map((kind) => `/sys/class/${kind}/${name}`)
  const found = await Promise.all(places.map((place) => host.exists(place)))
  if (!found.includes(true)) throw new NotFoundError(device)
  if (!name.startsWith('sg')) return
  const type = (await host.readText(`/sys/class/scsi_generic/${name}/device/type`)).trim()
  if (NO_DISKS.has(type)) throw new RefusedError(device, 'it is no disk')
}

/** Rejects with RefusedError where device.conf has no such device: there are other units of that name, or none. */
async function assertVtlDevice(of: VtlCommand, vtl: Machine['vtl']): Promise<void> {
  if (of.command === 'reload_units') return
  const number = 'library' in of ? of.library : of.device
  const found = await vtl.configured(number)
  const wanted =
    of.command === 'tape_alert'
      ? found?.kind
      : of.command === 'unit'
        ? of.kind
        : ('library' as const)
  if (found === null || found.kind !== wanted) {
    throw new RefusedError(`device ${number}`, `device.conf has no ${wanted ?? 'device'} of it`)
  }
}
