import { DecodeError, hexByte } from '../bytes.ts'
import { logPageHeader } from './page.ts'

/** Number of the page that lists the others (SPC-4 7.3.16). */
export const SUPPORTED_LOG_PAGES = 0x00

/**
 * Subpage code that lists subpages: of every page on page 00h, of one page on that page (SPC-4,
 * supported log pages and subpages).
 */
export const SUPPORTED_SUBPAGES = 0xff

/**
 * The pages that a device has, from log page 00h (SPC-4 7.3.16). Some devices die of being asked
 * for others.
 */
export function decodeSupportedLogPages(data: Uint8Array): number[] {
  const { page, subpage, body } = logPageHeader(data)
  if (page !== SUPPORTED_LOG_PAGES || subpage !== 0) {
    const which = subpage === 0 ? '' : `/${hexByte(subpage)}h`
    throw new DecodeError('log page 00h', `the answer is page ${hexByte(page)}h${which}`)
  }
  return [...body].map((code) => code & 0x3f)
}

/** A page, or a subpage of it: 0 is the page itself. */
export interface SupportedSubpage {
  page: number
  subpage: number
}

/**
 * The pages and subpages that a device has, from log page 00h/FFh (SPC-4), or those of one
 * page from nnh/FFh. DecodeError when it is another page. Devices that do not know
 * subpages answer with page 00h alone, which says so.
 */
export function decodeSupportedSubpages(data: Uint8Array): SupportedSubpage[] {
  const { page, subpage, body } = logPageHeader(data)
  if (subpage !== SUPPORTED_SUBPAGES) {
    const name = subpage === 0 ? `${hexByte(page)}h` : `${hexByte(page)}h/${hexByte(subpage)}h`
    throw new DecodeError('supported subpages', `the answer is page ${name}`)
  }
  const pages: SupportedSubpage[] = []
  for (let at = 0; at + 2 <= body.length; at += 2) {
    pages.push({ page: (body[at] ?? 0) & 0x3f, subpage: body[at + 1] ?? 0 })
  }
  return pages
}
