import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { CollectorLoop } from './collectors/loop.ts'
import type { Config } from './config/schema.ts'
import type { ChangerLock } from './host/changer-lock.ts'
import type { Host } from './host/host.ts'
import { StuckCalls } from './host/stuck-calls.ts'
import { vtlArgv } from './host/vtl-commands.ts'
import type { VtlFiles } from './host/vtl-files.ts'
import type { Monitor } from './monitor.ts'
import type { Operations } from './operations/operations.ts'
import { vtlFiles, VTL_PLACES } from './privileged/vtl-files.ts'
import type { Reading } from './snapshot.ts'
import type { TaskKind } from './tasks/kind.ts'
import { vtlCreateLibrary } from './tasks/kinds/vtl/create-library.ts'
import {
  vtlOffline,
  vtlOnline,
  vtlRestartDaemons,
  vtlTapeAlert,
} from './tasks/kinds/vtl/devices.ts'
import type { VtlMachine } from './tasks/kinds/vtl/machine.ts'
import { vtlAddMedia, vtlRemoveMedia, vtlRetire, vtlWriteProtect } from './tasks/kinds/vtl/media.ts'
import type { VtlReadings } from './vtl/in-use.ts'

/** What tasks about virtual libraries need. */
export interface VtlKeepingParts {
  /** As it is now: a reload changes it. */
  config: () => Config
  host: Host
  lock: ChangerLock
  /** The privileged program; null where this process changes files itself. */
  files: VtlFiles | null
  /** Whether a recording is played, of which nothing is changed. */
  replayed: boolean
  loop: Pick<CollectorLoop, 'collect'>
  monitor: () => Pick<Monitor, 'snapshot'>
  operations: Pick<Operations, 'track'>
  now: () => Date
}

/** mktape writes a few small files; a unit that ends writes its state first. */
const COMMAND_TIMEOUT_MS = 55_000
/** systemctl says of a daemon that a lock keeps from starting that it is active, for less than that. */
const SETTLE_MS = 2_000

/** The kinds of tasks about virtual libraries. */
export function vtlKinds(parts: VtlKeepingParts): TaskKind[] {
  const machine = parts.replayed ? null : vtlMachine(parts)
  return [
    vtlCreateLibrary(machine),
    vtlAddMedia(machine),
    vtlRemoveMedia(machine),
    vtlRetire(machine),
    vtlWriteProtect(machine),
    vtlOnline(machine),
    vtlOffline(machine),
    vtlRestartDaemons(machine),
    vtlTapeAlert(machine),
  ]
}

function vtlMachine(parts: VtlKeepingParts): VtlMachine {
  const { config, host, loop, monitor, now } = parts
  return {
    host,
    lock: parts.lock,
    files: counted(parts.files ?? ownFiles(parts), parts.operations),
    async run(command) {
      await host.run(vtlArgv(command), { timeoutMs: COMMAND_TIMEOUT_MS })
    },
    configDir: () => config().mhvtl.config_dir,
    homePath: () => config().mhvtl.home_path,
    async readings() {
      const since = now()
      // One after the other: a drive is matched to its library, and to what SCST exports, by what was read before.
      for (const subject of SUBJECTS) await loop.collect(subject)
      return readingsOf(monitor().snapshot().readings, since)
    },
    pause: () => pause(SETTLE_MS),
    digest: (text) => createHash('sha256').update(text).digest('hex'),
  }
}

const SUBJECTS = ['mhvtl', 'scst', 'scst_sessions', 'changers', 'tape_drives'] as const

type Readings = ReturnType<Monitor['snapshot']>['readings']

/** What was read since then; null of what was not. */
function readingsOf(readings: Readings, since: Date): VtlReadings {
  const fresh = <T>(reading: Reading<T> | undefined): T | null =>
    reading?.state === 'read' && reading.takenAt >= since ? reading.value : null
  const sessions =
    readings.scst_sessions?.state === 'absent' ? [] : fresh(readings.scst_sessions)?.sessions
  return {
    mhvtl: fresh(readings.mhvtl),
    changers: fresh(readings.changers),
    drives: fresh(readings.tape_drives),
    sessions: sessions ?? null,
  }
}

/** Of a process that is root itself, or of one that may write there. */
function ownFiles({ config, now }: VtlKeepingParts): VtlFiles {
  const calls = new StuckCalls(now)
  const files = () => {
    const { config_dir: configDir, home_path: homePath } = config().mhvtl
    return vtlFiles({ ...VTL_PLACES, configDir, homePath }, calls, now)
  }
  return {
    write: (path, text, replaces) => files().write(path, text, replaces),
    makeHome: (library) => files().makeHome(library),
    removeMedium: (library, barcode) => files().removeMedium(library, barcode),
    removeLock: (device) => files().removeLock(device),
  }
}

/** Each is an operation on the machine, counted and timed. */
function counted(files: VtlFiles, operations: Pick<Operations, 'track'>): VtlFiles {
  const track = async (params: Record<string, string>, work: () => Promise<void>) => {
    await operations.track('write_vtl', params, async (affect) => {
      await work()
      affect(1)
    })
  }
  return {
    write: (path, text, replaces) => track({ path }, () => files.write(path, text, replaces)),
    makeHome: (library) => track({ library: String(library) }, () => files.makeHome(library)),
    removeMedium: (library, barcode) =>
      track({ library: String(library), barcode }, () => files.removeMedium(library, barcode)),
    removeLock: (device) => track({ device: String(device) }, () => files.removeLock(device)),
  }
}
