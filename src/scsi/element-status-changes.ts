import { elementPages, type ElementPage } from './element-status.ts'

/** An element whose descriptor has changed. */
export interface ChangedElement {
  /** Which of the answer's descriptors it is, from 0. */
  index: number
  /** Where that is, and in which page: for descriptorAt, as not everybody needs what it says. */
  at: number
  page: ElementPage
}

/**
 * The elements that two answers to the same request describe differently, in their order. Null where more than that
 * differs: other elements, another layout, or what is left of a descriptor that was cut. `before` is an answer that
 * decodeElementStatus has decoded, so `now` is one too where it is not null.
 */
export function changedElements(before: Uint8Array, now: Uint8Array): ChangedElement[] | null {
  if (before.length !== now.length || !areSame(before, now, 0, 8)) return null
  const [then, here] = [viewOf(before), viewOf(now)]
  const changed: ChangedElement[] = []
  let index = 0
  let seen = 8
  for (const page of elementPages(before)) {
    if (!areSame(before, now, seen, page.begin)) return null
    const length = page.descriptorLength
    for (let at = page.begin; at < page.whole; at += length, index += 1) {
      if (!differ(then, here, at, at + length)) continue
      // Its address: another element stands there now.
      if (!areSame(before, now, at, at + 2)) return null
      changed.push({ index, at, page })
    }
    seen = page.whole
  }
  return areSame(before, now, seen, now.length) ? changed : null
}

function differ(one: DataView, other: DataView, from: number, to: number): boolean {
  let at = from
  // Four bytes at a time: a call for each descriptor would take longer than this.
  for (; at + 4 <= to; at += 4) if (one.getInt32(at, true) !== other.getInt32(at, true)) return true
  for (; at < to; at += 1) if (one.getInt8(at) !== other.getInt8(at)) return true
  return false
}

function areSame(one: Uint8Array, other: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at < to; at += 1) if (one[at] !== other[at]) return false
  return true
}

function viewOf({ buffer, byteOffset, length }: Uint8Array): DataView {
  return new DataView(buffer, byteOffset, length)
}
