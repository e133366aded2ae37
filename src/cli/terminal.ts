import { printable } from '../printable.ts'
import { cut, printableJson } from './printable.ts'

/** How a piece of text looks where colours are shown. */
export type Style = 'good' | 'warning' | 'bad' | 'faint' | 'strong'

/** A piece of a line; the style is heeded where colours are shown. */
export type Span = string | { text: string; style: Style }

/** Where a command prints. Everything is escaped here, so that nobody has to think of it. */
export interface Terminal {
  /** Columns; null when nobody watches, and lines are as long as they are. */
  readonly width: number | null
  /** One line of the answer. */
  line(...spans: readonly Span[]): void
  /** The answer for programs. */
  json(value: unknown): void
  /** One line beside the answer. */
  note(text: string): void
  /** How far something is that takes long, until the next line; said only to who watches. */
  progress(text: string): void
  /** Something that is printed at once, in place of the page before; where nobody watches, below it. */
  page(): Page
}

/** A terminal that keeps what is printed until it is shown. */
export interface Page extends Terminal {
  show(): void
}

/** What is needed of a stream of Node. */
export interface Output {
  write(text: string): unknown
  isTTY?: boolean
  columns?: number
  rows?: number
}

// SGR of ECMA-48 8.3.117.
const codes: Readonly<Record<Style, number>> = {
  good: 32,
  warning: 33,
  bad: 31,
  faint: 2,
  strong: 1,
}

/** A terminal, or what stands in for one: no colours and no cutting when it is none (https://no-color.org). */
export function terminalOn(
  stdout: Output,
  stderr: Output,
  env: Readonly<Record<string, string | undefined>>,
): Terminal {
  const isTerminal = stdout.isTTY === true
  const coloured = isTerminal && (env.NO_COLOR ?? '') === '' && env.TERM !== 'dumb'
  const shown = (span: Span): string => {
    if (typeof span === 'string') return printable(span)
    const text = printable(span.text)
    return coloured && text !== '' ? `\u001b[${codes[span.style]}m${text}\u001b[0m` : text
  }
  let passing = false
  // Takes away what was said of the way there; EL of ECMA-48 8.3.41.
  const settle = () => {
    if (passing) stderr.write('\r\u001b[K')
    passing = false
  }
  const lineOf = (spans: readonly Span[]) => spans.map(shown).join('')
  let pages = 0
  const terminal: Terminal = {
    // A terminal of no columns is one that does not say.
    width: isTerminal && (stdout.columns ?? 0) > 0 ? (stdout.columns ?? null) : null,
    line: (...spans) => {
      settle()
      stdout.write(`${lineOf(spans)}\n`)
    },
    json: (value) => {
      settle()
      stdout.write(`${printableJson(value)}\n`)
    },
    note: (text) => {
      settle()
      stderr.write(`${printable(text)}\n`)
    },
    progress(text) {
      if (stderr.isTTY !== true) return
      settle()
      stderr.write(cut(printable(text), Math.max(1, (stderr.columns ?? 80) - 1)))
      passing = true
    },
    page() {
      const lines: string[] = []
      return {
        ...terminal,
        line: (...spans) => lines.push(lineOf(spans)),
        json: (value) => lines.push(...printableJson(value).split('\n')),
        note: (text) => lines.push(lineOf([{ text, style: 'faint' }])),
        progress: () => undefined,
        show() {
          pages += 1
          stdout.write(isTerminal ? over(lines, stdout.rows ?? 0, pages === 1) : below(lines))
        },
      }
    },
  }
  return terminal
}

/** As many lines as the screen has, in place of those that are there (CUP, EL and ED of ECMA-48 8.3). */
function over(lines: readonly string[], rows: number, first: boolean): string {
  const room = rows > 1 ? rows - 1 : lines.length
  const left = lines.length - room
  const seen = left > 0 ? [...lines.slice(0, room - 1), `… ${left + 1} more lines`] : lines
  const clear = first ? '\u001b[2J' : ''
  return `${clear}\u001b[H${seen.map((line) => `${line}\u001b[K\n`).join('')}\u001b[J`
}

function below(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('')
}

/** The text of a piece without its style. */
export function textOf(span: Span): string {
  return typeof span === 'string' ? span : span.text
}
