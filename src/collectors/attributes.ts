import { HostError, NotFoundError, ReadError, type Host } from '../host/host.ts'
import { ParseError } from './collector.ts'

/**
 * The value of a sysfs attribute that may be missing, without blanks around it; null when it is empty and
 * when it cannot be had: drivers leave files out, or answer EINVAL, ENODATA or EOPNOTSUPP for what they do not know.
 */
export async function attribute(host: Host, path: string): Promise<string | null> {
  try {
    return (await host.readText(path)).trim() || null
  } catch (error) {
    if (error instanceof HostError) return null
    throw error
  }
}

/** A decimal sysfs attribute, negative ones too; null when it cannot be had or is no number. */
export async function numberAttribute(host: Host, path: string): Promise<number | null> {
  const text = await attribute(host, path)
  return text !== null && /^-?\d{1,20}$/.test(text) ? Number(text) : null
}

/**
 * What `read` makes of each name, in their order. Devices come and go while they are walked:
 * one that is not found any more is left out, and so is one of which `read` makes null.
 */
export async function readEach<T>(
  names: readonly string[],
  read: (name: string) => Promise<T | null>,
): Promise<T[]> {
  const items = await Promise.all(
    names.map(async (name) => {
      try {
        return await read(name)
      } catch (error) {
        if (hasGone(error)) return null
        throw error
      }
    }),
  )
  return items.filter((item) => item !== null)
}

/** sysfs answers ENODEV when the device goes between the opening and the reading of a file. */
function hasGone(error: unknown): boolean {
  return error instanceof NotFoundError || (error instanceof ReadError && error.errno === 'ENODEV')
}

/** The last name of the path that a link leads to; null when there is no such link. */
export async function linkName(host: Host, path: string): Promise<string | null> {
  try {
    const target = await host.realpath(path)
    return target.slice(target.lastIndexOf('/') + 1)
  } catch (error) {
    if (error instanceof HostError) return null
    throw error
  }
}

/** A count in decimal digits of 64 bits at most. Throws ParseError naming the source. */
export function parseCount(source: string, text: string | undefined): number {
  if (text === undefined || !/^\d{1,20}$/.test(text)) {
    throw new ParseError(source, `${JSON.stringify(text ?? '')} is not a count`)
  }
  return Number(text)
}

/** A decimal fraction such as `0.14`. Throws ParseError naming the source. */
export function parseDecimal(source: string, text: string | undefined): number {
  if (text === undefined || !/^\d{1,20}(?:\.\d{1,20})?$/.test(text)) {
    throw new ParseError(source, `${JSON.stringify(text ?? '')} is not a number`)
  }
  return Number(text)
}

/** Sectors in sysfs and /proc/diskstats have 512 bytes whatever the disk's own sectors are (block/genhd.c). */
export const SECTOR_BYTES = 512

/** md2 before md10. */
export function byNumber(a: string, b: string): number {
  return BY_NUMBER.compare(a, b)
}

const BY_NUMBER = new Intl.Collator('en', { numeric: true })
