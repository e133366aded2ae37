import type { Host } from '../host/host.ts'
import type { Snapshot } from '../snapshot.ts'
import { decide } from './decide.ts'
import { followFlags, followResponse, type ResolvedByHand } from './endings.ts'
import type { Journal } from './journal.ts'
import type { Decision, Memory, TapeAlertStore } from './memory.ts'
import { LastCartridges } from './last-cartridges.ts'
import { Patience } from './patience.ts'
import {
  readAftermath,
  readResponse,
  readTapeAlertPage,
  TapeAlertReadError,
  type AnsweredPage,
} from './pages.ts'
import { noAftermath, noteFailure, noteInterrupted, noteReading } from './readings.ts'
import type { Aftermath, PageReading } from './readings.ts'
import { stateOf } from './state.ts'
import type { TapeAlertMode, TapeAlertState } from './tape-alert.ts'
import { watchedDevices, type WatchedDevice } from './watched.ts'

/** What is asked, where it is kept, and who is told. */
export interface TapeAlertsOptions {
  host: Pick<Host, 'scsi'>
  store: TapeAlertStore
  journal: Pick<Journal, 'add' | 'remove' | 'entries'>
  /** What the appliance looks like now. */
  snapshot: () => Snapshot
  /** Asked each time, so that a reload is heeded. */
  settings: () => { mode: TapeAlertMode; pollSeconds: number }
  /** Alerts of flags that operators resolved. */
  resolvedByHand: () => Promise<readonly ResolvedByHand[]>
  now: () => Date
  newId: () => string
  /** Told when flags were stored, so that they can be evaluated at once. */
  onStored: () => void
  onError: (error: Error) => void
}

/** What is to be written of a device, and what is done then. */
interface Debt {
  decide: (memory: Memory) => Decision<void>
  done: () => Promise<void>
}

/** From one reading of page 12h to the next, of a device whose flags stand there. */
const RESPONSE_INTERVAL_MS = 300_000

/** What a device is waited for when the daemon stops. The page of one that answers later is lost, and said to be. */
const STOP_MS = 5_000

/**
 * Reads TapeAlert pages when devices show that there is something new, once each, and keeps what they said.
 * Devices are read apart from each other and from everything else: one that hangs delays nobody.
 */
export class TapeAlerts {
  readonly #options: TapeAlertsOptions
  readonly #readings = new Map<string, Promise<void>>()
  /** What could not be written yet, by device. */
  readonly #owed = new Map<string, Debt>()
  readonly #patience = new Patience()
  readonly #cartridges = new LastCartridges()
  readonly #responsesAt = new Map<string, Date>()
  #round: Promise<void> | null = null
  #again = false
  #started = false
  #recovered = false

  constructor(options: TapeAlertsOptions) {
    this.#options = options
  }

  /** Begins to look, now and from then on at every `look()`. */
  start(): void {
    this.#started = true
    this.look()
  }

  /** Resolves when what was being read is stored, at the latest after some seconds. */
  async stop(): Promise<void> {
    this.#started = false
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, STOP_MS)
    })
    await Promise.race([this.settled(), late])
    clearTimeout(timer)
  }

  /** Looks whether there is something to read; to be called whenever drives or changers were read. */
  look(): void {
    if (!this.#started) return
    if (this.#round !== null) {
      this.#again = true
      return
    }
    this.#again = false
    this.#round = this.#look()
      .catch((cause: unknown) => {
        this.#options.onError(new Error('TapeAlert pages are not read', { cause }))
      })
      .finally(() => {
        this.#round = null
        if (this.#again) this.look()
      })
  }

  /** Takes a snapshot in and resolves with what is known of flags. Rejects with DatabaseUnavailableError. */
  async update(snapshot: Snapshot): Promise<TapeAlertState> {
    const { store, settings, resolvedByHand, now } = this.#options
    const resolved = await resolvedByHand()
    return store.change((memory) => {
      const watched = watchedDevices(snapshot)
      const flags = followFlags(memory.flags, { watched, resolved, now: now() })
      const lasting = memory.flags
        .map((flag) => flags.find(({ key }) => key === flag.key) ?? flag)
        .filter(({ endedAt }) => endedAt === null)
      const state = stateOf({ ...memory, flags: lasting }, snapshot, settings().mode)
      return { result: state, flags }
    })
  }

  /** Resolves when nothing is being looked at, read or stored. */
  async settled(): Promise<void> {
    while (this.#round !== null || this.#readings.size > 0) {
      await this.#round
      await Promise.all(this.#readings.values())
    }
  }

  /** Rejects when the database is not there, before anything is read. */
  async #look(): Promise<void> {
    const { store, snapshot, settings, now } = this.#options
    await this.#recover()
    await this.#settleDebts()
    const seen = watchedDevices(snapshot())
    this.#cartridges.observe(seen, now())
    const watched = this.#patience.withhold(seen, now()).filter((device) => !this.#isBusy(device))
    if (watched.length === 0) return
    const { due, standing } = await store.change((memory) => {
      const plan = decide(watched, memory, { ...settings(), now: now() })
      const standing = watched.filter(
        (device) => stands(device, memory) && !plan.due.includes(device),
      )
      return { result: { due: plan.due, standing }, devices: plan.devices }
    })
    for (const device of due) this.#apart(device, () => this.#read(device))
    for (const device of standing) {
      if (this.#isResponseDue(device)) this.#apart(device, () => this.#readResponse(device))
    }
  }

  /** Takes in what an earlier daemon has read and not stored, and says what it may have lost. */
  async #recover(): Promise<void> {
    if (this.#recovered) return
    const { store, journal, now, newId, onError, onStored } = this.#options
    const { readings, damaged } = await journal.entries()
    for (const path of damaged) onError(new Error(`${path}: holds no TapeAlert page`))
    for (const reading of readings) {
      await store.change((memory) => noteReading(memory, reading, noAftermath, newId))
      await journal.remove(reading.id)
    }
    await store.change((memory) => noteInterrupted(memory, now()))
    this.#recovered = true
    if (readings.length > 0) onStored()
  }

  async #read(device: WatchedDevice): Promise<void> {
    const { host, journal, now, newId, onError } = this.#options
    let answer: AnsweredPage
    try {
      answer = await readTapeAlertPage(host, device.place.node)
    } catch (error) {
      const failure = failureOf(error)
      await this.#note(device, (memory) => noteFailure(memory, device, failure, now()))
      if (error instanceof TapeAlertReadError) return
      throw error
    }
    const { page, supported } = answer
    const reading: PageReading = {
      id: newId(),
      device: this.#briefly(device),
      readAt: now(),
      page,
    }
    await journal.add(reading).catch((cause: unknown) => {
      // It is in memory still, and on its way to the database.
      onError(new Error(`TapeAlert page of ${device.id}: not in the journal`, { cause }))
    })
    const aftermath = await this.#readAftermath(device, supported)
    // What was seen before the device was asked for the last time is not newer than what it answered.
    const read = { ...reading, readAt: now() }
    await this.#note(
      device,
      (memory) => noteReading(memory, read, aftermath, newId),
      () => journal.remove(reading.id),
    )
  }

  async #readAftermath(device: WatchedDevice, supported: readonly number[]): Promise<Aftermath> {
    if (device.kind !== 'drive') return noAftermath
    try {
      return await readAftermath(this.#options.host, device.place.node, supported)
    } catch (cause) {
      // The flags are kept whatever comes after them.
      this.#options.onError(new Error(`log pages of ${device.id}`, { cause }))
      return noAftermath
    }
  }

  async #readResponse(device: WatchedDevice): Promise<void> {
    const { host, store, now } = this.#options
    this.#responsesAt.set(keyOf(device), now())
    const response = await readResponse(host, device.place.node)
    if (response === null) return
    await store.change((memory) => {
      return { result: undefined, flags: followResponse(memory.flags, device, response, now()) }
    })
  }

  /** Writes what is decided, at once or when the database is back. */
  async #note(
    device: WatchedDevice,
    decide: (memory: Memory) => Decision<void>,
    done: () => Promise<void> = async () => undefined,
  ): Promise<void> {
    this.#owed.set(keyOf(device), { decide, done })
    await this.#settleDebts()
  }

  async #settleDebts(): Promise<void> {
    const { store, onStored, onError } = this.#options
    for (const [key, debt] of this.#owed) {
      // Taken out first, so that nobody else writes it as well.
      this.#owed.delete(key)
      try {
        await store.change(debt.decide)
        await debt.done()
        onStored()
      } catch (cause) {
        this.#owed.set(key, debt)
        onError(new Error(`TapeAlert page of ${key}: not stored yet`, { cause }))
        return
      }
    }
  }

  /** What is kept of a device with its page. */
  #briefly(device: WatchedDevice): PageReading['device'] {
    const { kind, id, place, signs, volumeTag, mediumPresent } = device
    const last = this.#cartridges.lastIn(id, this.#options.now())
    const lastVolumeTag = mediumPresent === false ? last : null
    return { kind, id, place, signs, volumeTag, mediumPresent, lastVolumeTag }
  }

  /** Runs one thing at a time for a device; what fails is told, and does not stop the others. */
  #apart(device: WatchedDevice, work: () => Promise<void>): void {
    const key = keyOf(device)
    const running = work()
      .catch((cause: unknown) => {
        this.#options.onError(new Error(`TapeAlert page of ${device.id}`, { cause }))
      })
      .finally(() => this.#readings.delete(key))
    this.#readings.set(key, running)
  }

  #isBusy(device: WatchedDevice): boolean {
    const key = keyOf(device)
    return this.#readings.has(key) || this.#owed.has(key)
  }

  #isResponseDue(device: WatchedDevice): boolean {
    const at = this.#responsesAt.get(keyOf(device))
    return at === undefined || this.#options.now().getTime() - at.getTime() >= RESPONSE_INTERVAL_MS
  }
}

/** Whether flags of the device stand on its page 12h. */
function stands({ kind, id }: WatchedDevice, { flags }: Memory): boolean {
  return flags.some((flag) => flag.kind === kind && flag.id === id && flag.standing === 'response')
}

/** Of an error that nobody has thought of it is not known whether the device was asked. */
function failureOf(error: unknown): Parameters<typeof noteFailure>[2] {
  if (!(error instanceof TapeAlertReadError)) {
    return { error: String(error), asked: true, lasting: false }
  }
  const { message, asked, lasting } = error
  return { error: message, asked, lasting }
}

function keyOf({ kind, id }: { kind: string; id: string }): string {
  return `${kind} ${id}`
}
