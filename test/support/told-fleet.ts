import type { Queryable } from '../../src/db/database.ts'
import type { Appliance, Fleet, ToldNumbers, ToldReading } from '../../src/fleet/appliances.ts'
import type { Snapshot } from '../../src/snapshot.ts'

/** An appliance of the fleet of a test, and what it has told. */
export interface ToldAppliance {
  appliance: Appliance
  readings: Map<string, ToldReading>
  numbers: ToldNumbers | null
}

/** What is known of an appliance that reports. */
export function applianceOf(name: string, more: Partial<Appliance> = {}): Appliance {
  const at = new Date('2026-11-20T20:59:50Z')
  return {
    name,
    state: 'reporting',
    identity: `of ${name}`,
    about: {
      at: at.toISOString(),
      appliance: name,
      version: '0.1.0',
      url: `https://${name}.example:8443`,
      started_at: '2026-11-01T00:00:00.000Z',
      health: 'up',
      interval_seconds: 30,
    },
    firstHeardAt: new Date('2026-11-01T00:00:00Z'),
    lastHeardAt: at,
    silentSince: null,
    epoch: 1,
    seq: 7,
    lastSeq: 7,
    metricsAt: at,
    ...{ stored: 7, missing: 0, unreadable: 0, other: null },
    ...more,
  }
}

/** A fleet of what a test says that was told; readings go through JSON, as they do on the way. */
export class ToldFleet implements Fleet {
  /** Since when it has no connection to the servers. */
  deaf: Date | null = null
  readonly #told = new Map<string, ToldAppliance>()

  add(
    appliance: Appliance,
    readings: Snapshot['readings'] = {},
    numbers: ToldNumbers['numbers'] | null = null,
  ): this {
    const at = appliance.lastHeardAt
    this.#told.set(appliance.name, {
      appliance,
      readings: new Map(
        Object.entries(readings).map(([subject, reading]) => [
          subject,
          { at, reading: JSON.parse(JSON.stringify(reading)) as unknown },
        ]),
      ),
      numbers: numbers === null ? null : { at, numbers },
    })
    return this
  }

  list(): readonly Appliance[] {
    return [...this.#told.values()].map(({ appliance }) => appliance)
  }

  find(name: string): Appliance | null {
    return this.#told.get(name)?.appliance ?? null
  }

  readings(name: string): ReadonlyMap<string, ToldReading> {
    return this.#told.get(name)?.readings ?? new Map<string, ToldReading>()
  }

  reading(name: string, subject: string): ToldReading | null {
    return this.readings(name).get(subject) ?? null
  }

  deafSince(): Date | null {
    return this.deaf
  }

  numbers(name: string): ToldNumbers | null {
    return this.#told.get(name)?.numbers ?? null
  }

  async forget(name: string): Promise<boolean> {
    return await Promise.resolve(this.#told.delete(name))
  }
}

/** Has the database know an appliance, so that alerts of it can be stored. */
export async function storeAppliance(database: Queryable, name: string, at: Date): Promise<void> {
  await database.query(
    `insert into fleet_appliances (name, identity, first_heard_at, last_heard_at)
     values ($1, $2, $3, $3)`,
    [name, `of ${name}`, at],
  )
}

/** Gives an appliance an alert like one of the daemon's own, under another id. */
export async function copyAlert(
  database: Queryable,
  { from, to, appliance }: { from: string; to: string; appliance: string },
): Promise<void> {
  await database.query(
    `insert into fleet_alerts select alerts.*, $2::text, 1, 1 from alerts where id = $1`,
    [from, appliance],
  )
  await database.query('update fleet_alerts set id = $1 where id = $2 and appliance = $3', [
    to,
    from,
    appliance,
  ])
}
