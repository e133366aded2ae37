import type { NewEvent } from '../../src/events/event.ts'
import type { Host } from '../../src/host/host.ts'
import type { DeviceMemory, KeptFlag, TapeAlertStore } from '../../src/tape-alerts/memory.ts'
import type { PageReading } from '../../src/tape-alerts/readings.ts'
import { TapeAlerts, type TapeAlertsOptions } from '../../src/tape-alerts/tape-alerts.ts'
import type { Snapshot } from '../../src/snapshot.ts'

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
  let ids = 0
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
