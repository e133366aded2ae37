import fc from 'fast-check'
import t from 'tap'
import { compilePattern, MAX_PATTERN_LENGTH, PatternError } from '../../src/rules/pattern.ts'

const matches = (pattern: string, ...texts: string[]) => {
  const compiled = compilePattern(pattern)
  return texts.map((text) => compiled.matches(text))
}

t.test('the whole text has to match', (t) => {
  t.strictSame(matches('L1', 'L1', 'L10', 'XL1', ''), [true, false, false, false])
  t.strictSame(matches('L1|L2', 'L1', 'L2', 'L1|L2'), [true, true, false])
  t.strictSame(matches('^DRV[0-9]{2,3}$', 'DRV1', 'DRV12', 'DRV123', 'DRV1234'), [
    ...[false, true, true, false],
  ])
  t.strictSame(matches('', '', 'x'), [true, false])
  t.strictSame(matches('(?:a|b+)*c?', '', 'abbac', 'cc'), [true, true, false])
  t.strictSame(matches('a{2}', 'a', 'aa', 'aaa'), [false, true, false])
  t.strictSame(matches('a{2,}?', 'a', 'aa', 'aaa'), [false, true, true])
  t.strictSame(matches('\\d+\\.\\w[^x\\]]', '12.b]', '12.b-', '12xb-'), [false, true, false])
  t.strictSame(matches('.', '😀', '\n', 'ab'), [true, false, false])
  t.strictSame(matches('(?i)dRv[A-C-]é', 'DRVaÉ', 'drv-é', 'drvdé'), [true, true, false])
  t.end()
})

t.test('what is no pattern, or is not supported, is refused with its place', (t) => {
  const refused = (pattern: string) => {
    try {
      compilePattern(pattern)
      return null
    } catch (error) {
      return error instanceof PatternError ? `${error.offset} ${error.message}` : String(error)
    }
  }
  const faults: [string, string][] = [
    ['a(b', '1 a parenthesis is not closed'],
    ['a)b', '1 a parenthesis that is not open is closed'],
    ['[ab', '0 a bracket is not closed'],
    ['[]', '0 a class without characters matches nothing'],
    ['[z-a]', '1 a range goes from a character to a later one'],
    ['*a', '0 nothing is there to repeat'],
    ['a**', '2 nothing is there to repeat'],
    ['a{x}', '1 after { there is a number, and then }'],
    ['a{3,2}', '1 repeats fewer times than at least'],
    ['a\\', '1 a backslash at the end escapes nothing'],
    ['(a)\\1', '3 \\1 is not supported'],
    ['\\bx', '0 \\b is not supported'],
    ['(?=a)', '0 of what begins with (? only (?: is supported, and (?i) at the begin'],
    ['a^b', '1 the whole value is compared: leave the anchor out'],
    ['(a{1000}){1000}', '0 the pattern repeats too much: write less in braces'],
    ['('.repeat(40), '32 too many groups in each other'],
    ['x'.repeat(MAX_PATTERN_LENGTH + 1), '0 a pattern has at most 256 characters'],
  ]
  t.strictSame(
    faults.map(([pattern]) => [pattern, refused(pattern)]),
    faults,
  )
  t.end()
})

t.test('it says the same as the patterns of JavaScript', (t) => {
  const { pattern } = fc.letrec<{ pattern: string; atom: string }>((tie) => ({
    pattern: fc
      .array(
        fc.tuple(tie('atom'), fc.constantFrom('', '', '*', '+', '?', '{2}', '{1,2}', '{0,}', '*?')),
        { maxLength: 4 },
      )
      .map((parts) => parts.map(([atom, count]) => atom + count).join('')),
    atom: fc.oneof(
      { maxDepth: 3, depthIdentifier: 'pattern' },
      fc.constantFrom('a', 'b', '.', '\\d', '\\W', '[ab]', '[^a]', '[a-c1]', '\\.', '-'),
      fc.tuple(tie('pattern'), tie('pattern')).map(([one, other]) => `(?:${one}|${other})`),
      tie('pattern').map((inner) => `(${inner})`),
    ),
  }))
  const text = fc.string({ unit: fc.constantFrom('a', 'b', 'c', '1', '.', '-', 'é'), maxLength: 8 })
  fc.assert(
    fc.property(pattern, text, (source, value) => {
      fc.pre(source.length <= 60)
      return (
        compilePattern(source).matches(value) === new RegExp(`^(?:${source})$`, 'u').test(value)
      )
    }),
    { numRuns: 2000 },
  )
  t.end()
})

t.test('any text is a pattern or is refused', (t) => {
  const source = fc.string({
    unit: fc.constantFrom(...Array.from('ab([{^$|*+?.})]\\,-2:i')),
    maxLength: 20,
  })
  fc.assert(
    fc.property(source, fc.string(), (pattern, text) => {
      try {
        return typeof compilePattern(pattern).matches(text) === 'boolean'
      } catch (error) {
        return error instanceof PatternError
      }
    }),
    { numRuns: 2000 },
  )
  t.end()
})

t.test('what makes others go back again and again takes time in proportion to the text', (t) => {
  // Each takes those of JavaScript longer than the universe has lasted.
  for (const pattern of [
    '(a+)+b',
    '(a*)*b',
    '(a|a)*b',
    '(a|aa)+b',
    '((a?){20}){20}b',
    '(.*){9}x',
  ]) {
    const compiled = compilePattern(pattern)
    const cpu = process.cpuUsage()
    t.notOk(compiled.matches('a'.repeat(1000)), pattern)
    const { user } = process.cpuUsage(cpu)
    t.ok(user < 2_000_000, `${pattern}: ${user / 1000} ms`)
  }
  t.end()
})
