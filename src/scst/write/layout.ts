import { splitLine } from '../words.ts'

/** What the lines of scst.conf are, so that one can be changed and all others left as they are. */
export type Item =
  /** A comment, or nothing. */
  | { kind: 'other'; lines: readonly string[] }
  | { kind: 'attribute'; line: string; name: string; value: string }
  /** `DEVICE disk1`, without braces. */
  | { kind: 'statement'; line: string; words: readonly string[] }
  | {
      kind: 'section'
      open: string
      close: string
      words: readonly string[]
      items: readonly Item[]
    }

const KEYWORDS = new Set(
  'HANDLER DEVICE TARGET_DRIVER TARGET GROUP LUN INITIATOR DEVICE_GROUP TARGET_GROUP ALUA'.split(
    ' ',
  ),
)

/** Null where a line holds more than one statement: it cannot be taken apart from the others then. */
export function layoutOf(text: string): Item[] | null {
  const lines = text.split('\n')
  let at = 0
  const items = (isInside: boolean): { items: Item[]; close: string } | null => {
    const found: Item[] = []
    while (at < lines.length) {
      const line = lines[at] ?? ''
      const pieces = splitLine(line)
      if (typeof pieces === 'string') return null
      at += 1
      const words = pieces.flatMap((piece) => (piece.kind === 'word' ? [piece.text] : []))
      const braces = pieces.filter(({ kind }) => kind !== 'word')
      const [first = '', ...rest] = words
      if (braces.length === 0) found.push(plain(line, first, words))
      else if (braces.length > 1) return null
      else if (braces[0]?.kind === 'close') {
        return isInside && words.length === 0 ? { items: found, close: line } : null
      } else if (!KEYWORDS.has(first) || pieces.at(-1)?.kind !== 'open') return null
      else {
        const inner = items(true)
        if (inner === null) return null
        found.push({ kind: 'section', open: line, words: [first, ...rest], ...inner })
      }
    }
    return isInside ? null : { items: found, close: '' }
  }
  return items(false)?.items ?? null
}

function plain(line: string, first: string, words: readonly string[]): Item {
  if (words.length === 0) return { kind: 'other', lines: [line] }
  if (KEYWORDS.has(first)) return { kind: 'statement', line, words }
  return { kind: 'attribute', line, name: first, value: words[1] ?? '' }
}
