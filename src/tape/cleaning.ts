import { setTimeout as pause } from 'node:timers/promises'
import type { Element } from '../collectors/changers.ts'
import { isFailure } from '../collectors/failures.ts'
import { ask } from '../collectors/scsi-devices.ts'
import type { Host } from '../host/host.ts'
import { describeOutcome, isUnitAttention, type Outcome } from '../scsi/answer.ts'
import { testUnitReady } from '../scsi/cdb.ts'
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
  uses: ReadonlyMap<string, number>,
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
  const counted = meant.map((element) => ({
    element,
    used: uses.get(element.volumeTag ?? '') ?? 0,
  }))
  const usable = counted
    .filter(({ element, used }) => element.volumeTag !== null && used < rules.uses)
    .sort((one, other) => other.used - one.used || one.element.number - other.element.number)
  const [first] = usable
  if (first !== undefined) return first.element
  const reasons = counted.map(({ element, used }) =>
    element.volumeTag === null
      ? `${placeName(element)}: its uses cannot be counted, as it has no barcode`
      : `${cartridgeName(element.volumeTag)} was used ${used} times, and is used up`,
  )
  throw refuse(reasons.join('; '))
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
