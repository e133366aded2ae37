import fc from 'fast-check'
import t from 'tap'
import { compilePattern, MAX_PATTERN_LENGTH, PatternError } from '../../src/rules/pattern.ts'

t.test('a pattern is for the whole of a text', (t) => {
  const matched = (pattern: string, ...texts: string[]) =>
    texts.filter((text) => compilePattern(pattern).matches(text))
  t.strictSame(matched('warning|info', 'warning', 'info', 'warnings', 'xinfo', ''), [
    'warning',
    'info',
  ])
  t.strictSame(matched('iqn\\..*:media[0-9]+', 'iqn.2026-01.org:media7', 'iqn.x:media'), [
    'iqn.2026-01.org:media7',
  ])
  t.strictSame(matched('(?i)abc.*', 'ABC123L8', 'xabc'), ['ABC123L8'])
  t.strictSame(matched('a.b', 'a\nb', 'aüb', 'ab'), ['a\nb', 'aüb'])
  t.strictSame(matched('', '', 'a'), [''])
  t.end()
})

t.test('what is no pattern is refused, and why', (t) => {
  const why = (pattern: string) => {
    try {
      compilePattern(pattern)
      return 'compiled'
    } catch (error) {
      return error instanceof PatternError ? error.message : String(error)
    }
  }
  t.equal(why('(x'), 'missing closing ): `(x`')
  t.match(why('a(?=b)'), /invalid.*`\(\?=`/)
  t.match(why('(a)\\1'), /invalid escape/)
  t.match(why('(a{1000}){1000}'), /invalid repeat count/)
  t.equal(why('x'.repeat(MAX_PATTERN_LENGTH)), 'compiled')
  t.equal(why('x'.repeat(MAX_PATTERN_LENGTH + 1)), 'a pattern has at most 1000 characters')
  t.end()
})

t.test('no pattern and no text hold up the daemon', (t) => {
  const long = 'a'.repeat(20_000)
  for (const pattern of ['(a+)+b', '(a|a)*b', '(a|aa)+b', '(.*)(.*)(.*)b', '([a-z]+)*1']) {
    t.equal(compilePattern(pattern).matches(long), false, pattern)
  }
  const either = fc.oneof(fc.string(), fc.stringMatching(/^[ab().*+?|[\]{}1,]*$/))
  fc.assert(
    fc.property(either, fc.string(), (pattern, text) => {
      try {
        return typeof compilePattern(pattern).matches(text) === 'boolean'
      } catch (error) {
        return error instanceof PatternError
      }
    }),
  )
  t.end()
})
