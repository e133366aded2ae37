import { Type } from 'typebox'
import { drivesOf, type VtlDevice } from '../../../vtl/device-conf.ts'
import { usesOf } from '../../../vtl/in-use.ts'
import { TaskNotPossibleError, type TaskKind } from '../../kind.ts'
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
    | { does: 'online' | 'offline'; number: number }
    | { does: 'flags'; number: number; flags: string }
    | { does: 'check'; library: string; devices: readonly number[]; force: boolean }
    | ({ does: 'stop' | 'start' | 'restart' } & DaemonOf)
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
      const { library } = await findLibrary(changeable(machine), params.library)
      return [step('take the library online', { does: 'online', number: library.number })]
    },
    run: (step) => run(changeable(machine), step),
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
      return [step('take the library offline', { does: 'offline', number })]
    },
    run: (step) => run(changeable(machine), step),
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
    run: (step) => run(changeable(machine), step),
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
    run: (step) => run(changeable(machine), step),
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

function restartSteps(found: FoundLibrary, chosen: readonly VtlDevice[], force: boolean): Step[] {
  const drives = chosen.filter(({ kind }) => kind === 'drive')
  const hasLibrary = chosen.some(({ kind }) => kind === 'library')
  const { number } = found.library
  // The library is down while its drives are restarted: it would ask them in between.
  const steps: [string, DeviceStep][] = [
    [
      'look who uses them',
      {
        ...{ does: 'check', library: found.serial, force },
        devices: chosen.map((one) => one.number),
      },
    ],
    ...(hasLibrary
      ? [
          [
            `stop the daemon of library ${number}`,
            { does: 'stop', kind: 'library', number },
          ] as const,
        ]
      : []),
    ...drives.map(
      (drive) =>
        [
          `restart the daemon of drive ${drive.number}`,
          { does: 'restart', kind: 'drive', number: drive.number },
        ] as const,
    ),
    ...(hasLibrary
      ? [
          [
            `start the daemon of library ${number}`,
            { does: 'start', kind: 'library', number },
          ] as const,
        ]
      : []),
  ].map(([words, data]) => [words as string, data as DeviceStep])
  return steps.map(([words, data], index) => ({
    ...step(words, data),
    name: `${data.does} ${index + 1}`,
  }))
}

function refuseUses(uses: readonly string[]): void {
  if (uses.length > 0) throw new TaskNotPossibleError(`in use, and not forced: ${uses.join('; ')}`)
}

function step(description: string, data: DeviceStep): Step {
  return { name: data.does, description, data }
}

async function run(machine: VtlMachine, { data }: Step): Promise<void> {
  const step = data as DeviceStep
  switch (step.does) {
    case 'online':
    case 'offline':
      await machine.run({ command: step.does, device: step.number })
      return
    case 'flags':
      await machine.run({ command: 'tape_alert', device: step.number, flags: step.flags })
      return
    case 'check': {
      const found = await findLibrary(machine, step.library)
      const chosen = found.conf.devices.filter(({ number }) => step.devices.includes(number))
      if (!step.force) refuseUses(usesOf(touchedBy(found, chosen), await machine.readings()))
      return
    }
    case 'stop':
    case 'start':
    case 'restart': {
      const daemon = { kind: step.kind, number: step.number }
      const work = () =>
        step.does === 'stop' ? stopDaemon(machine, daemon) : startDaemon(machine, daemon, step.does)
      await told(work, () => daemonStates(machine, [daemon]))
    }
  }
}

function byNumber(a: number, b: number): number {
  return a - b
}
