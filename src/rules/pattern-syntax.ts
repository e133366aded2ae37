/** A regular expression that is not one, or says what is not supported. */
export class PatternError extends Error {
  readonly code = 'ERR_PATTERN'
  /** Where in the pattern, in UTF-16 code units. */
  readonly offset: number

  constructor(message: string, offset: number) {
    super(message)
    this.name = 'PatternError'
    this.offset = offset
  }
}

/** Whether a character, which is one code point, is among those that are meant. */
export type CharacterTest = (character: string) => boolean

/** A part of a pattern. */
export type Part =
  | { kind: 'character'; test: CharacterTest }
  | { kind: 'sequence'; parts: readonly Part[] }
  /** At least one. */
  | { kind: 'choice'; parts: readonly Part[] }
  /** `most` may be Infinity. */
  | { kind: 'repeat'; of: Part; least: number; most: number }

/** Reads a regular expression. Throws PatternError. */
export function parsePattern(source: string): { part: Part; ignoreCase: boolean } {
  const ignoreCase = source.startsWith('(?i)')
  const reader = new Reader(source, ignoreCase)
  return { part: reader.whole(), ignoreCase }
}

const CLASSES: Readonly<Record<string, CharacterTest>> = {
  d: (character) => /^[0-9]$/.test(character),
  w: (character) => /^[A-Za-z0-9_]$/.test(character),
  s: (character) => /^\s$/.test(character),
  D: (character) => !/^[0-9]$/.test(character),
  W: (character) => !/^[A-Za-z0-9_]$/.test(character),
  S: (character) => !/^\s$/.test(character),
}
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', f: '\f', v: '\v' }
const MAX_GROUPS = 32

class Reader {
  readonly #source: string
  readonly #ignoreCase: boolean
  #at: number
  #depth = 0

  constructor(source: string, ignoreCase: boolean) {
    this.#source = source
    this.#ignoreCase = ignoreCase
    this.#at = ignoreCase ? '(?i)'.length : 0
  }

  whole(): Part {
    // The whole text is compared anyway.
    this.#take('^')
    const part = this.#choice()
    if (this.#at < this.#source.length) this.#refuse('a parenthesis that is not open is closed')
    return part
  }

  #choice(): Part {
    const parts = [this.#sequence()]
    while (this.#take('|')) parts.push(this.#sequence())
    return { kind: 'choice', parts }
  }

  #sequence(): Part {
    const parts: Part[] = []
    for (;;) {
      const next = this.#peek()
      if (next === '' || next === '|' || next === ')') break
      if (next === '$' && this.#at === this.#source.length - 1) {
        this.#at += 1
        break
      }
      parts.push(this.#repeated(this.#atom()))
    }
    return { kind: 'sequence', parts }
  }

  #repeated(of: Part): Part {
    const begin = this.#at
    const counts = this.#counts()
    if (counts === null) return of
    // What is matched is the same, greedy or not.
    this.#take('?')
    if (/^[*+?{]/.test(this.#peek())) this.#refuse('nothing is there to repeat')
    const [least, most] = counts
    if (least > most) this.#refuse('repeats fewer times than at least', begin)
    return { kind: 'repeat', of, least, most }
  }

  #counts(): [least: number, most: number] | null {
    if (this.#take('*')) return [0, Infinity]
    if (this.#take('+')) return [1, Infinity]
    if (this.#take('?')) return [0, 1]
    if (this.#peek() !== '{') return null
    const [all, least = '', comma, most = ''] =
      /^\{(\d{1,4})(,(\d{1,4})?)?\}/.exec(this.#source.slice(this.#at)) ??
      this.#refuse('after { there is a number, and then }')
    this.#at += all.length
    if (comma === undefined) return [Number(least), Number(least)]
    return [Number(least), comma === ',' ? Infinity : Number(most === '' ? comma.slice(1) : most)]
  }

  #atom(): Part {
    const character = this.#next()
    switch (character) {
      case '.':
        return { kind: 'character', test: (each) => each !== '\n' }
      case '(':
        return this.#group()
      case '[':
        return { kind: 'character', test: this.#set() }
      case '\\':
        return { kind: 'character', test: this.#escape() }
      case '*':
      case '+':
      case '?':
      case '{':
        return this.#refuse('nothing is there to repeat', this.#at - 1)
      case '^':
      case '$':
        return this.#refuse('the whole value is compared: leave the anchor out', this.#at - 1)
      default:
        return { kind: 'character', test: this.#equals(character) }
    }
  }

  #group(): Part {
    const begin = this.#at - 1
    if (this.#peek() === '?' && !this.#take('?:')) {
      this.#refuse('of what begins with (? only (?: is supported, and (?i) at the begin', begin)
    }
    this.#depth += 1
    if (this.#depth > MAX_GROUPS) this.#refuse('too many groups in each other', begin)
    const part = this.#choice()
    if (!this.#take(')')) this.#refuse('a parenthesis is not closed', begin)
    this.#depth -= 1
    return part
  }

  /** After the backslash. */
  #escape(): CharacterTest {
    const begin = this.#at - 1
    const character = this.#next()
    const known = CLASSES[character]
    if (known !== undefined) return known
    return this.#equals(this.#escaped(character, begin))
  }

  #escaped(character: string, begin: number): string {
    if (character === '') this.#refuse('a backslash at the end escapes nothing', begin)
    const control = CONTROLS[character]
    if (control !== undefined) return control
    if (/^[A-Za-z0-9]$/.test(character)) this.#refuse(`\\${character} is not supported`, begin)
    return character
  }

  /** After the bracket. */
  #set(): CharacterTest {
    const begin = this.#at - 1
    const negated = this.#take('^')
    const tests: CharacterTest[] = []
    while (!this.#take(']')) {
      if (this.#peek() === '') this.#refuse('a bracket is not closed', begin)
      tests.push(this.#setMember())
    }
    if (tests.length === 0) this.#refuse('a class without characters matches nothing', begin)
    return (character) => tests.some((test) => test(character)) !== negated
  }

  #setMember(): CharacterTest {
    const begin = this.#at
    const first = this.#setCharacter()
    if (typeof first !== 'string') return first
    if (this.#peek() !== '-' || this.#source[this.#at + 1] === ']') return this.#equals(first)
    this.#at += 1
    const last = this.#setCharacter()
    if (typeof last !== 'string' || codeOf(last) < codeOf(first)) {
      return this.#refuse('a range goes from a character to a later one', begin)
    }
    const within: CharacterTest = (each) =>
      codeOf(first) <= codeOf(each) && codeOf(each) <= codeOf(last)
    // The text is in small letters then, the range may be in capitals.
    return this.#ignoreCase ? (each) => within(each) || within(each.toUpperCase()) : within
  }

  #setCharacter(): string | CharacterTest {
    const begin = this.#at
    const character = this.#next()
    if (character === '') return this.#refuse('a bracket is not closed', begin)
    if (character !== '\\') return character
    const escaped = this.#next()
    return CLASSES[escaped] ?? this.#escaped(escaped, begin)
  }

  #equals(character: string): CharacterTest {
    const wanted = this.#ignoreCase ? character.toLowerCase() : character
    return (each) => each === wanted
  }

  /** The next character without taking it; empty at the end. */
  #peek(): string {
    return this.#source[this.#at] ?? ''
  }

  #next(): string {
    const code = this.#source.codePointAt(this.#at)
    if (code === undefined) return ''
    const character = String.fromCodePoint(code)
    this.#at += character.length
    return character
  }

  #take(text: string): boolean {
    if (!this.#source.startsWith(text, this.#at)) return false
    this.#at += text.length
    return true
  }

  #refuse(message: string, at = this.#at): never {
    throw new PatternError(message, at)
  }
}

function codeOf(character: string): number {
  return character.codePointAt(0) ?? 0
}
