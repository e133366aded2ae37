import { Type } from 'typebox'
import { drivesOf, type VtlDevice } from '../../../vtl/device-conf.ts'
import { usesOf } from '../../../vtl/in-use.ts'
import { TaskNotPossibleError, type Progress, type TaskKind } from '../../kind.ts'
import type { Step, TaskParams } from '../../task.ts'
import { daemonStates, startDaemon, stopDaemon, told, type DaemonOf } from './daemons.ts'
import {
  changeable,
  findLibrary,
  FORCED_IS_DESTRUCTIVE,
  libraryTouched,
  readDeviceConf,
  touched,
  type FoundLibrary,
  type VtlMachine,
} from './machine.ts'

interface DeviceParams extends TaskParams {
  readonly library: string
  readonly force?: boolean
}
interface RestartParams extends DeviceParams {
  readonly devices?: readonly string[]
}
interface AlertParams extends TaskParams {
  readonly device: string
  readonly flags: readonly number[]
}

type DeviceStep = TaskParams &
  (
    | { does: 'online' | 'offline'; library: string; number: number; force: boolean }
    | { does: 'flags'; number: number; flags: string }
    | { does: 'restart'; library: string; devices: readonly number[]; force: boolean }
  )

const library = Type.String({
  ...{ minLength: 1, maxLength: 10 },
  description: 'Serial number of the library.',
})
const force = Type.Optional(
  Type.Boolean({ default: false, description: 'Also when somebody uses it.' }),
)

/** Takes a virtual library online again. */
export function vtlOnline(machine: VtlMachine | null): TaskKind<DeviceParams> {
  return {
    name: 'vtl_online',
    summary: 'Takes a virtual library online.',
    schema: Type.Object({ library }, { additionalProperties: false }),
    ...{ destructive: false, repeatable: true, timeoutSeconds: 120 },
    resource: ({ library }) => library,
    async plan(params) {
      const { library, serial } = await findLibrary(changeable(machine), params.library)
      const online = { library: serial, number: library.number, force: false }
      return [step('take the library online', { does: 'online', ...online })]
    },
    run: (step, progress) => run(changeable(machine), step, progress),
  }
}

/** Takes a virtual library offline: it answers that it is not ready. */
export function vtlOffline(machine: VtlMachine | null): TaskKind<DeviceParams> {
  return {
    name: 'vtl_offline',
    summary: 'Takes a virtual library offline: it says to whoever asks that it is not ready.',
    schema: Type.Object({ library, force }, { additionalProperties: false }),
    ...{ destructive: false, ...FORCED_IS_DESTRUCTIVE, repeatable: true, timeoutSeconds: 120 },
    resource: ({ library }) => library,
    async plan(params) {
      const of = changeable(machine)
      const found = await findLibrary(of, params.library)
      const { number } = found.library
      const { force = false } = params
      if (!force) refuseUses(usesOf(libraryTouched(found), await of.readings()))
      const offline = { library: found.serial, number, force }
      return [step('take the library offline', { does: 'offline', ...offline })]
    },
    run: (step, progress) => run(changeable(machine), step, progress),
  }
}

/** Has a virtual drive or library report flags of TapeAlert, for a drill. */
export function vtlTapeAlert(machine: VtlMachine | null): TaskKind<AlertParams> {
  return {
    name: 'vtl_tape_alert',
    summary: 'Has a virtual drive or library report flags of TapeAlert, for a drill.',
    schema: Type.Object(
      {
        device: Type.String({
          ...{ minLength: 1, maxLength: 10 },
          description: 'Serial number of the drive or library.',
        }),
        flags: Type.Array(Type.Integer({ minimum: 1, maximum: 64 }), {
          ...{ maxItems: 64, uniqueItems: true },
          description: 'Numbers of flags (SSC-5, SMC-3); none takes all of them back.',
        }),
      },
      { additionalProperties: false },
    ),
    ...{ destructive: false, repeatable: false, timeoutSeconds: 120 },
    resource: ({ device }) => device,
    async plan({ device, flags }) {
      const { conf } = await readDeviceConf(changeable(machine))
      const found = conf.devices.find((one) => touched(one).serial === device)
      if (found === undefined) throw new TaskNotPossibleError(`device.conf has no device ${device}`)
      const what = flags.length === 0 ? 'no flags' : `flags ${[...flags].sort(byNumber).join(', ')}`
      return [
        step(`have ${found.kind} ${found.number} report ${what}`, {
          ...{ does: 'flags', number: found.number, flags: flagBits(flags) },
        }),
      ]
    },
    run: (step, progress) => run(changeable(machine), step, progress),
  }
}

/** Flags as vtlcmd takes them: bit 0 is flag 1 (vtlcmd(1)). */
function flagBits(flags: readonly number[]): string {
  const bits = flags.reduce((all, flag) => all | (1n << BigInt(flag - 1)), 0n)
  return bits.toString(16).padStart(16, '0')
}

/** Restarts the daemons of a virtual library and of its drives. */
export function vtlRestartDaemons(machine: VtlMachine | null): TaskKind<RestartParams> {
  return {
    name: 'vtl_restart_daemons',
    summary:
      'Restarts daemons of a virtual library and its drives, those that are dead without force.',
    schema: Type.Object(
      {
        library,
        devices: Type.Optional(
          Type.Array(Type.String({ minLength: 1, maxLength: 10 }), {
            ...{ minItems: 1, maxItems: 64, uniqueItems: true },
            description: 'Serial numbers of those that are restarted; else all of the library.',
          }),
        ),
        force,
      },
      { additionalProperties: false },
    ),
    ...{ destructive: false, ...FORCED_IS_DESTRUCTIVE, repeatable: false, timeoutSeconds: 1800 },
    resource: ({ library }) => library,
    async plan(params) {
      const of = changeable(machine)
      const found = await findLibrary(of, params.library)
      const chosen = chosenDevices(found, params.devices)
      const { force: forced = false } = params
      if (!forced) refuseUses(usesOf(touchedBy(found, chosen), await of.readings()))
      return restartSteps(found, chosen, forced)
    },
    run: (step, progress) => run(changeable(machine), step, progress),
    async lookAfterLoss({ data }) {
      const { library, devices } = data as Extract<DeviceStep, { does: 'restart' }>
      const { conf } = await findLibrary(changeable(machine), library)
      const chosen = conf.devices.filter(({ number }) => devices.includes(number))
      return await daemonStates(changeable(machine), chosen)
    },
  }
}

function chosenDevices(found: FoundLibrary, serials: readonly string[] | undefined): VtlDevice[] {
  const all = [found.library, ...drivesOf(found.conf, found.library.number)]
  if (serials === undefined) return all
  const known = new Map(all.map((device) => [touched(device).serial, device]))
  return serials.map((serial) => {
    const device = known.get(serial)
    if (device === undefined) {
      throw new TaskNotPossibleError(`${serial} is neither the library nor one of its drives`)
    }
    return device
  })
}

/** With the library its drives are emptied as far as it knows of them, whether they are restarted or not. */
function touchedBy(found: FoundLibrary, chosen: readonly VtlDevice[]) {
  const numbers = new Set(chosen.map(({ number }) => number))
  const own = chosen.map(touched)
  if (!numbers.has(found.library.number)) return own
  return [...own, ...libraryTouched(found).filter(({ number }) => !numbers.has(number))]
}

/** One step: nobody may move anything in between, and whoever cancels the task leaves nothing stopped. */
function restartSteps(found: FoundLibrary, chosen: readonly VtlDevice[], force: boolean): Step[] {
  const { libraries, drives } = byKind(chosen)
  const numbers = drives.map(({ number }) => number).join(', ')
  const ofDrives = drives.length === 1 ? `of drive ${numbers}` : `of the drives ${numbers}`
  const words = [
    ...(libraries.length > 0 ? [`of library ${found.library.number}`] : []),
    ...(drives.length > 0 ? [ofDrives] : []),
  ]
  const daemons = chosen.length === 1 ? 'the daemon' : 'the daemons'
  const devices = chosen.map(({ number }) => number)
  return [
    step(`restart ${daemons} ${words.join(' and ')}`, {
      ...{ does: 'restart', library: found.serial, devices, force },
    }),
  ]
}

function byKind(devices: readonly VtlDevice[]) {
  return {
    libraries: devices.filter(({ kind }) => kind === 'library'),
    drives: devices.filter(({ kind }) => kind === 'drive'),
  }
}

function refuseUses(uses: readonly string[]): void {
  if (uses.length > 0) throw new TaskNotPossibleError(`in use, and not forced: ${uses.join('; ')}`)
}

function step(description: string, data: DeviceStep): Step {
  return { name: data.does, description, data }
}

async function run(machine: VtlMachine, { data }: Step, progress: Progress): Promise<void> {
  const step = data as DeviceStep
  switch (step.does) {
    case 'online':
    case 'offline':
      await machine.lock.held(step.library, async () => {
        const found = await findLibrary(machine, step.library)
        const isTaken = step.does === 'offline' && !step.force
        // Somebody may have begun to use it since it was planned.
        if (isTaken) refuseUses(usesOf(libraryTouched(found), await machine.readings()))
        await machine.run({ command: step.does, device: step.number })
      })
      return
    case 'flags':
      await machine.run({ command: 'tape_alert', device: step.number, flags: step.flags })
      return
    case 'restart':
      await machine.lock.held(step.library, () => restart(machine, step, progress))
  }
}

async function restart(
  machine: VtlMachine,
  step: Extract<DeviceStep, { does: 'restart' }>,
  progress: Progress,
): Promise<void> {
  const found = await findLibrary(machine, step.library)
  const chosen = found.conf.devices.filter(({ number }) => step.devices.includes(number))
  if (!step.force) refuseUses(usesOf(touchedBy(found, chosen), await machine.readings()))
  const { libraries, drives } = byKind(chosen)
  let done = 0
  const each = async (device: DaemonOf, work: () => Promise<void>) => {
    await work()
    progress.affect(1)
    progress.report((done += 1) / chosen.length)
    await progress.log(`the daemon of ${device.kind} ${device.number} runs`)
  }
  const all = chosen.map(({ kind, number }) => ({ kind, number }))
  const work = async () => {
    // The library is down while its drives are restarted: it would ask them in between.
    for (const library of libraries) await stopDaemon(machine, library)
    let failure: Error | null = null
    try {
      for (const drive of drives) await each(drive, () => startDaemon(machine, drive, 'restart'))
    } catch (error) {
      failure = error as Error
    }
    // It is not left down for a drive that is.
    for (const library of libraries)
      await each(library, () => startDaemon(machine, library, 'start'))
    if (failure !== null) throw failure
  }
  await told(work, () => daemonStates(machine, all), progress)
}

function byNumber(a: number, b: number): number {
  return a - b
}
