import type { Shade } from '../../tape/elements.ts'

/** What says a shade beside its colour; nothing where it is as it should be. */
export const signs: Readonly<Partial<Record<Shade, string>>> = {
  unlabelled: '?',
  cleaning: 'C',
  exception: '!',
  unreachable: '×',
  had: '•',
  drive: 'd',
  undetermined: '~',
  tape: '!',
  untold: '?',
  low: '↓',
  end: '!',
  partly: '½',
  filled: '■',
}
