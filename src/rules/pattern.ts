import { RE2JS, RE2JSException } from 're2js'

/** The text is no pattern that can be matched. */
export class PatternError extends Error {
  readonly code = 'ERR_PATTERN'

  constructor(reason: string) {
    super(reason)
    this.name = 'PatternError'
  }
}

/** A pattern for whole texts: it matches when all of the text is as it says. */
export interface Pattern {
  matches(text: string): boolean
}

/** Longer ones say something else than what they are meant for. */
export const MAX_PATTERN_LENGTH = 1000

/**
 * Compiles a regular expression as Prometheus and Alertmanager know them: the syntax of RE2, which knows neither
 * look-around nor back references and takes time in proportion to the text, so that a pattern that a user
 * wrote cannot hold up the daemon, as `(a+)+b` does with those of JavaScript. Throws PatternError.
 */
export function compilePattern(source: string): Pattern {
  if (source.length > MAX_PATTERN_LENGTH) {
    throw new PatternError(`a pattern has at most ${MAX_PATTERN_LENGTH} characters`)
  }
  try {
    const compiled = RE2JS.compile(source, RE2JS.DOTALL)
    return { matches: (text) => compiled.matches(text) }
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    // With the flag before it, which nobody wrote.
    throw new PatternError(
      error.message.replace(/^error parsing regexp: /, '').replace('`(?s)', '`'),
    )
  }
}
