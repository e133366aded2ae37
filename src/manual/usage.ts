/** An option of a command, or another word that its help explains. */
export interface Entry {
  /** `--url`, `--enable` and `--disable` together, or a word such as `adopt_live`. */
  names: string[]
  /** What follows it, e.g. `FILE`; null when nothing does. */
  argument: string | null
  text: string
}

/** A part of a help text. */
export type Part =
  | { kind: 'paragraph'; text: string }
  /** As it is written. */
  | { kind: 'example'; lines: string[] }
  | { kind: 'entries'; entries: Entry[] }

/** What `--help` of a command says, taken apart. */
export interface Usage {
  /** How it is called, each way without `usage: `. */
  synopsis: string[]
  parts: Part[]
}

const CALL = /^(?:usage: | {7})(storwarden.*)$/
/** Text that is set in so far belongs to the entry above it. */
const CONTINUATION = /^ {8,}\S/
/** An argument in capitals and text, or two blanks and text, or an option alone. */
const ENTRY =
  /^ {2}(?<names>[-\w]+(?:, -[-\w]+)*)(?:[ =](?<argument>\[?[A-Z][^ ]*)(?<after> .*)?| {2,}(?<text>\S.*)|(?<=-[-\w]+))$/

/** Takes a help text apart, of which the first lines say how the command is called. Throws where they do not. */
export function readUsage(text: string): Usage {
  const [head = '', ...blocks] = text.trimEnd().split(/\n{2,}/)
  const synopsis = head.split('\n').map((line) => {
    const [, call] = CALL.exec(line) ?? []
    if (call === undefined) throw new Error(`help: "${line}" says not how it is called`)
    return call
  })
  return { synopsis, parts: blocks.flatMap(partsOf) }
}

/** The options of a command, in the order of its help. */
export function optionsOf({ parts }: Usage): Entry[] {
  const entries = parts.flatMap((part) => (part.kind === 'entries' ? part.entries : []))
  return entries.filter(({ names: [name = ''] }) => name.startsWith('-'))
}

function partsOf(block: string): Part[] {
  const parts: Part[] = []
  for (const line of block.split('\n')) {
    const last = parts.at(-1)
    const entry = entryOf(line)
    if (!line.startsWith(' ')) {
      if (last?.kind === 'paragraph') last.text += ` ${line}`
      else parts.push({ kind: 'paragraph', text: line })
    } else if (last?.kind === 'entries' && CONTINUATION.test(line)) {
      const above = last.entries.at(-1)
      if (above !== undefined) above.text = `${above.text} ${line.trim()}`.trim()
    } else if (entry !== null) {
      if (last?.kind === 'entries') last.entries.push(entry)
      else parts.push({ kind: 'entries', entries: [entry] })
    } else if (last?.kind === 'example') last.lines.push(line.trim())
    else parts.push({ kind: 'example', lines: [line.trim()] })
  }
  return parts
}

function entryOf(line: string): Entry | null {
  const { names, argument, after = '', text = after } = ENTRY.exec(line)?.groups ?? {}
  if (names === undefined) return null
  return { names: names.split(', '), argument: argument ?? null, text: text.trim() }
}
