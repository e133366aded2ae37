import { NotFoundError, RecordingHoleError } from '../host/host.ts'
import type { Host } from '../host/host.ts'
import { describeOutcome, type Outcome } from '../scsi/answer.ts'
import { inquiry, logSense, readAttributes } from '../scsi/cdb.ts'
import { ACTIVITIES, decodeDeviceStatus, DT_DEVICE_STATUS } from '../scsi/log/device-status.ts'
import type { VeryHighFrequencyData } from '../scsi/log/device-status.ts'
import { ENVIRONMENTAL_LIMITS } from '../scsi/log/environment.ts'
import { REQUESTED_RECOVERY } from '../scsi/log/requested-recovery.ts'
import {
  decodeSupportedLogPages,
  decodeSupportedSubpages,
  SUPPORTED_LOG_PAGES,
  SUPPORTED_SUBPAGES,
} from '../scsi/log/supported-pages.ts'
import { TEMPERATURE } from '../scsi/log/temperature.ts'
import { decodeVpdPages } from '../scsi/inquiry.ts'
import { ILLEGAL_REQUEST, UNIT_ATTENTION, type Sense } from '../scsi/sense.ts'
import { AUTOMATION_SERIAL, ELEMENT_ADDRESS } from '../scsi/vpd-tape.ts'
import { isFailure } from './failures.ts'
import { ask, type ScsiUnit } from './scsi-devices.ts'

/** What a drive told, question by question; what it does not have, or did not tell, is missing. */
export interface PagesTold {
  /** Node through which it answered. */
  device: string
  /** Answers by the name of the question, see pageName, vpdName and MEMORY. */
  pages: ReadonlyMap<string, Uint8Array>
  status: VeryHighFrequencyData | null
  /** Questions that it refuses by its nature, and need not be asked again with this firmware. */
  refused: readonly string[]
  /** Why it was left alone, which is no failure; null when it was asked everything. */
  passedOver: string | null
  /** Why it could not be asked everything, where that is one. */
  error: string | null
}

/** How a log page is called among the questions: `17`, `0d/02`. */
export function pageName(page: number, subpage = 0): string {
  const hex = (byte: number) => byte.toString(16).padStart(2, '0')
  return subpage === 0 ? hex(page) : `${hex(page)}/${hex(subpage)}`
}

/** How a page of vital product data is called among the questions. */
export function vpdName(page: number): string {
  return `vpd/${pageName(page)}`
}

/** How the memory of the cartridge (MAM) is called among the questions. */
export const MEMORY = 'memory'

/** The longest page that is read, 17h, has less than 2 KiB; more than 64 KiB cannot be asked for. */
const ALLOCATION_BYTES = 0xffff
const TIMEOUT_MS = 10_000

/**
 * What a drive may do while it is asked. Log pages come from its memory, but while it moves the medium for
 * anything else many drives answer late, and one that loads or unloads has nothing to tell yet.
 */
const ANSWERS_DURING = [
  'no-activity',
  'reading',
  'writing',
  'reading-encrypted',
  'writing-encrypted',
]

/** Additional sense codes (SPC-5 annex F.2); LOGICAL UNIT NOT SUPPORTED: nothing is there to refuse anything. */
const INVALID_OPERATION_CODE = 0x20
const NOT_SUPPORTED = 0x25

/** Sense keys of a drive that will answer another time: not ready, unit attention, aborted command. */
const LATER = [0x2, UNIT_ATTENTION, 0xb]

/** What a drive tells the changer's initiators of its place, and lists like any other VPD page. */
const VPD_PAGES = [AUTOMATION_SERIAL, ELEMENT_ADDRESS]

/**
 * Asks a drive one thing after the other: page 00h, its status, what it asks for itself (13h), of `pages` those that page 00h lists, its
 * place, and the memory of the cartridge in it. It is left alone when its status says that it is busy
 * moving, and at the first sign that it is. The first answer that does not come ends it: a drive that hangs
 * costs one time-out. `refused` are questions that are not asked.
 */
export async function readDrivePages(
  host: Host,
  { paths }: ScsiUnit,
  pages: readonly number[],
  refused: readonly string[],
): Promise<PagesTold> {
  const [first, ...others] = paths
  let talk = new Talk(host, first.device, refused)
  let told = await talk.through(pages)
  for (const { device } of others) {
    if (!talk.silentAtOnce) break
    talk = new Talk(host, device, refused)
    told = await talk.through(pages)
  }
  return told
}

/** One round of questions to one drive through one path. */
class Talk {
  /** Nothing came back through this path, and another one may do. */
  silentAtOnce = false
  readonly #host: Host
  readonly #device: string
  readonly #refused: Set<string>
  readonly #pages = new Map<string, Uint8Array>()
  #status: VeryHighFrequencyData | null = null
  #passedOver: string | null = null
  #error: string | null = null

  constructor(host: Host, device: string, refused: readonly string[]) {
    this.#host = host
    this.#device = device
    this.#refused = new Set(refused)
  }

  async through(pages: readonly number[]): Promise<PagesTold> {
    const listed = await this.#listed()
    if (listed.includes(DT_DEVICE_STATUS)) await this.#askStatus()
    // A drive that is stuck says so in the midst of what it does.
    const stuck = this.#status?.recoveryRequested === true && !this.#status.inTransition
    if (stuck && listed.includes(REQUESTED_RECOVERY)) await this.#askPage(REQUESTED_RECOVERY)
    this.#leaveAloneIfBusy()
    for (const page of pages) {
      if (listed.includes(page)) await this.#askPage(page)
    }
    if (listed.includes(TEMPERATURE)) await this.#askLimits()
    await this.#askPlace()
    if (this.#status?.mounted !== false) await this.#ask(MEMORY, readAttributes())
    return {
      device: this.#device,
      pages: this.#pages,
      status: this.#status,
      refused: [...this.#refused].sort(),
      passedOver: this.#passedOver,
      error: this.#error,
    }
  }

  get #over(): boolean {
    return this.#passedOver !== null || this.#error !== null
  }

  async #listed(): Promise<readonly number[]> {
    const data = await this.#askPage(SUPPORTED_LOG_PAGES)
    return data === null ? [] : (this.#decode(data, decodeSupportedLogPages) ?? [])
  }

  async #askStatus(): Promise<void> {
    const data = await this.#askPage(DT_DEVICE_STATUS)
    if (data === null) return
    const status = this.#decode(data, decodeDeviceStatus)
    // Until it is initialized a drive does not vouch for any other bit (ADC-3 6.1.2.2).
    this.#status = status?.initialized === true ? status : null
  }

  #leaveAloneIfBusy(): void {
    if (this.#status === null || this.#over) return
    const activity = ACTIVITIES[this.#status.activity] ?? 'unknown'
    if (this.#status.inTransition) this.#passedOver = 'in transition'
    else if (!ANSWERS_DURING.includes(activity)) this.#passedOver = activity
  }

  /** The limits of its sensors are on a subpage, and page 00h lists no subpages. */
  async #askLimits(): Promise<void> {
    const data = await this.#askPage(SUPPORTED_LOG_PAGES, SUPPORTED_SUBPAGES)
    // A drive that does not know subpages can answer with the page itself.
    if (data === null || ((data[0] ?? 0) & 0x40) === 0) return
    const subpages = this.#decode(data, decodeSupportedSubpages) ?? []
    const has = subpages.some(
      ({ page, subpage }) => page === TEMPERATURE && subpage === ENVIRONMENTAL_LIMITS,
    )
    if (has) await this.#askPage(TEMPERATURE, ENVIRONMENTAL_LIMITS)
  }

  async #askPlace(): Promise<void> {
    const data = await this.#askVpd(0x00)
    const listed = data === null ? [] : (this.#decode(data, decodeVpdPages) ?? [])
    for (const page of VPD_PAGES) {
      if (listed.includes(page)) await this.#askVpd(page)
    }
  }

  #askVpd(page: number): Promise<Uint8Array | null> {
    return this.#ask(vpdName(page), inquiry(page))
  }

  #askPage(page: number, subpage = 0): Promise<Uint8Array | null> {
    const cdb = logSense(page, ALLOCATION_BYTES)
    cdb[3] = subpage
    return this.#ask(pageName(page, subpage), cdb)
  }

  async #ask(name: string, cdb: Uint8Array): Promise<Uint8Array | null> {
    if (this.#over || this.#refused.has(name)) return null
    const first = this.#pages.size === 0
    try {
      const outcome = await ask(this.#host, this.#device, cdb, {
        dataInBytes: ALLOCATION_BYTES,
        timeoutMs: TIMEOUT_MS,
      })
      if (outcome.kind === 'good') {
        this.#pages.set(name, outcome.data)
        return outcome.data
      }
      this.#heed(name, outcome)
      this.silentAtOnce = first && outcome.kind === 'transport-failure'
    } catch (error) {
      if (!isFailure(error)) throw error
      this.silentAtOnce = first && error instanceof NotFoundError
      // A recording that does not hold the answer says nothing against the drive.
      if (!(error instanceof RecordingHoleError)) this.#error = error.message
      else if (first) this.#passedOver = error.message
    }
    return null
  }

  /** Draws the consequence of an answer that is not one. */
  #heed(name: string, outcome: Exclude<Outcome, { kind: 'good' }>): void {
    const reason = describeOutcome(outcome)
    if (outcome.kind === 'busy' || outcome.kind === 'reservation-conflict') {
      this.#passedOver = reason
    } else if (outcome.kind === 'transport-failure' || outcome.sense === null) {
      this.#error = reason
    } else {
      this.#heedSense(name, outcome.sense, reason)
    }
  }

  #heedSense(name: string, { key, asc }: Sense, reason: string): void {
    if (key === ILLEGAL_REQUEST && asc === INVALID_OPERATION_CODE) this.#refused.add(name)
    // What the memory of this cartridge does not have another one may have.
    else if (name === MEMORY) return
    else if (key === ILLEGAL_REQUEST && asc !== NOT_SUPPORTED) this.#refused.add(name)
    else if (LATER.includes(key)) this.#passedOver = reason
    else this.#error = reason
  }

  #decode<T>(data: Uint8Array, decode: (data: Uint8Array) => T): T | null {
    try {
      return decode(data)
    } catch (error) {
      if (!isFailure(error)) throw error
      this.#error = error.message
      return null
    }
  }
}
