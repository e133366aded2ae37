import {
  RegExpParser,
  type Assertion,
  type Atom,
  type Disjunction,
} from '@chevrotain/regexp-to-ast'

/** The text is no pattern that can be matched. */
export class PatternError extends Error {
  readonly code = 'ERR_PATTERN'

  constructor(reason: string) {
    super(reason)
    this.name = 'PatternError'
  }
}

/** Longer ones, and such as unfold to more steps, are refused: nobody writes them by hand. */
const MAX_LENGTH = 1000
const MAX_STEPS = 4000

/**
 * Compiles a regular expression for the values of labels; it has to match the whole of a value. The syntax is that
 * of JavaScript without what needs backtracking (references, lookaround): all ways through the pattern are
 * followed at once, so the time is at worst that of its steps for each character, whatever the pattern.
 * Throws PatternError.
 */
export function labelPattern(text: string): (value: string) => boolean {
  if (text.length > MAX_LENGTH) throw new PatternError(`longer than ${MAX_LENGTH} characters`)
  const steps: Step[] = []
  compile(parse(text), steps)
  emit(steps, { kind: 'accept' })
  return (value) => run(steps, value)
}

type Step =
  | { kind: 'character'; matches: (code: number) => boolean }
  | { kind: 'either'; targets: number[] }
  | { kind: 'start' }
  | { kind: 'end' }
  | { kind: 'accept' }

function parse(text: string): Disjunction {
  try {
    // It knows more faults than the parser, which reads what stands between slashes.
    new RegExp(text)
    const source = text.replace(/\\[^]|\//g, (part) => (part === '/' ? '\\/' : part))
    return new RegExpParser().pattern(`/${source}/`).value
  } catch (error) {
    throw new PatternError((error as Error).message)
  }
}

function compile({ value: alternatives }: Disjunction, steps: Step[]): void {
  const begins = jump(steps)
  const ends: number[][] = []
  for (const { value: terms } of alternatives) {
    begins.push(steps.length)
    for (const term of terms) repeat(term, steps)
    ends.push(jump(steps))
  }
  for (const targets of ends) targets.push(steps.length)
}

function repeat(term: Atom | Assertion, steps: Step[]): void {
  const quantifier = 'quantifier' in term ? term.quantifier : undefined
  if (quantifier === undefined) {
    once(term, steps)
    return
  }
  // Without an upper bound the parser says null, or infinity.
  const { atLeast, atMost } = quantifier as { atLeast: number; atMost: number | null }
  for (let count = 0; count < atLeast; count++) once(term, steps)
  if (atMost === null || !Number.isFinite(atMost)) {
    const begin = steps.length
    const exits = jump(steps)
    exits.push(steps.length)
    once(term, steps)
    jump(steps).push(begin)
    exits.push(steps.length)
    return
  }
  const exits: number[][] = []
  for (let count = atLeast; count < atMost; count++) {
    const targets = jump(steps)
    targets.push(steps.length)
    exits.push(targets)
    once(term, steps)
  }
  for (const targets of exits) targets.push(steps.length)
}

function once(term: Atom | Assertion, steps: Step[]): void {
  switch (term.type) {
    case 'Character':
      emit(steps, { kind: 'character', matches: (code) => code === term.value })
      return
    case 'Set': {
      const inside = (code: number) =>
        term.value.some((part) =>
          typeof part === 'number' ? part === code : part.from <= code && code <= part.to,
        )
      emit(steps, { kind: 'character', matches: (code) => inside(code) !== term.complement })
      return
    }
    case 'Group':
      compile(term.value, steps)
      return
    case 'StartAnchor':
      emit(steps, { kind: 'start' })
      return
    case 'EndAnchor':
      emit(steps, { kind: 'end' })
      return
    case 'GroupBackReference':
      throw new PatternError('a reference to a group is not supported')
    case 'WordBoundary':
    case 'NonWordBoundary':
      throw new PatternError('a word boundary is not supported')
    case 'Lookahead':
    case 'NegativeLookahead':
    case 'Lookbehind':
    case 'NegativeLookbehind':
      throw new PatternError('looking ahead or behind is not supported')
  }
}

/** A step to somewhere; where to is put in by the caller. */
function jump(steps: Step[]): number[] {
  const targets: number[] = []
  emit(steps, { kind: 'either', targets })
  return targets
}

function emit(steps: Step[], step: Step): void {
  if (steps.length >= MAX_STEPS) throw new PatternError('the pattern is too large')
  steps.push(step)
}

function run(steps: readonly Step[], value: string): boolean {
  let places = follow(steps, [0], 0, value)
  for (let position = 0; position < value.length && places.length > 0; position++) {
    const code = value.charCodeAt(position)
    const next: number[] = []
    for (const place of places) {
      const step = steps[place]
      if (step?.kind === 'character' && step.matches(code)) next.push(place + 1)
    }
    places = follow(steps, next, position + 1, value)
  }
  return places.some((place) => steps[place]?.kind === 'accept')
}

/** The places that can be reached from others without a character, themselves included. */
function follow(
  steps: readonly Step[],
  from: readonly number[],
  position: number,
  value: string,
): number[] {
  const reached = new Set<number>()
  const waiting = [...from]
  for (let place = waiting.pop(); place !== undefined; place = waiting.pop()) {
    if (reached.has(place)) continue
    reached.add(place)
    const step = steps[place]
    if (step?.kind === 'either') waiting.push(...step.targets)
    if (step?.kind === 'start' && position === 0) waiting.push(place + 1)
    if (step?.kind === 'end' && position === value.length) waiting.push(place + 1)
  }
  return [...reached]
}
