import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { LoginFailures, type LoginFailure } from './auth/login-failures.ts'
import type { CollectorLoop } from './collectors/loop.ts'
import { changedSettings } from './config/changes.ts'
import type { Config } from './config/schema.ts'
import type { Database } from './db/database.ts'
import { BoundedPace } from './events/bounded-pace.ts'
import type { NewEvent, StoredEvent } from './events/event.ts'
import { EventWriter } from './events/writer.ts'
import { keepEventDays, type EventDays } from './event-keeping.ts'
import { AuditFollower } from './happenings/audit-follower.ts'
import { DeviceChanges } from './happenings/devices.ts'
import { HappeningLog } from './happenings/happening-log.ts'
import { loginEvents } from './happenings/logins.ts'
import type { HostChange } from './host/host.ts'
import type { Hub } from './hub/hub.ts'
import type { Log } from './log.ts'
import { version } from './package.ts'
import type { CertificateChange } from './tls/server-certificate.ts'

/** What the daemon tells of itself with. */
export interface DaemonEventsParts {
  stateDir: string
  db: Database
  hub: () => Hub
  log: Log
  now: () => Date
}

/** What the daemon tells of itself, and of the machine, that no reading tells. */
export interface DaemonEvents {
  /** Makes room for events, tells that the daemon has started, and whether it ended cleanly the last time. */
  start(): Promise<void>
  /** What tells of the readings that follow these. */
  happenings(readings: ReturnType<CollectorLoop['readings']>): HappeningLog
  loginFailed(failure: LoginFailure): void
  uevent(change: HostChange): void
  certificate(change: CertificateChange): void
  /** The configuration was read again; null when it was refused. */
  reloaded(before: Config, after: Config | null): void
  /** Tells of what was gathered and of the end. May be called twice. */
  stop(): Promise<void>
}

const BEAT_MS = 5_000
const SOURCE = 'storwardend'

/** Puts together what tells of the daemon itself, of readings, logins and uevents. Nothing is started. */
export function daemonEvents(parts: DaemonEventsParts): DaemonEvents {
  const { stateDir, db, hub, log, now } = parts
  const onEvents = (events: readonly StoredEvent[]) => {
    hub().publish(events)
  }
  const options = { database: db, onEvents, onError: log.failure }
  const writer = new EventWriter(options)
  const audit = new AuditFollower({ ...options, now })
  const devices = new DeviceChanges()
  const failures = new LoginFailures()
  const pace = new BoundedPace()
  const marker = join(stateDir, 'running')
  let days: EventDays | null = null
  let beat: NodeJS.Timeout | null = null

  const say = (level: NewEvent['level'], event: string, message: string, data: object = {}) => {
    writer.add([
      {
        ...{ type: 'system', source: SOURCE, level, message, at: now() },
        data: { event, message, ...data },
      },
    ])
  }
  const tell = () => {
    writer.add(devices.take(now()))
    if (pace.isDue(now())) writer.add(loginEvents(failures.take(), now()))
    return audit.follow()
  }

  return {
    async start() {
      if (beat !== null) return
      days = await keepEventDays({ db, log, now })
      const begun = await readMarker(marker)
      if (begun !== null) {
        const message = `storwardend, which had started ${begun}, did not end cleanly.`
        say('warning', 'daemon_ended_unclean', message, { started_at: begun })
      }
      await writeFile(marker, `${now().toISOString()}\n`).catch((cause: unknown) => {
        log.failure(new Error(`${marker}: cannot be written`, { cause }))
      })
      say('info', 'daemon_started', `storwardend ${version} has started.`, { version })
      beat = setInterval(() => void tell(), BEAT_MS)
    },
    happenings(readings) {
      const happenings = new HappeningLog({ ...options, now })
      happenings.begin(readings)
      return happenings
    },
    loginFailed(failure) {
      failures.note(failure)
      pace.gathered(now())
    },
    uevent(change) {
      devices.note(change.kind === 'device' ? change : null, now())
    },
    certificate({ kind, place, facts, error }) {
      const data = {
        place,
        not_after: facts.notAfter.toISOString(),
        fingerprint: facts.fingerprint,
      }
      if (kind === 'replaced') {
        say('info', 'certificate_replaced', `Another certificate is used: ${place}.`, data)
        return
      }
      const message = `The certificate was refused, and stays as it was: ${error ?? ''}.`
      say('warning', 'certificate_refused', message, { ...data, error })
    },
    reloaded(before, after) {
      if (after === null) {
        const message = 'The configuration was refused, and stays as it was; the log says why.'
        say('warning', 'configuration_refused', message)
        return
      }
      const changed = changedSettings(before, after)
      if (changed.length === 0) return
      const message = `The configuration was read again: ${changed.join(', ')}.`
      say('info', 'configuration_reloaded', message, { changed })
    },
    async stop() {
      if (beat === null) return
      clearInterval(beat)
      beat = null
      await days?.stop()
      await tell()
      say('info', 'daemon_stopped', 'storwardend stops.', { version })
      await writer.flush()
      await rm(marker, { force: true })
    },
  }
}

/** When the daemon before had started, if it has not ended since; null when it ended cleanly. */
async function readMarker(path: string): Promise<string | null> {
  try {
    const begun = new Date((await readFile(path, 'utf8')).trim())
    // Killed while it wrote it.
    return Number.isNaN(begun.getTime()) ? 'at a time unknown' : begun.toISOString()
  } catch {
    return null
  }
}
