import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { startAnswering } from './answering.ts'
import { admitting } from './admitting.ts'
import { alerting } from './alerting.ts'
import { ObjectFailures } from './api/hardware/failures.ts'
import { CartridgeHistory } from './cartridges/history.ts'
import { CollectorLoop, isCollecting } from './collectors/loop.ts'
import { backingUp } from './backing-up.ts'
import { comparing } from './comparing.ts'
import {
  collectorSettings,
  configuredCollectors,
  databaseOptions,
  loadLimits,
} from './applied-config.ts'
import { lockingChangers } from './changer-locking.ts'
import { changing } from './changing.ts'
import type { Config } from './config/schema.ts'
import { openDatabase } from './db/open.ts'
import { reachOf } from './db/reach.ts'
import { lockStateDirectory } from './db/state-lock.ts'
import { daemonEvents, type DaemonEvents } from './daemon-events.ts'
import type { HappeningLog } from './happenings/happening-log.ts'
import { SelfMetrics } from './exporter/self.ts'
import { followChanges } from './following.ts'
import { gathering } from './gathering.ts'
import { identifyMachine } from './host/identity.ts'
import { openReplay } from './host/replay-timeline.ts'
import { SdNotify } from './host/sd-notify.ts'
import { keepIncidents } from './incident-keeping.ts'
import { forecasting } from './forecasting.ts'
import { Inventory } from './inventory/inventory.ts'
import { Lifecycle } from './lifecycle.ts'
import { openLog } from './log.ts'
import { Monitor } from './monitor.ts'
import { notifying } from './notifying.ts'
import { keepHistory } from './keeping.ts'
import { operating } from './operating.ts'
import { reaching } from './reaching.ts'
import { reporting } from './reporting.ts'
import { restoring } from './restoring.ts'
import { keepRules } from './rule-keeping.ts'
import { migrations, version } from './package.ts'
import { running, type Daemon, type DaemonOptions } from './running.ts'
import { securing } from './securing.ts'
import { selfHealing } from './self-healing.ts'
import type { Snapshot } from './snapshot.ts'
import { startBroadcasting, streaming } from './streaming.ts'
import { tapeAlerting } from './tape-alerting.ts'
import type { TapeAlerts } from './tape-alerts/tape-alerts.ts'
import { tasking } from './tasking.ts'
import { summariseTasks } from './tasks/store.ts'
import { becomeWriter, type Ground } from './standing-by.ts'
import type { Watching } from './watching.ts'

/** The first numbers are worth waiting for, a drive that hangs is not. */
const FIRST_COLLECTION_MS = 5_000

/**
 * Builds the daemon, part by part, and starts it. When a part fails to start, those before it are
 * stopped; so they are when `stopping` is aborted meanwhile, and it rejects with an AbortError.
 */
export async function startDaemon(config: Config, options: DaemonOptions): Promise<Daemon> {
  const lifecycle = new Lifecycle()
  try {
    return await start(config, options, lifecycle)
  } catch (error) {
    await lifecycle.stop()
    throw error
  }
}

async function start(
  initial: Config,
  options: DaemonOptions,
  lifecycle: Lifecycle,
): Promise<Daemon> {
  let config = initial
  const now = () => new Date()
  const log = openLog({ ...config.log, now, environment: process.env })
  log.info('storwardend starts', { version, state_dir: config.state_dir })

  const lock = await lockStateDirectory(config.state_dir)
  lifecycle.onStop('state directory', () => lock.release())

  const self: SelfMetrics = new SelfMetrics({
    application: { name: 'storwarden', version },
    breakers: () => [...machine.breakers(), ...told.breakers()],
    breakerFailures: () => machine.breakerFailures(),
    stuckCalls: () => machine.stuck().length,
    connections: () => db.statistics(),
    heldEvaluations: () => engine.held().count,
    websocket: () => hub.statistics(),
    watcherRestarts: () => ({
      ...{ database: database.restarts(), collectors: loop.restarts() },
      ...watching?.restarts(),
    }),
    logLinesLost: () => log.lostLines(),
    caches: () => operated.caches.statistics(),
    fleet: () => gathered.told.counts(),
  })
  const operated = operating({ config: () => config, self, log, now })
  const { operations } = operated
  const reached = { config: () => config, operated, lifecycle, log, now }
  const { native, machine, through } = reaching(reached)
  const role: { ground?: Ground; own?: DaemonEvents } = {}
  const systemd = new SdNotify({
    environment: process.env,
    native,
    alive: () => role.ground === undefined || isCollecting(loop.health()),
    onFailure: log.warn,
  })
  lifecycle.onStop('systemd', () => systemd.stop())

  const replay = options.replay === null ? null : await openReplay(options.replay)
  const host = replay?.host ?? through.host
  const loop = new CollectorLoop({
    host,
    collectors: configuredCollectors(config),
    settings: () => collectorSettings(config),
    now,
    ...operated.loop,
    onReading: (subject, reading, why) => {
      const happened = happenings?.observe(subject, reading) ?? []
      watching?.noticed(why, happened)
      // The errors of a mount are counted from here on, or were until now.
      if (happened.some(({ event }) => /^drive_(?:un)?loaded$/.test(event))) {
        void loop.collect('tape_health')
      }
      if (subject === 'tape_drives' || subject === 'changers') tapeAlerts?.look()
    },
  })
  const secured = await securing({ config: () => config, events: () => role.own, log, now })
  lifecycle.onStop('certificate', () => secured.stop())
  const ground = await becomeWriter({
    ...{ ...options, config, lifecycle, secured, systemd, log, now },
    open: (mayWork) =>
      openDatabase({
        ...{ ...databaseOptions(config), lock, migrations, log, observer: self.database, mayWork },
      }),
  })
  role.ground = ground
  let happenings: HappeningLog | null = null
  let tapeAlerts: TapeAlerts | null = null
  let watching: Watching | null = null
  const firstReadings = loop.start()
  if (replay === null) void identifyMachine().then(self.setMachine, log.failure)
  lifecycle.onStop('collectors', loop.stop.bind(loop))

  const database = await ground.database()
  lifecycle.onStop('database', database.close)
  options.stopping.throwIfAborted()
  const { db } = database

  const own = daemonEvents({ stateDir: config.state_dir, db, hub: () => hub, log, now })
  lifecycle.onStop('events of the daemon', () => own.stop())
  role.own = own
  const admission = await admitting({
    ...{ config: () => config, db, hub: () => hub, events: own, log, now },
  })
  const hub = streaming({ config, db, accounts: admission.accounts, native, now })
  await hub.start()
  await own.start()
  lifecycle.onStop('event stream', () => hub.stop())

  const inventory = new Inventory({ database: db, now })
  const cartridges = new CartridgeHistory({
    ...{ database: db, now, newId: randomUUID },
    limits: () => loadLimits(config),
  })
  const told = notifying({
    ...{ db, alone: config.database.url === null, self, log, now },
    config: () => config,
    evaluatedAt: () => monitor.evaluatedAt,
  })
  const incidents = keepIncidents({ db, hub, now, config: () => config })
  const engine = alerting({
    ...{ db, hub, channels: told, incidents, log, now },
    config: () => config,
    rules: () => rules.book.rules(),
  })
  const numbers = (snapshot: Snapshot) => answering.numbersOf(snapshot)
  const history = keepHistory({ config, db, numbers, ranges: () => rules.book.ranges(), log })
  lifecycle.onStop('history', () => history.stop())
  const rules = keepRules({ db, names: history.names, log, now, config: () => config })
  await rules.book.load()
  for (const { snapshot, at } of ground.missed) engine.hold(snapshot, at)
  const flags = tapeAlerting({
    ...{ db, hub, channels: told, log, now, host },
    config: () => config,
    monitor: () => monitor,
  })
  const consistency = comparing({
    ...{ db, loop, self, log, now, host },
    config: () => config,
    monitor: () => monitor,
  })
  const forecasts = forecasting({ db, log, now })
  const backups = backingUp({ database, options, log, now, config: () => config })
  const around = { config: () => config, monitor: () => monitor, now }
  const gathered = gathering({ ...around, db, hub, log })
  const reports = reporting({
    ...{ db, channels: told, engine, machine, log, now },
    ...{ config: () => config, snapshot: () => monitor.snapshot() },
  })
  const locks = lockingChangers({ config: () => config, replayed: replay !== null, log })
  const monitor: Monitor = new Monitor({
    ...{ loop, engine, now, onError: log.failure },
    kept: {
      inventory: (snapshot) => inventory.update(snapshot),
      cartridges: (snapshot) => cartridges.update(snapshot),
      tape_alerts: (snapshot) => flags.update(snapshot),
      tasks: () => summariseTasks(db, now()),
      incidents: () => incidents.counts(),
      watchers: async () => watching?.health() ?? [],
      channels: () => told.health(),
      consistency: async (snapshot) => consistency.update(snapshot),
      forecasts: async () => forecasts.current(),
      certificates: async () => secured.certificates(),
      ...{ ...backups.kept, ...gathered.kept },
    },
    metrics: (snapshot) => history.update(snapshot),
    reach: reachOf(db, now),
    onEvaluated(outcome, reach) {
      if (outcome === 'held') told.emergency.look(reach, engine.active)
      else told.emergency.over()
      gathered.told.wake()
    },
    onSnapshot: (snapshot) => {
      failures.observe(snapshot)
      locks.offer(snapshot)
      void happenings?.flush()
    },
    intervalSeconds: config.monitoring.evaluation_interval_seconds,
  })

  happenings = own.happenings(loop.readings())
  const changes = changing({
    ...{ ...around, db, host, machine, through, loop, operations, lock: locks.lock },
    replayed: replay !== null,
  })
  const tasks = tasking({
    ...{ db, hub, loop, channels: told, operations, incidents, self, log, now },
    kinds: [...backups.kinds, ...reports.kinds, ...changes.kinds],
    schedules: [backups, reports, selfHealing({ ...around, db, hub, log })],
    restoration: restoring(changes.scst, { consistency, loop, now }),
    ...{ config: () => config, monitor: () => monitor, happenings: () => happenings },
  })
  const failures = new ObjectFailures()
  const patience = { ref: false, signal: options.stopping }
  await Promise.race([firstReadings, pause(FIRST_COLLECTION_MS, undefined, patience)])
  options.stopping.throwIfAborted()
  const answering = await startAnswering({
    ...{ db, admission, hub, engine, rules, inventory, history, monitor, self, failures, log, now },
    ...{ channels: told, incidents, consistency, reports, secured, config: () => config },
    ...{ operations, caches: operated.caches, tasks, gathered, handOver: ground.handOver },
  })
  lifecycle.onStop('HTTP server', () => answering.stop())

  await gathered.start(lifecycle, answering)
  lifecycle.start('forecasts', forecasts)
  lifecycle.start('rules', monitor)
  lifecycle.start('consistency', consistency)
  told.start(answering.url)
  lifecycle.onStop('notifications', () => told.stop())
  tapeAlerts = flags
  lifecycle.start('TapeAlert pages', flags)

  const seconds = config.monitoring.broadcast_interval_seconds
  const broadcasting = startBroadcasting(hub, { numbers: answering.numbers, now, seconds })
  lifecycle.onStop('broadcast', () => {
    broadcasting.stop()
  })

  lifecycle.start('tasks', tasks)

  const following = followChanges({
    ...{ loop, machine, native, replay, log, now },
    stepSeconds: options.replayStepSeconds,
    async onCollected() {
      await monitor.evaluateAnew()
      broadcasting.now()
    },
    onUevent: own.uevent.bind(own),
  })
  watching = following.watching
  lifecycle.onStop('changes', () => following.stop())

  return running({
    ...{ url: answering.url, systemd, lifecycle, log },
    onConfig(read) {
      own.reloaded(config, read)
      if (read === null) return
      config = read
      log.configure(config.log.level)
      for (const part of [secured, told, backups, admission]) part.reload()
    },
  })
}
