import { vtlUnit, type UnitAction } from '../../../host/vtl-commands.ts'
import type { Progress } from '../../kind.ts'
import { isRunning, type VtlMachine } from './machine.ts'

/** A device with a daemon of its own. */
export interface DaemonOf {
  kind: 'library' | 'drive'
  number: number
}

/**
 * Starts or restarts the daemon of a device, and resolves when it still runs after a while: one that a lock keeps from
 * starting is active for a moment. Rejects when it does not run.
 */
export async function startDaemon(
  machine: VtlMachine,
  device: DaemonOf,
  action: StartAction,
): Promise<void> {
  await beginDaemon(machine, device, action)
  await machine.pause()
  await assertRuns(machine, device)
}

/** The same of several, one after the other, and looks at all of them in the end. */
export async function startDaemons(
  machine: VtlMachine,
  devices: readonly DaemonOf[],
  progress: Progress,
): Promise<void> {
  for (const [index, device] of devices.entries()) {
    progress.report(index / devices.length)
    await beginDaemon(machine, device, 'start')
    progress.affect(1)
  }
  await machine.pause()
  for (const device of devices) await assertRuns(machine, device)
}

type StartAction = Extract<UnitAction, 'start' | 'restart'>

async function beginDaemon(
  machine: VtlMachine,
  device: DaemonOf,
  action: StartAction,
): Promise<void> {
  const unit = vtlUnit(device.kind, device.number)
  // Of a daemon that has failed too often systemd starts none; that it has not failed is no error.
  await machine
    .run({ command: 'unit', action: 'reset-failed', kind: device.kind, device: device.number })
    .catch(noop)
  if ((await isRunning(machine, unit)) === false) await machine.files.removeLock(device.number)
  await machine.run({ command: 'unit', action, kind: device.kind, device: device.number })
}

async function assertRuns(machine: VtlMachine, device: DaemonOf): Promise<void> {
  const unit = vtlUnit(device.kind, device.number)
  if ((await isRunning(machine, unit)) !== true) {
    throw new Error(`${unit} was started, and does not run: journalctl -u ${unit} says why`)
  }
}

/** Stops the daemon of a device. Rejects when it runs all the same. */
export async function stopDaemon(machine: VtlMachine, device: DaemonOf): Promise<void> {
  const unit = vtlUnit(device.kind, device.number)
  await machine.run({ command: 'unit', action: 'stop', kind: device.kind, device: device.number })
  // Its unit ends it by a message (`vtlcmd N exit`), and kills nothing: it writes its state then.
  for (let look = 0; look < LOOKS; look++) {
    if ((await isRunning(machine, unit)) === false) return
    await machine.pause()
  }
  throw new Error(`${unit} was stopped, and still runs`)
}

const LOOKS = 15

/** States of daemons in a sentence, for what is on the machine now. */
export async function daemonStates(
  machine: VtlMachine,
  devices: readonly DaemonOf[],
): Promise<string> {
  const states = await Promise.all(
    devices.map(async ({ kind, number }) => {
      const unit = vtlUnit(kind, number)
      const running = await isRunning(machine, unit).catch(() => null)
      return { unit, running }
    }),
  )
  const named = (wanted: boolean | null) =>
    states.filter(({ running }) => running === wanted).map(({ unit }) => unit)
  const parts = [
    [named(true), 'run'],
    [named(false), 'do not run'],
    [named(null), 'are in a state that is not known'],
  ] as const
  return parts
    .filter(([units]) => units.length > 0)
    .map(([units, words]) => `${units.join(', ')} ${words}`)
    .join('; ')
}

/** Has an error say what is on the machine now. */
export async function told<T>(
  work: () => Promise<T>,
  standing: () => Promise<string>,
  progress?: Progress,
): Promise<T> {
  try {
    return await work()
  } catch (error) {
    const now = await standing().catch((cause: unknown) => `not known: ${(cause as Error).message}`)
    await progress?.log(`on the machine now: ${now}`, 'warning')
    throw new Error(`${(error as Error).message}; on the machine now: ${now}`, { cause: error })
  }
}

function noop(): void {
  // Told by what follows.
}
