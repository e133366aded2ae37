import { performance } from 'node:perf_hooks'
import { observed, type HostObserver } from './commands.ts'
import { atDeadline } from './deadline.ts'
import { laneOf, type Sysfs } from './device-lane.ts'
import { CommandError, TimeoutError, type ScsiAnswer, type ScsiOptions } from './host.ts'
import type { Lanes, Settled } from './lanes.ts'
import type { Native, NativeError, SgIoAnswer } from './native.ts'
import type { Lane } from './quarantine.ts'
import {
  COMMAND_TIMEOUT_MS,
  kernelTimeoutMs,
  requestError,
  type ScsiTransport,
} from './scsi-transport.ts'

/** What requests are sent with. */
export interface SgIoOptions {
  native: Pick<Native, 'sgIo'>
  lanes: Lanes
  sysfs: Sysfs
  observer: HostObserver | undefined
  now: () => Date
}

/** What became of a request by our deadline. */
type Sent =
  | { kind: 'answered'; answer: SgIoAnswer }
  | { kind: 'refused'; error: NativeError }
  | { kind: 'given-up'; because: 'deadline' | 'stop' }

/**
 * Sends by SG_IO on the threads of the addon. A request cannot be taken back: at its deadline it is left to
 * itself, and until the kernel has brought it back its device is in quarantine.
 */
export class SgIoTransport implements ScsiTransport {
  readonly tool = 'sg_io'
  readonly #options: SgIoOptions
  readonly #giveUp = new Set<() => void>()
  #stopped = false

  constructor(options: SgIoOptions) {
    this.#options = options
  }

  async send(device: string, cdb: Uint8Array, options: ScsiOptions): Promise<ScsiAnswer> {
    const { lanes, sysfs, observer } = this.#options
    const timeoutMs = options.timeoutMs ?? COMMAND_TIMEOUT_MS
    const what = `${this.tool} ${device} ${Buffer.from(cdb).toString('hex')}`
    const lane = laneOf(device, sysfs)
    const start = () => this.#start(device, cdb, options.dataInBytes, { timeoutMs, what, lane })
    const { sent, seconds } = await lanes.run(lane, what, start, 'request')
    return observed(observer, { tool: this.tool, device, cdb }, seconds, () => {
      switch (sent.kind) {
        case 'answered':
          return answerOf(sent.answer)
        case 'refused':
          throw requestError(device, sent.error.code, sent.error)
        case 'given-up':
          if (sent.because === 'deadline') throw new TimeoutError(what, timeoutMs, true)
          throw new CommandError([what], null, 'the daemon is stopping')
      }
    })
  }

  /** Gives up what is under way, and sends no more. May be called twice. */
  stop(): void {
    this.#stopped = true
    for (const giveUp of this.#giveUp) giveUp()
  }

  async #start(
    device: string,
    cdb: Uint8Array,
    dataInBytes: number,
    { timeoutMs, what, lane }: { timeoutMs: number; what: string; lane: Lane },
  ): Promise<Settled<{ sent: Sent; seconds: number }>> {
    if (this.#stopped) {
      const sent = { kind: 'given-up', because: 'stop' } as const
      return { kind: 'killed', value: { sent, seconds: 0 } }
    }
    const { native, now } = this.#options
    const since = now()
    const began = performance.now()
    const answer = native.sgIo(device, {
      cdb,
      dataInBytes,
      kernelTimeoutMs: kernelTimeoutMs(timeoutMs),
    })
    const sent = await this.#race(answer, timeoutMs)
    const value = { sent, seconds: (performance.now() - began) / 1000 }
    if (sent.kind === 'given-up') {
      const call = { what, device: lane.device, scsiHost: lane.scsiHost, pid: null, since }
      return { kind: 'stuck', value, call, gone: answer }
    }
    // What the kernel made up, or could not send, does not show that the host answers again.
    const returned = sent.kind === 'answered' && sent.answer.hostStatus === 0
    return { kind: returned ? 'returned' : 'killed', value }
  }

  #race(answer: Promise<SgIoAnswer>, timeoutMs: number): Promise<Sent> {
    return new Promise((resolve) => {
      const settle = (sent: Sent) => {
        takeBack()
        this.#giveUp.delete(stop)
        resolve(sent)
      }
      const stop = () => {
        settle({ kind: 'given-up', because: 'stop' })
      }
      const takeBack = atDeadline(timeoutMs, () => {
        settle({ kind: 'given-up', because: 'deadline' })
      })
      this.#giveUp.add(stop)
      answer.then(
        (answered) => {
          settle({ kind: 'answered', answer: answered })
        },
        (error: unknown) => {
          settle({ kind: 'refused', error: error as NativeError })
        },
      )
    })
  }
}

/** Of a command that failed nothing was transferred: what is in the buffer then is left over from others. */
function answerOf({ status, hostStatus, driverStatus, sense, data }: SgIoAnswer): ScsiAnswer {
  const answered = hostStatus === 0 && (status === GOOD || isRecovered(sense))
  return { status, hostStatus, driverStatus, sense, data: answered ? data : new Uint8Array() }
}

const GOOD = 0x00

/** Sense keys NO SENSE and RECOVERED ERROR, of fixed and of descriptor format (SPC-5 4.4). */
function isRecovered(sense: Uint8Array): boolean {
  const key = ((sense[0] ?? 0) & 0x7f) >= 0x72 ? sense[1] : sense[2]
  return sense.length > 0 && ((key ?? 0xf) & 0x0f) <= 1
}
