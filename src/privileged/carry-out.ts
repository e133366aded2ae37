import { basename } from 'node:path'
import { NotFoundError, RefusedError, type Host } from '../host/host.ts'
import {
  argvOf,
  type PrivilegedCommand,
  type PrivilegedRequest,
  type SmartQuestion,
} from '../host/privileged/closed-list.ts'
import { Secrets } from '../host/redact.ts'
import { assertConfigured, opensSomething } from './configured.ts'

/** What operations are carried out with: nothing else of the machine is within reach. */
export interface Machine {
  host: Pick<Host, 'run' | 'exists' | 'readText'>
  scst: { write: (path: string, text: string) => Promise<void> }
  /** Reads the configuration file of SCST. */
  readConfig: (path: string) => Promise<Uint8Array>
}

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
      if (opensSomething(text)) {
        const content = await machine.readConfig(scstConfigPath)
        assertConfigured(path, text, Buffer.from(content).toString('utf8'))
      }
      // It is not taken back when whoever asked is gone: half of it would be worse than all.
      await machine.scst.write(path, text)
      return {}
    }
    case 'kernel_log':
    case 'lvm_report':
    case 'smart_scan':
    case 'smart_report':
      return command(request, { timeoutMs: Math.min(timeoutMs, MAX_COMMAND_MS), signal }, machine)
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

/** Peripheral device types of SPC-5 that are not asked by smartctl: it reads TapeAlert pages, which clears them. */
const NO_DISKS = new Set(['1', '8'])

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
