/** Text of people as roff takes it (groff_char(7)): backslashes, and hyphens that are to be copied as they are. */
export function roffText(text: string): string {
  return text.replaceAll('\\', '\\e').replaceAll('-', '\\-').replaceAll('…', '...')
}

/** Words between backquotes in bold. */
export function marked(text: string): string {
  return text
    .split('`')
    .map((part, index) => (index % 2 === 1 ? `\\fB${roffText(part)}\\fR` : roffText(part)))
    .join('')
}

/** Lines that stay as they are. */
export function example(lines: readonly string[]): string[] {
  return ['.EX', ...lines.map((line) => roffText(line).replace(/^(?=[.'])/, '\\&')), '.EE']
}

/** A word of a list, and what it means; without text only the word. */
export function tagged(tag: string, text: string): string[] {
  return ['.TP', tag, text === '' ? '\\&' : marked(text)]
}

/** Of which program, and when it was written. */
export interface Edition {
  version: string
  /** YYYY-MM-DD */
  date: string
}

/** As long as a line of text may be (mandoc(1), -T lint). */
const WIDTH = 80

/** A page of the manual, with its lines below the title. */
export function page(
  name: string,
  section: number,
  { version, date }: Edition,
  lines: readonly string[],
): string {
  const head = [
    '.\\" Generated from the help and the schema of the configuration.',
    `.TH ${roffText(name.toUpperCase())} ${section} ${date} "storwarden ${version}"`,
  ]
  let literal = false
  const body = lines.flatMap((line) => {
    if (line === '.EX' || line === '.EE') literal = line === '.EX'
    return literal || line.startsWith('.') ? [line] : wrapped(line)
  })
  return `${[...head, ...body].join('\n')}\n`
}

function wrapped(text: string): string[] {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    if (line === '') lines[lines.length - 1] = word
    else if (line.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${line} ${word}`
    else lines.push(word)
  }
  // A line that begins with one of these is a request.
  return lines.map((line) => line.replace(/^(?=[.'])/, '\\&'))
}
