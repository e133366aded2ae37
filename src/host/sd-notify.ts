import type { Native } from './native.ts'
import { killGroup, startProcess } from './process.ts'
import type { Ended } from './process.ts'

/** What the service manager is told with. */
export interface SdNotifyOptions {
  /** NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID, as systemd sets them; without the first nobody is told. */
  environment: Readonly<Record<string, string | undefined>>
  /** Without the addon the command `systemd-notify` is used. */
  native: Pick<Native, 'notify'> | null
  /** Asked before each WATCHDOG=1; who is not alive keeps silent, and systemd restarts the daemon. */
  alive: () => boolean
  /** Told once of what is missing or fails, until it succeeds again. */
  onFailure: (words: string) => void
}

/** `systemd-notify` sends one datagram; it may wait for a barrier of systemd. */
const COMMAND = { timeoutMs: 5_000, graceMs: 1_000, maxOutputBytes: 64 * 1024, kill: killGroup }
/** Until what systemd had no room for is sent again: a READY=1 that is lost would end the daemon. */
const AGAIN_MS = 100
/** The longest that timers of Node can wait, in milliseconds. */
const MAX_TIMER_MS = 2 ** 31 - 1

/** Tells systemd how the daemon is (sd_notify(3)). Silent where nobody asked to be told; never throws. */
export class SdNotify {
  readonly #options: SdNotifyOptions
  readonly #socket: string | null
  #watchdog: NodeJS.Timeout | null = null
  #status: string | null = null
  #failure: string | null = null
  #commands: Promise<void> = Promise.resolve()
  #underWay = 0
  /** What there was no room for yet, in order. */
  #unsent: string[] = []
  #again: NodeJS.Timeout | null = null

  constructor(options: SdNotifyOptions) {
    this.#options = options
    const { NOTIFY_SOCKET: socket = '' } = options.environment
    this.#socket = socket === '' ? null : socket
  }

  /**
   * Feeds the watchdog, if there is one, four times in its time, for one may be left out: after a jump of the clock
   * nothing seems to live until it is looked at again. May be called twice.
   */
  start(): void {
    if (this.#socket === null || this.#watchdog !== null) return
    if (this.#options.native === null)
      this.#options.onFailure('no native addon: systemd is told by the command systemd-notify')
    const milliseconds = watchdogMs(this.#options.environment)
    if (milliseconds === null) return
    this.#watchdog = setInterval(() => {
      // Behind what is late there is no use in another.
      if (this.#underWay + this.#unsent.length === 0 && this.#isAlive()) this.#send('WATCHDOG=1')
    }, milliseconds / 4)
    this.#watchdog.unref()
  }

  /** The daemon is up, or has read its configuration again. */
  ready(): void {
    this.#send('READY=1')
  }

  /** A line that `systemctl status` shows. */
  status(text: string): void {
    // A line end in it would begin another assignment.
    const line = text.replace(/\p{Cc}+/gu, ' ')
    if (line === this.#status) return
    this.#status = line
    this.#send(`STATUS=${line}`)
  }

  /** It reads its configuration again; `ready` says that it has. systemd compares the time with its own. */
  reloading(): void {
    this.#send('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`)
  }

  /** It is ending. The watchdog is fed until `stop`. */
  stopping(): void {
    this.#send('STOPPING=1')
  }

  /** Ends it, and waits for commands that are under way. May be called twice. */
  async stop(): Promise<void> {
    if (this.#watchdog !== null) clearInterval(this.#watchdog)
    this.#watchdog = null
    if (this.#again !== null) clearTimeout(this.#again)
    this.#again = null
    this.#unsent = []
    await this.#commands
  }

  #isAlive(): boolean {
    try {
      return this.#options.alive()
    } catch (error) {
      this.#outcome(`whether the daemon is alive: ${words(error)}`)
      return false
    }
  }

  #send(...assignments: string[]): void {
    const socket = this.#socket
    if (socket === null) return
    if (this.#options.native === null) {
      this.#underWay += 1
      this.#commands = this.#commands.then(() => this.#runCommand(socket, assignments))
      return
    }
    this.#unsent.push(assignments.join('\n'))
    if (this.#again === null) this.#sendUnsent(socket, this.#options.native)
  }

  #sendUnsent(socket: string, native: Pick<Native, 'notify'>): void {
    for (let message; (message = this.#unsent[0]) !== undefined; this.#unsent.shift()) {
      try {
        native.notify(socket, message)
        this.#outcome(null)
      } catch (error) {
        this.#outcome(`systemd is not told: ${words(error)}`)
        if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') continue
        this.#again = setTimeout(() => {
          this.#again = null
          this.#sendUnsent(socket, native)
        }, AGAIN_MS).unref()
        return
      }
    }
  }

  async #runCommand(socket: string, assignments: string[]): Promise<void> {
    // Processes are not given the daemon's environment. systemd takes it for the daemon itself that speaks:
    // the command says that its parent does, and env is replaced by it.
    const argv = ['env', `NOTIFY_SOCKET=${socket}`, 'systemd-notify', ...assignments]
    this.#outcome(failureOf(await startProcess(argv, COMMAND).ended))
    this.#underWay -= 1
  }

  #outcome(failure: string | null): void {
    if (failure !== null && failure !== this.#failure) this.#options.onFailure(failure)
    this.#failure = failure
  }
}

/** Milliseconds within which systemd wants to hear of this process; null when it does not. */
function watchdogMs(environment: SdNotifyOptions['environment']): number | null {
  const { WATCHDOG_USEC: microseconds = '', WATCHDOG_PID: pid } = environment
  if (pid && pid !== String(process.pid)) return null
  if (!/^[1-9]\d*$/.test(microseconds)) return null
  return Math.min(Number(microseconds) / 1000, MAX_TIMER_MS)
}

function failureOf(ended: Ended): string | null {
  if (ended.kind === 'exited' && ended.exitCode === 0) return null
  if (ended.kind !== 'exited') return `systemd is not told: systemd-notify: ${ended.kind}`
  // env(1): 127 when there is no such command.
  if (ended.exitCode === 127) return 'systemd is not told: systemd-notify is not installed'
  const reason = ended.stderr.toString('utf8').trim().split('\n', 1)[0] ?? ''
  return `systemd is not told: systemd-notify: exit ${ended.exitCode ?? 'by signal'}: ${reason}`
}

function words(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
