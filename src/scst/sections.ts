import { splitLine } from './words.ts'

/** A section of scst.conf, or a statement that could have one: `DEVICE disk1` with or without braces. */
export interface Section {
  keyword: Keyword | ''
  /** What follows the keyword: one name, of a LUN its number and device, of ALUA nothing. */
  words: readonly string[]
  attributes: RawAttribute[]
  children: Section[]
  line: number
}

/** An attribute line, its value as it is written. */
export interface RawAttribute {
  name: string
  /** Empty for a word that stands alone, such as HW_TARGET. */
  value: string
}

/** Something in the file that cannot be taken at its word. Says nothing of the values, which may be secret. */
export interface Fault {
  line: number
  problem: string
}

/** The words that begin a section. */
export type Keyword =
  | 'HANDLER'
  | 'DEVICE'
  | 'TARGET_DRIVER'
  | 'TARGET'
  | 'GROUP'
  | 'LUN'
  | 'INITIATOR'
  | 'DEVICE_GROUP'
  | 'TARGET_GROUP'
  | 'ALUA'

const CHILDREN: Record<Keyword | '', readonly Keyword[]> = {
  '': ['HANDLER', 'TARGET_DRIVER', 'DEVICE_GROUP', 'ALUA'],
  HANDLER: ['DEVICE'],
  DEVICE: [],
  TARGET_DRIVER: ['TARGET'],
  TARGET: ['LUN', 'GROUP'],
  GROUP: ['LUN', 'INITIATOR'],
  LUN: [],
  INITIATOR: [],
  DEVICE_GROUP: ['DEVICE', 'TARGET_GROUP'],
  TARGET_GROUP: ['TARGET'],
  ALUA: [],
}

interface Frame {
  section: Section
  children: readonly Keyword[]
  /** Line of each child by keyword and first word. */
  seen: Map<string, number>
}

/**
 * Splits scst.conf into its sections, by the grammar of scst.conf(5) and the way scstadmin reads it
 * (scstadmin.sysfs: readConfigFile, parseStanza, parseLine). What scstadmin would drop without a word is a fault.
 */
export function parseSections(text: string): { root: Section; faults: Fault[] } {
  const root: Section = { keyword: '', words: [], attributes: [], children: [], line: 0 }
  const faults: Fault[] = []
  const stack: Frame[] = [{ section: root, children: CHILDREN[''], seen: new Map() }]
  // Depth inside a section that is not understood: what stands in it is passed over.
  let ignored = 0

  const lines = text.split('\n')
  for (const [index, lineText] of lines.entries()) {
    const line = index + 1
    const fault = (problem: string) => faults.push({ line, problem })
    const pieces = splitLine(lineText)
    if (typeof pieces === 'string') {
      fault(pieces)
      continue
    }

    let words: string[] = []
    for (const piece of pieces) {
      if (piece.kind === 'word') {
        words.push(piece.text)
      } else if (piece.kind === 'open') {
        const opened = ignored > 0 ? null : openSection(stack, words, line, fault)
        if (opened === null) ignored += 1
        else stack.push(opened)
        words = []
      } else {
        if (words.length > 0 && ignored === 0) fault('what stands before } on its line is not read')
        words = []
        if (ignored > 0) ignored -= 1
        else if (stack.length > 1) stack.pop()
        else fault('} without a section')
      }
    }
    if (words.length > 0 && ignored === 0) addStatement(stack, words, line, fault)
  }

  const open = stack.at(-1)?.section
  if (open !== undefined && open !== root) {
    faults.push({ line: open.line, problem: `the section ${open.keyword} is not closed` })
  } else if (ignored > 0) {
    faults.push({ line: lines.length, problem: 'a section is not closed' })
  }
  return { root, faults }
}

type Report = (problem: string) => void

/** The frame of a new section; null, and a fault, when there can be none. */
function openSection(
  stack: readonly Frame[],
  words: readonly string[],
  line: number,
  fault: Report,
): Frame | null {
  const [keyword, ...rest] = words
  if (keyword === undefined) {
    fault('{ without a name before it')
    return null
  }
  if (!isKeyword(keyword)) {
    fault(`${shown(keyword)} is not a section`)
    return null
  }
  const section = addSection(stack, keyword, rest, line, fault)
  if (section === null) return null
  const reference = stack.at(-1)?.section.keyword === 'TARGET_GROUP'
  return { section, children: reference ? [] : CHILDREN[keyword], seen: new Map() }
}

function addStatement(
  stack: readonly Frame[],
  words: readonly string[],
  line: number,
  fault: Report,
): void {
  const [name = '', ...rest] = words
  if (isKeyword(name)) {
    addSection(stack, name, rest, line, fault)
    return
  }
  if (!/^[A-Za-z_][\w.-]*$/.test(name)) {
    fault(`${shown(name)} is not a section or attribute`)
    return
  }
  if (rest.length > 1) {
    fault(`${shown(name)}: a value with blanks must be quoted`)
    return
  }
  stack.at(-1)?.section.attributes.push({ name, value: rest[0] ?? '' })
}

function addSection(
  stack: readonly Frame[],
  keyword: Keyword,
  words: readonly string[],
  line: number,
  fault: Report,
): Section | null {
  const frame = stack.at(-1)
  if (frame === undefined) return null
  const { section: parent, children, seen } = frame
  if (!children.includes(keyword)) {
    const place = parent.keyword === '' ? 'outside of all sections' : `in ${parent.keyword}`
    fault(`${keyword} does not belong ${place}`)
    return null
  }
  const problem = wrongWords(keyword, words)
  if (problem !== null) {
    fault(`${keyword}: ${problem}`)
    return null
  }
  const key = `${keyword} ${words[0] ?? ''}`
  const first = seen.get(key)
  if (first !== undefined && keyword !== 'INITIATOR') {
    fault(`${key.trim()} is already in line ${first}`)
    return null
  }
  const section: Section = { keyword, words, attributes: [], children: [], line }
  if (first === undefined) parent.children.push(section)
  seen.set(key, line)
  return section
}

function wrongWords(keyword: Keyword, words: readonly string[]): string | null {
  const expected = keyword === 'ALUA' ? 0 : keyword === 'LUN' ? 2 : 1
  if (words.length !== expected) return `${words.length} words follow, not ${expected}`
  // Names become directories of sysfs.
  if (words.some((word) => word === '' || word.includes('/'))) return 'not a name'
  const [number = ''] = words
  return keyword === 'LUN' && !/^\d{1,15}$/.test(number)
    ? 'the number of the LUN is not a number'
    : null
}

function isKeyword(word: string): word is Keyword {
  return word !== '' && Object.hasOwn(CHILDREN, word)
}

/** A word as a fault may show it: one that looks like a name; anything else could be half a password. */
function shown(word: string): string {
  return /^[A-Za-z_]\w{0,40}$/.test(word) ? word : 'the first word'
}
