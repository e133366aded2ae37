import type { Queryable } from '../db/database.ts'
import type { LoopDelay } from '../loop-delay.ts'
import type { Snapshot } from '../snapshot.ts'
import type { CertificateState } from '../tls/server-certificate.ts'
import { certificateComponent } from './certificate-check.ts'
import { channelComponent } from './channel-checks.ts'
import {
  databaseComponent,
  filesystemComponent,
  heartbeatComponent,
  hubComponent,
} from './checks.ts'
import type { Component } from './components.ts'
import { fleetComponent, type FleetStanding } from './fleet-check.ts'
import { eventLoopComponent } from './loop-check.ts'
import {
  collectorsComponent,
  consistencyComponent,
  libraryComponent,
  scstComponent,
  storageComponent,
} from './hardware-checks.ts'

/** What the health of the appliance is drawn from. */
export interface ApplianceParts {
  db: Queryable
  stateDir: string
  snapshot: () => Snapshot
  hub: { statistics(): { running: boolean; clients: number } }
  rules: {
    lastAt: () => Date | null
    intervalSeconds: number
    /** Since when evaluations wait for the database; null when none does. */
    heldSince: () => Date | null
  }
  /** How late things are done; null before that was measured. */
  loopDelay: () => LoopDelay | null
  /** Names of those that are told; a reload changes them. */
  channels: () => readonly string[]
  /** What clients are shown; none where TLS is not spoken. */
  certificates: () => readonly CertificateState[]
  /** How it stands with the fleet; null without one. */
  fleet: (() => FleetStanding) | null
  /** Names of the components without which the whole counts as down. */
  critical: readonly string[]
  now: () => Date
}

/** Tells every component whose health is told now. */
export function applianceComponents(parts: ApplianceParts): () => Component[] {
  const { db, stateDir, snapshot, hub, rules, channels, certificates, critical, now } = parts
  const fixed = [
    databaseComponent(db, snapshot),
    filesystemComponent(stateDir),
    storageComponent(snapshot),
    scstComponent(snapshot),
    libraryComponent(snapshot),
    collectorsComponent(snapshot),
    heartbeatComponent({
      name: 'rules',
      lastAt: rules.lastAt,
      hindered() {
        const since = rules.heldSince()
        return since && `alerts are held in memory since ${since.toISOString()}`
      },
      now,
      maxAgeSeconds: 3 * rules.intervalSeconds,
    }),
    hubComponent(() => hub.statistics()),
    eventLoopComponent(parts.loopDelay),
    consistencyComponent(snapshot),
    ...(parts.fleet === null ? [] : [fleetComponent(parts.fleet)]),
    ...(certificates().length === 0 ? [] : [certificateComponent(certificates)]),
  ]
  return () =>
    [...fixed, ...channels().map((name) => channelComponent(name, snapshot))].map((component) => ({
      ...component,
      critical: critical.includes(component.name),
    }))
}
