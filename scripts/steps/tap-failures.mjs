/**
 * Reads TAP as it comes and tells every failure: the names that lead to it and its diagnostics.
 * A test that failed because one inside it did is not told again.
 */
export class TapFailures {
  #rest = ''
  #names = []
  #told = []
  #diagnostics = null
  #tell
  /** How many tests were skipped, by the reason they gave. */
  skipped = new Map()
  /** What the closing line counts; null until it has come. */
  counts = null

  constructor(tell) {
    this.#tell = tell
  }

  write(chunk) {
    const lines = (this.#rest + chunk).split('\n')
    this.#rest = lines.pop()
    for (const line of lines) this.#line(line)
  }

  end() {
    if (this.#rest !== '') this.#line(this.#rest)
    this.#flush()
  }

  #line(line) {
    const [, blanks, text] = /^( *)(.*)$/.exec(line)
    if (this.#diagnostics?.open) return this.#diagnostic(blanks, text, line)
    if (this.#diagnostics && text === '---' && blanks.length === this.#diagnostics.indent + 2) {
      this.#diagnostics.open = true
      return
    }
    this.#flush()
    this.#result(blanks.length / 4, text)
  }

  #result(depth, text) {
    const subtest = /^# Subtest: (.*)$/.exec(text)
    if (subtest) {
      this.#names[depth] = subtest[1]
      this.#told[depth + 1] = false
      return
    }
    const counts = /^# \{ total: (\d+)(.*)\}$/.exec(text)
    if (depth === 0 && counts) this.counts = countsOf(counts[0])
    if (text.startsWith('Bail out!')) this.#report(depth, text, depth * 4)
    const [, reason] = / # skip\b:? *(.*?)(?: # time=\S+)?$/i.exec(text) ?? []
    if (reason) this.skipped.set(reason, (this.skipped.get(reason) ?? 0) + 1)
    // What is skipped or still to do is not expected to succeed.
    if (/ # (skip|todo)\b/i.test(text)) return
    const [, name] = /^not ok \d+(?: - (.*?))?(?: # time=\S+)?$/.exec(text) ?? []
    if (name === undefined && !/^not ok \d+$/.test(text)) return
    if (this.#names[depth] === name && this.#told[depth + 1]) {
      this.#told[depth] = true
      return
    }
    this.#report(depth, name ?? 'unnamed', depth * 4)
  }

  #report(depth, name, indent) {
    this.#told[depth] = true
    const path = [...this.#names.slice(0, depth), name]
    this.#diagnostics = { path, indent, lines: [], open: false }
  }

  #diagnostic(blanks, text, line) {
    const { indent, lines } = this.#diagnostics
    if (text === '...' && blanks.length === indent + 2) this.#flush()
    else lines.push(line.slice(indent + 2))
  }

  #flush() {
    if (this.#diagnostics === null) return
    const { path, lines } = this.#diagnostics
    this.#diagnostics = null
    this.#tell(path, lines)
  }
}

/** `# { total: 22, pass: 21, fail: 1 }` in numbers; what is not named is 0. */
function countsOf(text) {
  const named = [...text.matchAll(/(\w+): (\d+)/g)].map(([, name, count]) => [name, Number(count)])
  return { total: 0, pass: 0, fail: 0, skip: 0, todo: 0, ...Object.fromEntries(named) }
}
