import { parseScstConfig, type ScstConfig } from '../config.ts'
import { layoutOf, type Item } from './layout.ts'
import { attributeLine, innerLines, sectionLines, UnwritableError } from './section-text.ts'
import { keyOf, wantedSection, type WantedSection } from './wanted-section.ts'

/** What scst.conf is to become. */
export interface EditedConfig {
  text: string
  /** False when it was written anew: comments, and what the parser does not know, are gone. */
  keepsComments: boolean
}

/**
 * scst.conf with what a configuration says and nothing else, its lines left as they are where they say so already:
 * comments, order and blanks stay. Where statements share lines it is written anew. Throws UnwritableError for values
 * that cannot be written.
 */
export function editScstConfig(text: string, wanted: ScstConfig): EditedConfig {
  const section = wantedSection(wanted)
  const items = layoutOf(text)
  if (items !== null) {
    const edited = merged(items, section, 0).join('\n')
    if (says(edited, section)) return { text: edited, keepsComments: true }
  }
  const anew = `${innerLines(section, 0).join('\n')}\n`
  if (says(anew, section)) return { text: anew, keepsComments: false }
  throw new UnwritableError('what scst.conf is to say cannot be written')
}

/** Whether a text says this, in whatever order. */
function says(text: string, wanted: WantedSection): boolean {
  try {
    const said = wantedSection(parseScstConfig(text))
    return JSON.stringify(sorted(said)) === JSON.stringify(sorted(wanted))
  } catch {
    return false
  }
}

function sorted({ keyword, words, attributes, children }: WantedSection): unknown {
  const inOrder = (list: readonly unknown[]) => list.map((one) => JSON.stringify(one)).sort()
  return [keyword, words, inOrder(attributes), inOrder(children.map(sorted))]
}

/** The lines of a section's inside: those that stay, and what is new after its kind. */
function merged(items: readonly Item[], wanted: WantedSection, depth: number): string[] {
  const attributes = [...wanted.attributes]
  const children = new Map(wanted.children.map((child) => [keyOf(child), child]))
  const kept = new Set(children.keys())
  const result: Chunk[] = []
  for (const item of items) {
    if (item.kind === 'other') result.push({ kind: 'other', lines: [...item.lines] })
    else if (item.kind === 'attribute') {
      const line = attributeOf(item, attributes, items)
      if (line !== null) result.push({ kind: 'attribute', lines: [line] })
    } else {
      const [keyword = '', ...words] = item.words
      const key = keyOf({ keyword: keyword as WantedSection['keyword'], words })
      const child = children.get(key)
      const isRepeated = child === undefined && kept.has(key)
      children.delete(key)
      if (child !== undefined)
        result.push({ kind: 'section', lines: childLines(item, child, depth) })
      else if (isRepeated && keyword === 'INITIATOR' && item.kind === 'statement') {
        result.push({ kind: 'section', lines: [item.line] })
      }
    }
  }
  const indent = '\t'.repeat(depth)
  const added = attributes.map((attribute) => attributeLine(attribute, indent))
  insertAttributes(result, added)
  const rest = [...children.values()].flatMap((child) => sectionLines(child, depth))
  const lines = result.flatMap((chunk) => chunk.lines)
  return depth === 0 ? withAppended(lines, rest) : [...lines, ...rest]
}

interface Chunk {
  kind: 'other' | 'attribute' | 'section'
  lines: string[]
}

/** The line of an attribute that stays, with its new value if it has one; null when it goes. Takes it off the list. */
function attributeOf(
  { line, name, value }: Extract<Item, { kind: 'attribute' }>,
  attributes: { name: string; value: string }[],
  items: readonly Item[],
): string | null {
  const exact = attributes.findIndex((one) => one.name === name && one.value === value)
  if (exact !== -1) {
    attributes.splice(exact, 1)
    return line
  }
  const isAlone =
    items.filter((one) => one.kind === 'attribute' && one.name === name).length === 1 &&
    attributes.filter((one) => one.name === name).length === 1
  if (!isAlone) return null
  const [changed] = attributes.splice(
    attributes.findIndex((one) => one.name === name),
    1,
  )
  return changed === undefined ? null : attributeLine(changed, /^\s*/.exec(line)?.[0] ?? '')
}

function childLines(
  item: Extract<Item, { kind: 'statement' | 'section' }>,
  child: WantedSection,
  depth: number,
): string[] {
  const isSame = JSON.stringify(item.words.slice(1)) === JSON.stringify(child.words)
  if (item.kind === 'statement') {
    const isEmpty = child.attributes.length + child.children.length === 0
    return isSame && isEmpty ? [item.line] : sectionLines(child, depth)
  }
  const inner = merged(item.items, child, depth + 1)
  const [head = ''] = sectionLines({ ...child, attributes: [], children: [] }, depth)
  return [isSame ? item.open : `${head} {`, ...inner, item.close]
}

/** After the last attribute; before everything where there is none. */
function insertAttributes(chunks: Chunk[], lines: string[]): void {
  if (lines.length === 0) return
  const last = chunks.findLastIndex(({ kind }) => kind === 'attribute')
  chunks.splice(last + 1, 0, { kind: 'attribute', lines })
}

/** At the end of the file, which ends with a line end. */
function withAppended(lines: readonly string[], added: readonly string[]): string[] {
  if (added.length === 0) return [...lines]
  const end = lines.at(-1) === '' ? lines.slice(0, -1) : [...lines]
  const gap = end.length === 0 || end.at(-1) === '' ? [] : ['']
  return [...end, ...gap, ...added, '']
}
