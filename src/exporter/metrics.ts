import type { Snapshot } from '../snapshot.ts'
import {
  contentTypes,
  Exposition,
  type ExposedFamily,
  type ExpositionFormat,
} from './exposition.ts'
import { backupFamilies } from './backups.ts'
import { cartridgeFamilies } from './cartridges.ts'
import { certificateFamilies } from './certificates.ts'
import { channelFamilies } from './channels.ts'
import { consistencyFamilies } from './consistency.ts'
import { daemonFamilies } from './daemon.ts'
import { databaseFamilies } from './database.ts'
import type { Family } from './family.ts'
import { fleetFamilies } from './fleet.ts'
import { incidentFamilies } from './incidents.ts'
import { forecastFamilies } from './forecasts.ts'
import { scstCommandFamilies } from './scst-commands.ts'
import { scstFamilies } from './scst.ts'
import type { SelfMetrics } from './self.ts'
import { storageFamilies } from './storage.ts'
import { systemFamilies } from './system.ts'
import { tapeHealthFamilies } from './tape-health.ts'
import { tapeFamilies } from './tape.ts'

/** Every family of the hardware, of which a test checks names, units and types. */
export const families: readonly Family[] = [
  ...daemonFamilies,
  ...systemFamilies,
  ...storageFamilies,
  ...scstFamilies,
  ...scstCommandFamilies,
  ...tapeFamilies,
  ...tapeHealthFamilies,
  ...cartridgeFamilies,
  ...channelFamilies,
  ...certificateFamilies,
  ...consistencyFamilies,
  ...incidentFamilies,
  ...forecastFamilies,
  ...backupFamilies,
  ...fleetFamilies,
  ...databaseFamilies,
]

/** What is exported. */
export interface MetricSources {
  snapshot: () => Snapshot
  /** Alerts that are not resolved. */
  alerts: () => readonly { severity: string; state: string; count: number }[]
  self: SelfMetrics
}

/** `/metrics`: the snapshot, the alerts and the daemon itself. */
export class Exporter {
  readonly #sources: MetricSources
  readonly #expositions: Readonly<Record<ExpositionFormat, Exposition>> = {
    prometheus: new Exposition('prometheus'),
    openmetrics: new Exposition('openmetrics'),
  }

  constructor(sources: MetricSources) {
    this.#sources = sources
  }

  /** With further families, where somebody has asked for them. */
  async text(
    format: ExpositionFormat,
    more: readonly ExposedFamily[] = [],
  ): Promise<{ contentType: string; body: string }> {
    const exposed = [...(await this.json()), ...more]
    return { contentType: contentTypes[format], body: this.#expositions[format].text(exposed) }
  }

  /** The same as JSON: families with their samples. */
  async json(): Promise<ExposedFamily[]> {
    const { snapshot, alerts, self } = this.#sources
    const now = snapshot()
    const hardware = families.map(({ name, help, type, samplesOf }) => ({
      name,
      help,
      type,
      values: samplesOf(now),
    }))
    const own = (await self.families()) as unknown as ExposedFamily[]
    return [...hardware, alertFamily(alerts()), ...own.map(known)]
  }
}

/** Without what has no value: the delay of the event loop, when two scrapes leave no time to measure it. */
function known(family: ExposedFamily): ExposedFamily {
  return { ...family, values: family.values.filter(({ value }) => !Number.isNaN(value)) }
}

function alertFamily(counts: ReturnType<MetricSources['alerts']>): ExposedFamily {
  return {
    name: 'storwarden_alerts',
    help: 'Alerts that are not resolved, by severity and state.',
    type: 'gauge',
    values: counts.map(({ severity, state, count }) => ({
      labels: { severity, state },
      value: count,
    })),
  }
}
