import { parsePattern, PatternError, type CharacterTest, type Part } from './pattern-syntax.ts'

export { PatternError } from './pattern-syntax.ts'

/** A pattern for whole texts: it matches when all of the text is as it says. */
export interface Pattern {
  matches(text: string): boolean
}

/** Longer ones say something else than what they are meant for. */
export const MAX_PATTERN_LENGTH = 256
/** What `{1,500}` may grow to. */
const MAX_STATES = 2000

/**
 * Compiles a regular expression that takes time in proportion to the text, whatever the expression is: all ways
 * it can match are followed at once, and none is ever gone back on (Thompson, CACM 11(6), 1968). So a pattern
 * that a user wrote cannot hold up the daemon, as `(a+)+b` does with those of JavaScript.
 *
 * Knows characters, `.`, classes, `|`, groups, `* + ? {n,m}` and a leading `(?i)`; neither anchors inside, as
 * the whole text is compared, nor look-around and back references. Throws PatternError.
 */
export function compilePattern(source: string): Pattern {
  if (source.length > MAX_PATTERN_LENGTH) {
    throw new PatternError(`a pattern has at most ${MAX_PATTERN_LENGTH} characters`, 0)
  }
  const { part, ignoreCase } = parsePattern(source)
  const program = new Program()
  const start = program.add(part, program.end)
  return {
    matches: (text) => program.run(start, ignoreCase ? text.toLowerCase() : text),
  }
}

/** A state takes one character and goes on to the next, or goes on to two without any. */
type State =
  | { kind: 'end' }
  | { kind: 'character'; test: CharacterTest; next: number }
  | { kind: 'split'; one: number; other: number }

class Program {
  readonly #states: State[] = [{ kind: 'end' }]
  readonly end = 0

  /** Adds what matches the part and then goes on to `next`; answers where it begins. */
  add(part: Part, next: number): number {
    switch (part.kind) {
      case 'character':
        return this.#push({ kind: 'character', test: part.test, next })
      case 'sequence':
        return part.parts.reduceRight((after, each) => this.add(each, after), next)
      case 'choice':
        return part.parts
          .map((each) => this.add(each, next))
          .reduceRight((other, one) => this.#push({ kind: 'split', one, other }))
      case 'repeat':
        return this.#repeat(part, next)
    }
  }

  #repeat({ of, least, most }: Extract<Part, { kind: 'repeat' }>, next: number): number {
    let begin = next
    if (most === Infinity) {
      const loop = { kind: 'split', one: next, other: next } satisfies State
      begin = this.#push(loop)
      loop.one = this.add(of, begin)
    } else {
      for (let more = least; more < most; more += 1) {
        begin = this.#push({ kind: 'split', one: this.add(of, begin), other: next })
      }
    }
    for (let needed = 0; needed < least; needed += 1) begin = this.add(of, begin)
    return begin
  }

  #push(state: State): number {
    if (this.#states.length >= MAX_STATES) {
      throw new PatternError('the pattern repeats too much: write less in braces', 0)
    }
    return this.#states.push(state) - 1
  }

  run(start: number, text: string): boolean {
    let current = new Set<number>()
    this.#follow(start, current)
    for (const character of text) {
      const after = new Set<number>()
      for (const index of current) {
        const state = this.#states[index]
        if (state?.kind === 'character' && state.test(character)) this.#follow(state.next, after)
      }
      if (after.size === 0) return false
      current = after
    }
    return current.has(this.end)
  }

  /** Adds the state and all that is reached from it without a character. */
  #follow(start: number, into: Set<number>): void {
    const open = [start]
    for (let index = open.pop(); index !== undefined; index = open.pop()) {
      if (into.has(index)) continue
      into.add(index)
      const state = this.#states[index]
      if (state?.kind === 'split') open.push(state.other, state.one)
    }
  }
}
