import type { Config } from './config/schema.ts'
import type { SdNotify } from './host/sd-notify.ts'
import type { Lifecycle } from './lifecycle.ts'
import type { openLog } from './log.ts'

/** What the command line asks for besides the configuration. */
export interface DaemonOptions {
  /** A recording, or a folder of them, to run on instead of this machine. */
  replay: string | null
  replayStepSeconds: number
  /** The file that the configuration was read from; null when there is none. */
  configFile?: string | null
  /** Another daemon has taken over the database: this one may write nothing any more; ends the process if not said. */
  onSuperseded?: () => void
  /** Asked to stop while it starts. */
  stopping: AbortSignal
}

/** A daemon that runs. */
export interface Daemon {
  /** Where it answers HTTP, as a URL. */
  url: string
  /** Opens the log file anew and applies what of the configuration can be changed while it runs. */
  reload(load: () => Promise<Config>): Promise<void>
  /** Resolves when everything has stopped. May be called twice. */
  stop(): Promise<void>
}

/** What a daemon that has been started consists of. */
export interface RunningParts {
  url: string
  systemd: SdNotify
  lifecycle: Lifecycle
  log: ReturnType<typeof openLog>
  /** The configuration was read again; null when it was refused. */
  onConfig: (read: Config | null) => void
}

/** Tells systemd that everything is there, and of reloads and of the end. */
export function running({ url, systemd, lifecycle, log, onConfig }: RunningParts): Daemon {
  systemd.start()
  systemd.ready()
  systemd.status(`listening on ${url}`)
  log.info(`listening on ${url}`)
  let stopping: Promise<void> | null = null
  const stop = async () => {
    log.info('storwardend stops')
    systemd.stopping()
    await lifecycle.stop()
    log.info('storwardend has stopped')
  }
  return {
    url,
    async reload(load) {
      log.reopen()
      systemd.reloading()
      try {
        onConfig(await load())
        log.info('the configuration was read again; what is built at the start keeps its settings')
      } catch (error) {
        log.error(`the configuration stays as it was: ${(error as Error).message}`)
        onConfig(null)
      }
      systemd.ready()
    },
    stop: () => (stopping ??= stop()),
  }
}
