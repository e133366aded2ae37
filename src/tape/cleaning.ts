import { setTimeout as pause } from 'node:timers/promises'
import type { Element } from '../collectors/changers.ts'
import { isFailure } from '../collectors/failures.ts'
import { ask } from '../collectors/scsi-devices.ts'
import type { Host } from '../host/host.ts'
import { describeOutcome, isUnitAttention, type Outcome } from '../scsi/answer.ts'
import { readAttributes, testUnitReady } from '../scsi/cdb.ts'
import { decodeCartridgeMemory } from '../scsi/medium-auxiliary-memory.ts'
import {
  cartridgeName,
  isDrive,
  MoveNotPossibleError,
  placeName,
  type Contents,
} from './library.ts'
import { NotReadyError, type Waiting } from './ready.ts'

/** How cleaning cartridges are told from others, and how often one may be used. */
export interface CleaningRules {
  /** Barcodes that begin so; no barcode does when it is empty. */
  prefix: string
  /** After so many uses it cleans no more. */
  uses: number
}

/** How often a cleaning cartridge was used. */
export interface CleaningUse {
  /** As its memory said last, and what was counted since; of one whose memory was never read what was counted. */
  uses: number
  /** How often it can clean, as its memory says; null when that is not known. */
  limit: number | null
  /** When its memory was read last; null when it never was. */
  memoryAt: Date | null
}

/** Whether it is a cleaning cartridge: as its library says, or by its barcode. */
export function isCleaning(
  { volumeTag, mediumType }: Pick<Element, 'volumeTag' | 'mediumType'>,
  { prefix }: Pick<CleaningRules, 'prefix'>,
): boolean {
  if (mediumType === 'cleaning') return true
  // Which medium it is the library does not always know, and mtx never tells.
  return prefix !== '' && volumeTag?.startsWith(prefix) === true
}

/**
 * The cleaning cartridge that is taken: the one that is named, else that which was used most and is not used up.
 * Throws MoveNotPossibleError with what is the matter with each.
 */
export function chooseCleaning(
  { library, elements }: Contents,
  wanted: string | null,
  uses: ReadonlyMap<string, CleaningUse>,
  rules: CleaningRules,
): Element {
  const refuse = (reason: string) => new MoveNotPossibleError(`${library}: ${reason}`)
  const there = elements.filter(
    (element) => element.full && !isDrive(element) && isCleaning(element, rules),
  )
  const meant = wanted === null ? there : there.filter(({ volumeTag }) => volumeTag === wanted)
  if (meant.length === 0) {
    throw refuse(
      wanted === null
        ? 'there is no cleaning cartridge in its storage elements'
        : `${wanted} is no cleaning cartridge in its storage elements`,
    )
  }
  const counted = meant.map((element) => {
    const use = uses.get(element.volumeTag ?? '')
    const used = use?.uses ?? 0
    const limit = limitOf(use?.limit ?? null, rules)
    const since = use?.memoryAt?.toISOString().slice(0, 10)
    return { element, used, limit, since }
  })
  const usable = counted
    .filter(({ element, used, limit }) => element.volumeTag !== null && used < limit)
    .sort((one, other) => other.used - one.used || one.element.number - other.element.number)
  const [first] = usable
  if (first !== undefined) return first.element
  const reasons = counted.map(({ element, used, limit, since }) => {
    if (element.volumeTag === null) {
      return `${placeName(element)}: its uses cannot be counted, as it has no barcode`
    }
    const source = since === undefined ? 'as counted here' : `its memory was read on ${since}`
    const name = cartridgeName(element.volumeTag)
    return `${name} was used ${used} times of ${limit} (${source}), and is used up`
  })
  throw refuse(reasons.join('; '))
}

/** After so many uses it is used up: what its memory says, and the rules where they say less. */
export function limitOf(limit: number | null, rules: Pick<CleaningRules, 'uses'>): number {
  return Math.min(limit ?? rules.uses, rules.uses)
}

/** MEDIUM TYPE (0408h) of a cleaning cartridge; 0409h says then how often it can clean (SPC-5 7.4.2.3). */
const CLEANING_MEDIUM = 0x01

/** What the memory of a cartridge tells; null when it does not, and why it could not be asked. */
export interface ToldMemory {
  told: Pick<CleaningUse, 'uses' | 'limit'> | null
  error: string | null
}

/** How often the cleaning cartridge in a drive was loaded, and how often it can clean, as its memory says. */
export async function cleaningMemory(
  host: Pick<Host, 'scsi'>,
  device: string,
  volumeTag: string,
): Promise<ToldMemory> {
  try {
    const options = { dataInBytes: 0xffff, timeoutMs: 10_000 }
    const answer = await ask(host, device, readAttributes(), options)
    if (answer.kind !== 'good') return { told: null, error: null }
    const memory = decodeCartridgeMemory(answer.data)
    const { mediumType, mediumTypeInformation: most, loads, barcode } = memory
    const isIt = barcode === null || barcode === volumeTag
    if (mediumType !== CLEANING_MEDIUM || !isIt || loads === null || loads < 1) {
      return { told: null, error: null }
    }
    return { told: { uses: loads, limit: most === null || most < 1 ? null : most }, error: null }
  } catch (error) {
    if (!isFailure(error)) throw error
    return { told: null, error: error.message }
  }
}

const NOT_READY = 0x2
/** SPC-5 annex F. */
const CLEANING_INSTALLED = 0x3003
const CLEANING_FAILED = [0x3007, 0x300a]
const NO_MEDIUM = 0x3a

/**
 * Waits until a drive has cleaned itself: it says that it has a cleaning cartridge, or is becoming ready, until it has
 * put it out. Rejects with NotReadyError, also when it says that it could not.
 */
export async function untilCleaned(
  device: string,
  seconds: number,
  waiting: Waiting,
): Promise<void> {
  const { host, now, signal, report, everyMs = 5_000 } = waiting
  const beganMs = now().getTime()
  for (;;) {
    const { over, said } = await stateOf(host, device)
    if (over) return
    const passed = (now().getTime() - beganMs) / 1000
    if (passed >= seconds) {
      throw new NotReadyError(device, `has not cleaned itself within ${seconds} s: ${said}`)
    }
    report(Math.min(1, passed / seconds))
    await pause(everyMs, undefined, { signal }).catch(() => {
      throw new NotReadyError(device, `was not waited for any longer: ${said}`)
    })
  }
}

async function stateOf(host: Pick<Host, 'scsi'>, device: string) {
  let outcome: Outcome
  try {
    outcome = await ask(host, device, testUnitReady(), { dataInBytes: 0, timeoutMs: 10_000 })
  } catch (error) {
    if (!isFailure(error)) throw error
    return { over: false, said: error.message }
  }
  const said = describeOutcome(outcome)
  if (outcome.kind === 'good') return { over: true, said }
  if (outcome.kind !== 'check-condition' || isUnitAttention(outcome)) return { over: false, said }
  const { key = 0, asc = 0, ascq = 0 } = outcome.sense ?? {}
  const code = asc * 0x100 + ascq
  if (CLEANING_FAILED.includes(code)) throw new NotReadyError(device, said)
  // While it cleans, it has a cartridge that is none for data; then it has none that is threaded.
  if (code === CLEANING_INSTALLED) return { over: false, said }
  if (key === NOT_READY) return { over: asc === NO_MEDIUM, said }
  throw new NotReadyError(device, said)
}
