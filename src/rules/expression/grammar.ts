import type * as Chevrotain from 'chevrotain'
import type {
  CstNode,
  IParserErrorMessageProvider,
  IRecognitionException,
  IToken,
  TokenType,
} from 'chevrotain'

/** What of the parser library is used. */
export type ParserLibrary = Pick<typeof Chevrotain, 'CstParser' | 'Lexer' | 'createToken'>

/** The grammar of queries, made of the parser library. */
export interface Grammar {
  lexer: Chevrotain.Lexer
  parser: QueryParser
}

/** What is needed of the parser. */
export interface QueryParser {
  input: IToken[]
  errors: IRecognitionException[]
  query(): CstNode
}

/** The token of a text whose closing quote is missing. */
export const UNCLOSED = 'Unclosed'

/** Names that tokens have in faults. */
const LABELS = {
  Number: 'a number',
  Name: 'a name',
  Text: 'a text in quotes',
  End: 'the end',
} as const

/** How what was found is told. */
export const wording = {
  quoted: (text: string): string => `"${text}"`,

  found(token: IToken | undefined): string {
    // The end of the input is a token without text.
    if (token === undefined || token.image === '') return LABELS.End
    return wording.quoted(token.image)
  },

  /** The same, with what this language has for it. */
  meant(token: IToken | undefined): string {
    const meant = MEANT[token?.tokenType.name ?? '']
    return wording.found(token) + (meant === undefined ? '' : `; write ${wording.quoted(meant)}`)
  },
}

/** What is written in the place of what other languages write. */
const MEANT: Readonly<Record<string, string>> = {
  DoubleAmpersand: 'and',
  DoubleBar: 'or',
  Bang: 'not',
  Is: '==',
}

const errorMessageProvider: IParserErrorMessageProvider = {
  buildMismatchTokenMessage: ({ expected, actual }) =>
    `expected ${expected.LABEL ?? expected.name}, found ${wording.found(actual)}`,
  buildNoViableAltMessage: ({ actual: [actual] }) =>
    `expected a number, a name or "(", found ${wording.meant(actual)}`,
  buildNotAllInputParsedMessage: ({ firstRedundant }) =>
    `expected an operator or the end, found ${wording.meant(firstRedundant)}`,
  buildEarlyExitMessage: ({ actual: [actual] }) => `expected more, found ${wording.found(actual)}`,
}

/** Builds lexer and parser; takes some milliseconds, so once. */
export function buildGrammar({ CstParser, Lexer, createToken }: ParserLibrary): Grammar {
  const Name = createToken({
    name: 'Name',
    label: LABELS.Name,
    pattern: /[A-Za-z_][A-Za-z0-9_.:]*/,
  })
  const word = (name: string, text: string): TokenType =>
    createToken({ name, label: `"${text}"`, pattern: new RegExp(text, 'i'), longer_alt: Name })
  const sign = (name: string, text: string, categories: TokenType[] = []): TokenType =>
    createToken({ name, label: `"${text}"`, pattern: text, categories })
  const category = (name: string, label: string): TokenType =>
    createToken({ name, label, pattern: Lexer.NA })

  const And = word('And', 'and')
  const Or = word('Or', 'or')
  const Not = word('Not', 'not')
  const By = word('By', 'by')
  const Num = createToken({
    name: 'Number',
    label: LABELS.Number,
    // Whatever is written right behind it is its unit, so that a wrong one is told as such.
    pattern: /(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?(?:%|[A-Za-z_][A-Za-z0-9_.]*)?/,
  })
  const Text = createToken({
    name: 'Text',
    label: LABELS.Text,
    pattern: /"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*'/,
  })
  // Read as a text, so that no more faults come of it than there are.
  const Unclosed = createToken({ name: UNCLOSED, pattern: /["'][^\n]*/, categories: [Text] })
  const Compare = category('Compare', 'a comparison')
  const Match = category('Match', '"=", "!=", "=~" or "!~"')
  const Summand = category('Summand', '"+" or "-"')
  const Factor = category('Factor', '"*", "/" or "%"')
  const comparisons = [
    ...[sign('Equal', '==', [Compare]), sign('Differs', '!=', [Compare, Match])],
    ...[sign('AtLeast', '>=', [Compare]), sign('AtMost', '<=', [Compare])],
    ...[sign('Above', '>', [Compare]), sign('Below', '<', [Compare])],
  ]
  const matches = [
    ...[sign('Like', '=~', [Match]), sign('Unlike', '!~', [Match]), sign('Is', '=', [Match])],
  ]
  const Minus = sign('Minus', '-', [Summand])
  const Plus = sign('Plus', '+', [Summand])
  const factors = [
    ...[sign('Times', '*', [Factor]), sign('Divided', '/', [Factor])],
    sign('Remainder', '%', [Factor]),
  ]
  const Power = sign('Power', '^')
  const Open = sign('Open', '(')
  const Close = sign('Close', ')')
  const OpenBrace = sign('OpenBrace', '{')
  const CloseBrace = sign('CloseBrace', '}')
  const Comma = sign('Comma', ',')
  // What other languages write, and this one has words for: known, so that a fault can say so.
  const foreign = [sign('DoubleAmpersand', '&&'), sign('DoubleBar', '||'), sign('Bang', '!')]
  const Blank = createToken({ name: 'Blank', pattern: /\s+/, group: Lexer.SKIPPED })
  const Remark = createToken({ name: 'Remark', pattern: /#[^\n]*/, group: Lexer.SKIPPED })

  const tokens = [
    ...[Blank, Remark, Text, Unclosed, Num, And, Or, Not, By, Name],
    ...[...matches.slice(0, 2), ...comparisons, ...matches.slice(2), ...foreign],
    ...[Minus, Plus, ...factors, Power, Open, Close, OpenBrace, CloseBrace, Comma],
    ...[Compare, Match, Summand, Factor],
  ]

  class Parser extends CstParser implements QueryParser {
    readonly query = this.RULE('query', () => {
      this.SUBRULE(this.disjunction)
    })

    readonly disjunction = this.RULE('disjunction', () => {
      this.SUBRULE(this.conjunction)
      this.MANY(() => {
        this.CONSUME(Or)
        this.SUBRULE2(this.conjunction)
      })
    })

    readonly conjunction = this.RULE('conjunction', () => {
      this.SUBRULE(this.negation)
      this.MANY(() => {
        this.CONSUME(And)
        this.SUBRULE2(this.negation)
      })
    })

    readonly negation = this.RULE('negation', () => {
      this.MANY(() => this.CONSUME(Not))
      this.SUBRULE(this.comparison)
    })

    // One comparison: that a second one makes no sense is said where the tree is built.
    readonly comparison = this.RULE('comparison', () => {
      this.SUBRULE(this.sum)
      this.MANY(() => {
        this.CONSUME(Compare)
        this.SUBRULE2(this.sum)
      })
    })

    readonly sum = this.RULE('sum', () => {
      this.SUBRULE(this.product)
      this.MANY(() => {
        this.CONSUME(Summand)
        this.SUBRULE2(this.product)
      })
    })

    readonly product = this.RULE('product', () => {
      this.SUBRULE(this.signed)
      this.MANY(() => {
        this.CONSUME(Factor)
        this.SUBRULE2(this.signed)
      })
    })

    // The sign of a power is that of the whole: -2^2 is -4.
    readonly signed = this.RULE('signed', () => {
      this.MANY(() => this.CONSUME(Summand))
      this.SUBRULE(this.power)
    })

    readonly power = this.RULE('power', () => {
      this.SUBRULE(this.atom)
      this.MANY(() => {
        this.CONSUME(Power)
        this.SUBRULE(this.exponent)
      })
    })

    readonly exponent = this.RULE('exponent', () => {
      this.MANY(() => this.CONSUME(Summand))
      this.SUBRULE(this.atom)
    })

    readonly atom = this.RULE('atom', () => {
      this.OR([
        { ALT: () => this.CONSUME(Num) },
        { ALT: () => this.SUBRULE(this.group) },
        { ALT: () => this.SUBRULE(this.named) },
      ])
    })

    readonly group = this.RULE('group', () => {
      this.CONSUME(Open)
      this.SUBRULE(this.disjunction)
      this.CONSUME(Close)
    })

    readonly named = this.RULE('named', () => {
      this.CONSUME(Name)
      this.OPTION(() => {
        this.OR([
          { ALT: () => this.SUBRULE(this.matchers) },
          { ALT: () => this.SUBRULE(this.call) },
        ])
      })
    })

    readonly call = this.RULE('call', () => {
      this.OPTION(() => this.SUBRULE(this.by))
      this.CONSUME(Open)
      this.MANY_SEP({ SEP: Comma, DEF: () => this.SUBRULE(this.disjunction) })
      this.CONSUME(Close)
      this.OPTION2(() => this.SUBRULE2(this.by))
    })

    readonly by = this.RULE('by', () => {
      this.CONSUME(By)
      this.CONSUME(Open)
      this.MANY_SEP({ SEP: Comma, DEF: () => this.CONSUME(Name) })
      this.CONSUME(Close)
    })

    readonly matchers = this.RULE('matchers', () => {
      this.CONSUME(OpenBrace)
      this.MANY_SEP({ SEP: Comma, DEF: () => this.SUBRULE(this.matcher) })
      this.CONSUME(CloseBrace)
    })

    readonly matcher = this.RULE('matcher', () => {
      this.CONSUME(Name)
      this.CONSUME(Match)
      this.CONSUME(Text)
    })

    constructor() {
      super(tokens, { recoveryEnabled: true, errorMessageProvider })
      this.performSelfAnalysis()
    }
  }

  return { lexer: new Lexer(tokens, { positionTracking: 'full' }), parser: new Parser() }
}
