import { setTimeout as pause } from 'node:timers/promises'
import { startStandbyServer } from './api/standby.ts'
import type { Config } from './config/schema.ts'
import { DatabaseRefusedError } from './db/open.ts'
import { WriterLock } from './db/writer-lock.ts'
import type { SdNotify } from './host/sd-notify.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { Log } from './log.ts'

/** What a daemon that may have to stand by needs. */
export interface StandingByParts {
  config: Config
  lifecycle: Lifecycle
  systemd: SdNotify
  /** Asked to stop. */
  stopping: AbortSignal
  /** Another daemon has taken over: this one has to end, and may stand by when it is started again; exits if not said. */
  onSuperseded?: () => void
  log: Log
  now: () => Date
}

/** From one try to take over to the next. */
const TRY_MS = 1_000
/** What the other had begun to write when it lost the lock ends meanwhile. */
const GRACE_MS = 2_000

/**
 * Resolves once this daemon may write to the database: at once where no other does, or else when the other is gone,
 * and until then it answers that it stands by. The embedded database is nobody else's, and takes no lock: null.
 * Rejects with DatabaseRefusedError where it is not to stand by.
 */
export async function becomeWriter(parts: StandingByParts): Promise<WriterLock | null> {
  const { config, lifecycle, stopping, log } = parts
  const { onSuperseded = () => process.exit(1) } = parts
  const { url, role } = config.database
  if (url === null) return null
  const take = () =>
    WriterLock.tryTake({
      ...{ connection: { url }, onSuperseded },
      onLost(reason) {
        log.error(
          `database: nothing is written until the lock of the writer is had again: ${reason}`,
        )
      },
    })
  const lock = (await take()) ?? (await tookOver(parts, take, role))
  lifecycle.onStop('lock of the writer', () => lock.release())
  stopping.throwIfAborted()
  return lock
}

async function tookOver(
  { config, systemd, stopping, log, now }: StandingByParts,
  take: () => Promise<WriterLock | null>,
  role: Config['database']['role'],
): Promise<WriterLock> {
  if (role === 'writer') {
    throw new DatabaseRefusedError('another storwardend works on it, and database.role is writer')
  }
  const server = await startStandbyServer({ ...config.listen, now })
  try {
    log.info(`another storwardend works on the database: standing by on http://${server.address}`)
    systemd.start()
    systemd.ready()
    systemd.status('standing by: another storwardend works on the database')
    for (;;) {
      await pause(TRY_MS, undefined, { signal: stopping })
      // While the server is away nobody writes, and nobody takes over.
      const lock = await take().catch(() => null)
      if (lock === null) continue
      log.info('the other storwardend is gone: taking over')
      await pause(GRACE_MS, undefined, { signal: stopping }).catch(() => undefined)
      return lock
    }
  } finally {
    await server.stop()
  }
}
