import { performance } from 'node:perf_hooks'
import { alarming, type MissedEvaluation } from './alarming.ts'
import { databaseOptions } from './applied-config.ts'
import type { Listener } from './api/listener.ts'
import { startStandbyServer, type Hindrance } from './api/standby.ts'
import type { Config } from './config/schema.ts'
import { absenceOf } from './db/availability.ts'
import { openPool } from './db/pool.ts'
import { awaitedDatabase, filesystemComponent } from './health/checks.ts'
import { HealthModel } from './health/model.ts'
import type { SdNotify } from './host/sd-notify.ts'
import type { LogFile } from './log.ts'
import type { Securing } from './securing.ts'
import { showing } from './showing.ts'

/** What a daemon that may not work yet answers and tells with. */
export interface WaitingParts {
  config: Config
  /** The server of the database. */
  url: string
  secured: Securing
  systemd: SdNotify
  log: LogFile
  now: () => Date
}

/** A daemon that may not work yet. */
export interface Waiting {
  /** Another daemon writes to the database: answers from it, and says so. Rejects with ListenError, as the next. */
  standBy(): Promise<void>
  /** The database is not there. `tells` has people told of it when it lasts. */
  awaitDatabase(error: unknown, tells: boolean): Promise<void>
  /** It is there again. */
  reached(): void
  /** What the alerts are to know of it. */
  missed(): readonly MissedEvaluation[]
  /** Gives the address to who answers from now on, and tells its port; null when nothing was answered. May be called twice. */
  handOver(): Promise<number | null>
  /** Resolves when nothing is answered and sent any more. */
  stop(): Promise<void>
}

interface Away {
  kind: 'away'
  since: Date
  code: string | null
  words: string
}

/** Another reason is said at once, but no more often than this; the same one again after long. */
const OTHER_REASON_MS = 60_000
const SAME_REASON_MS = 900_000
/** How long requests under way may take when the address is given away. */
const HAND_OVER_MS = 1_000
/** Connections for what is asked of a daemon that stands by. */
const READERS = 4

/** Puts together what is answered, and who is told, until the daemon may work. Nothing is started. */
export function waiting(parts: WaitingParts): Waiting {
  const { config, url, secured, systemd, log, now } = parts
  let hindrance: { kind: 'standby' } | Away = { kind: 'standby' }
  let listener: Listener | null = null
  let said: { at: Date; reason: string } | null = null
  const db = openPool({
    ...{ ...databaseOptions(config), connection: { url } },
    ...{ poolSize: READERS, name: 'storwarden standby', readOnly: true },
  })
  const absence = () =>
    hindrance.kind === 'away' ? hindrance : { since: now(), ...absenceOf(null) }
  const health = new HealthModel({
    components: () => [awaitedDatabase(absence), filesystemComponent(config.state_dir)],
    ...{ now, elapsedMs: () => performance.now(), keepMs: 0 },
  })
  const alarm = alarming({ config, log, now })

  const answers = async (): Promise<string> => {
    if (listener === null) {
      const { host, port } = config.listen
      const { tls } = secured
      listener = await startStandbyServer({
        ...{ host, port, tls, limits: secured.limits },
        ...showing({ config, db, health, secured, log, now }),
        hindrance: (): Hindrance => hindrance,
      })
      // Neither who waits for this unit nor a time limit is to wait for another machine; readiness is asked over HTTP.
      systemd.start()
      systemd.ready()
    }
    return `${secured.tls === null ? 'http' : 'https'}://${listener.address}`
  }
  const isToBeSaid = (reason: string, at: Date): boolean => {
    const ageMs = said === null ? Infinity : at.getTime() - said.at.getTime()
    return ageMs >= (said?.reason === reason ? SAME_REASON_MS : OTHER_REASON_MS)
  }

  return {
    async standBy() {
      if (listener !== null && hindrance.kind === 'standby') return
      hindrance = { kind: 'standby' }
      const at = await answers()
      log.info(`another storwardend works on the database: standing by on ${at}`)
      systemd.status('standing by: another storwardend works on the database')
    },
    async awaitDatabase(error, tells) {
      const { code, words } = absenceOf(error)
      const since = hindrance.kind === 'away' ? hindrance.since : now()
      hindrance = { kind: 'away', since, code, words }
      const at = await answers()
      systemd.status(`waiting for the database: ${words}`)
      const { message } = error as Error
      if (isToBeSaid(message, now())) {
        said = { at: now(), reason: message }
        log.warn(`${message}: it is waited for, and answered meanwhile on ${at}`, {
          unreachable_since: since.toISOString(),
        })
      }
      if (tells) alarm.look({ unreachableSince: since, error: words })
    },
    reached() {
      if (hindrance.kind !== 'away') return
      const seconds = Math.round((now().getTime() - hindrance.since.getTime()) / 1000)
      log.info(`database: it is there, ${seconds} s after it was asked first`)
      said = null
      hindrance = { ...hindrance, code: null, words: 'it is there now, and the daemon starts' }
    },
    missed: () => alarm.missed(),
    async handOver() {
      const port = listener?.port ?? null
      await listener?.stop(HAND_OVER_MS)
      void db.close().catch(() => undefined)
      return port
    },
    async stop() {
      void db.close().catch(() => undefined)
      await Promise.all([listener?.stop(0), alarm.settled()])
    },
  }
}
