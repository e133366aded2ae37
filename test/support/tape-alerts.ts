import { Clock } from './clock.ts'
import { FakeDrive, hostOf, snapshotAt } from './tape-alert-drive.ts'
import type { NewEvent } from '../../src/events/event.ts'
import type { Host } from '../../src/host/host.ts'
import type { DeviceMemory, KeptFlag, TapeAlertStore } from '../../src/tape-alerts/memory.ts'
import type { PageReading } from '../../src/tape-alerts/readings.ts'
import { TapeAlerts, type TapeAlertsOptions } from '../../src/tape-alerts/tape-alerts.ts'
import type { Snapshot } from '../../src/snapshot.ts'

let ids = 0

/** The memory of TapeAlert pages without a database. */
export function memoryStore() {
  const devices = new Map<string, DeviceMemory>()
  const flags = new Map<string, KeptFlag>()
  const events: NewEvent[] = []
  const store: TapeAlertStore = {
    async change(decide) {
      const active = [...flags.values()].filter(({ endedAt }) => endedAt === null)
      const decision = decide({ devices: [...devices.values()], flags: active })
      for (const device of decision.devices ?? []) {
        devices.set(`${device.kind} ${device.id}`, device)
      }
      for (const flag of decision.flags ?? []) flags.set(flag.key, flag)
      events.push(...(decision.events ?? []))
      return decision.result
    },
  }
  return { store, devices, flags, events }
}

/** A journal that is not on a disk. */
export function memoryJournal(readings: PageReading[] = []) {
  return {
    readings,
    async add(reading: PageReading) {
      readings.push(reading)
    },
    async remove(id: string) {
      const at = readings.findIndex((reading) => reading.id === id)
      if (at !== -1) readings.splice(at, 1)
    },
    async entries() {
      return { readings: [...readings], damaged: [] }
    },
  }
}

/** Reads pages of a host when it is told to look, as the daemon does, and remembers them without a database. */
export function watchTapeAlerts(
  host: Pick<Host, 'scsi'>,
  snapshot: () => Snapshot,
  now: () => Date,
  given: Partial<TapeAlertsOptions> = {},
) {
  const memory = memoryStore()
  const tapeAlerts = new TapeAlerts({
    host,
    store: memory.store,
    journal: memoryJournal(),
    snapshot,
    settings: () => ({ mode: 'on_change', pollSeconds: 3600 }),
    resolvedByHand: async () => [],
    now,
    newId: () => `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`,
    onStored: () => undefined,
    onError(error) {
      throw error
    },
    ...given,
  })
  tapeAlerts.start()
  return { tapeAlerts, ...memory }
}

/** Drives that are looked at every 30 s, with a memory that outlasts the daemon. */
export function watchDrives(drives: FakeDrive[], given: Partial<TapeAlertsOptions> = {}) {
  const clock = new Clock()
  const memory = memoryStore()
  const journal = memoryJournal()
  const errors: string[] = []
  let database: Error | null = null
  const begin = (options: Partial<TapeAlertsOptions> = {}) => {
    const { tapeAlerts } = watchTapeAlerts(
      hostOf(...drives),
      () =>
        snapshotAt(
          clock.now,
          drives.map((drive) => drive.drive()),
        ),
      () => clock.now,
      {
        store: {
          async change(decide) {
            if (database !== null) throw database
            return memory.store.change(decide)
          },
        },
        journal,
        onError: (error) => errors.push(`${error.message}: ${String(error.cause)}`),
        ...given,
        ...options,
      },
    )
    return tapeAlerts
  }
  return {
    ...{ clock, journal, errors, begin, ...memory },
    /** Takes the database away, or brings it back. */
    setDatabase(error: Error | null) {
      database = error
    },
    active: () =>
      [...memory.flags.values()]
        .filter(({ endedAt }) => endedAt === null)
        .map(({ id, flag }) => `${id} ${flag}`),
    /** What was told, in brief: `critical tape_alert 4`. */
    said: () =>
      memory.events.map(({ level, data }) =>
        [level, data.event as string, (data.flag as number | undefined) ?? ''].join(' ').trim(),
      ),
  }
}

/** See watchDrives. */
export type WatchedDrives = ReturnType<typeof watchDrives>

/** Looks again, 30 s after the time before, until everything is read and stored. */
export async function look(
  { clock }: WatchedDrives,
  tapeAlerts: TapeAlerts,
  times = 1,
): Promise<void> {
  for (let i = 0; i < times; i++) {
    clock.advance(30)
    tapeAlerts.look()
    await tapeAlerts.settled()
  }
}

/** How often page 2Eh was asked for. */
export function readsOf(drive: FakeDrive): number {
  return drive.asked.filter((page) => page === '2e').length
}
