import type { CartridgeHealth, DriveReading, Work } from './drive-health.ts'

/** What is compared of two readings of a drive. */
export type Counted = Pick<DriveReading, 'write' | 'read' | 'traffic'> & {
  lifetime: Pick<DriveReading['lifetime'], 'hardWriteErrors' | 'hardReadErrors'>
  cartridge: Pick<
    CartridgeHealth,
    'serial' | 'barcode' | 'unrecoveredWriteErrors' | 'unrecoveredReadErrors'
  > | null
}

/** Work of which nothing is known. */
export const UNCOUNTED: Work = {
  writtenBytes: null,
  readBytes: null,
  rewrites: null,
  rereads: null,
  correctedWriteErrors: null,
  correctedReadErrors: null,
  unrecoveredWriteErrors: null,
  unrecoveredReadErrors: null,
}

/** What tells a cartridge from others: the serial number of its medium, else its barcode; null when it has neither. */
export function cartridgeKey(
  cartridge: Pick<CartridgeHealth, 'serial' | 'barcode'> | null,
): string | null {
  return cartridge?.serial ?? cartridge?.barcode ?? null
}

/** Whether it is known that the cartridge stayed. */
export function isSameCartridge(before: Counted, now: Counted): boolean {
  const key = cartridgeKey(now.cartridge)
  return key !== null && key === cartridgeKey(before.cartridge)
}

/**
 * What was done with the cartridge of `now` since the reading before.
 *
 * Some drives count for ever, others anew with every load, and none says which: a page of which any number fell
 * was reset, and then counts the cartridge that is loaded. Without that, and with another cartridge, nobody
 * knows which of both the difference belongs to, and it is given to neither. With none before there is no other.
 * Of a reading with itself it is none, of what is counted.
 */
export function workBetween(before: Counted, now: Counted): Work {
  const same = before.cartridge === null || isSameCartridge(before, now)
  const write = differences(before.write, now.write, same)
  const read = differences(before.read, now.read, same)
  const traffic = differences(before.traffic, now.traffic, same)
  const lasting = (get: (reading: Counted) => number | null | undefined): number | null => {
    const value = get(now) ?? null
    if (same) return increase(get(before) ?? null, value)
    return value === null ? null : 0
  }
  return {
    writtenBytes: traffic('writtenBytes') ?? write('processedBytes'),
    readBytes: traffic('readBytes') ?? read('processedBytes'),
    rewrites: write('retries'),
    rereads: read('retries'),
    correctedWriteErrors: write('corrected'),
    correctedReadErrors: read('corrected'),
    // One error can be on several pages, so the largest of their differences is taken and not the sum.
    unrecoveredWriteErrors: largest(
      write('uncorrected'),
      lasting(({ lifetime }) => lifetime.hardWriteErrors),
      lasting(({ cartridge }) => cartridge?.unrecoveredWriteErrors),
    ),
    unrecoveredReadErrors: largest(
      read('uncorrected'),
      lasting(({ lifetime }) => lifetime.hardReadErrors),
      lasting(({ cartridge }) => cartridge?.unrecoveredReadErrors),
    ),
  }
}

/** Unrecovered errors of the drive between two readings, whatever was in it: what it counts over its life. */
export function hardErrorsBetween(before: Counted, now: Counted) {
  return {
    writeErrors: increase(before.lifetime.hardWriteErrors, now.lifetime.hardWriteErrors) ?? 0,
    readErrors: increase(before.lifetime.hardReadErrors, now.lifetime.hardReadErrors) ?? 0,
  }
}

/** Two pieces of work, one after the other: as far as it was told. */
export function addWork(one: Work, other: Work): Work {
  return {
    writtenBytes: sum(one.writtenBytes, other.writtenBytes),
    readBytes: sum(one.readBytes, other.readBytes),
    rewrites: sum(one.rewrites, other.rewrites),
    rereads: sum(one.rereads, other.rereads),
    correctedWriteErrors: sum(one.correctedWriteErrors, other.correctedWriteErrors),
    correctedReadErrors: sum(one.correctedReadErrors, other.correctedReadErrors),
    unrecoveredWriteErrors: sum(one.unrecoveredWriteErrors, other.unrecoveredWriteErrors),
    unrecoveredReadErrors: sum(one.unrecoveredReadErrors, other.unrecoveredReadErrors),
  }
}

const GIGABYTE = 1_000_000_000

/** Retries for each gigabyte; null while there is not even one. */
export function perGigabyte(retries: number | null, bytes: number | null): number | null {
  if (retries === null || bytes === null || bytes < GIGABYTE) return null
  return retries / (bytes / GIGABYTE)
}

/** How to ask what a number of a page grew by. */
function differences<Page extends { readonly [Name in keyof Page]: number | null }>(
  before: Page | null,
  now: Page | null,
  same: boolean,
): (name: keyof Page) => number | null {
  if (now === null) return () => null
  const names = Object.keys(now) as (keyof Page)[]
  const wasReset = before !== null && names.some((name) => isLess(now[name], before[name]))
  return (name) => {
    const value = now[name]
    if (wasReset) return value
    if (!same || before === null) return value === null ? null : 0
    return increase(before[name], value)
  }
}

function isLess(now: number | null, before: number | null): boolean {
  return now !== null && before !== null && now < before
}

function increase(before: number | null, now: number | null): number | null {
  return before === null || now === null ? null : Math.max(0, now - before)
}

function sum(one: number | null, other: number | null): number | null {
  return one === null ? other : one + (other ?? 0)
}

function largest(...numbers: readonly (number | null)[]): number | null {
  const known = numbers.filter((number) => number !== null)
  return known.length === 0 ? null : Math.max(...known)
}
