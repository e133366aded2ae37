import fc from 'fast-check'
import t from 'tap'
import { labelPattern } from '../../src/rules/label-pattern.ts'

t.test('a pattern matches the whole of a value, as an anchored one of JavaScript does', (t) => {
  const patterns = [
    ...['', 'a', 'ab', 'a|b', 'warning|info', '|a', 'a|', '(a|b)c', '(?:a|b)*c'],
    ...['a*', 'a+', 'a?', 'a*?b', 'a{2}', 'a{2,}', 'a{0,2}', '(ab){1,2}', '(a|ab)(c|bcd)', '(a*)*'],
    ...['(a*)+b', '(a?){3}', '.', '.*', '.+b', '[abc]+', '[^abc]', '[a-c]x', '\\d+', '\\w+', '\\s'],
    ...[
      '\\.',
      'a\\/b',
      'a/b',
      '[/]',
      '^a$',
      '^(a|b)$',
      'a^b',
      'a$b',
      '(^a|b)+',
      '[\\d.]+',
      '\\x61',
    ],
    ...['\\u0061', 'a|^b', '(a$|b)*', '\\D\\S\\W', '[^\\d]', '()', '(|a)+'],
  ]
  const values = [
    ...[
      '',
      'a',
      'b',
      'ab',
      'abc',
      'abcd',
      'aa',
      'aaa',
      'aaaa',
      'abab',
      'ba',
      'c',
      'ac',
      'bc',
      'aabc',
    ],
    ...[
      'warning',
      'info',
      'infos',
      '.',
      'x',
      'ax',
      'a/b',
      '/',
      '1',
      '1.2',
      '12',
      '_',
      ' ',
      '\n',
      'a\n',
    ],
    ...['x y', 'd', 'ö', '€'],
  ]
  for (const pattern of patterns) {
    const matches = labelPattern(pattern)
    const expected = new RegExp(`^(?:${pattern})$`)
    t.strictSame(
      values.filter((value) => matches(value)),
      values.filter((value) => expected.test(value)),
      `/${pattern}/`,
    )
  }
  t.end()
})

t.test('so does any pattern', (t) => {
  const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
    pattern: fc.oneof(
      { maxDepth: 4, withCrossShrink: true },
      fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '^', '$', ''),
      fc.tuple(tie('pattern'), tie('pattern')).map(([one, other]) => `${one}${other}`),
      fc.tuple(tie('pattern'), tie('pattern')).map(([one, other]) => `(?:${one}|${other})`),
      fc
        .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{2}', '{1,3}', '{2,}', '*?'))
        .map(([one, count]) => `(${one})${count}`),
    ),
  }))
  const value = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 })
  fc.assert(
    fc.property(pattern, fc.array(value, { maxLength: 8 }), (text, values) => {
      const matches = labelPattern(text)
      const expected = new RegExp(`^(?:${text})$`)
      for (const each of values) {
        if (matches(each) !== expected.test(each)) throw new Error(`/${text}/ and "${each}"`)
      }
    }),
    { numRuns: 2000 },
  )
  t.end()
})

t.test('what makes others try for ever is decided in a moment', (t) => {
  const long = `${'a'.repeat(20_000)}!`
  const begin = process.cpuUsage()
  for (const pattern of ['(a+)+', '(a|a)*', '(a|aa)+', '(.*)*x', '.*.*.*.*.*x', '(a?){50}a{50}']) {
    t.equal(labelPattern(pattern)(long), false, pattern)
  }
  const { user } = process.cpuUsage(begin)
  t.ok(user < 20_000_000, `${Math.round(user / 1000)} ms`)
  t.end()
})

t.test('what cannot be matched is refused', (t) => {
  const refused = (pattern: string) => {
    try {
      labelPattern(pattern)
      return null
    } catch (error) {
      return (error as Error).message
    }
  }
  t.match(refused('('), /Unterminated group/)
  t.match(refused('a**'), /Nothing to repeat/)
  t.match(refused('a{3,1}'), /numbers out of order/)
  t.match(refused('[z-a]'), /Range out of order/)
  t.match(refused('\\'), /\\ at end of pattern/)
  t.equal(refused('(a)\\1'), 'a reference to a group is not supported')
  t.equal(refused('a(?=b)'), 'looking ahead or behind is not supported')
  t.equal(refused('\\bb'), 'a word boundary is not supported')
  t.equal(refused('a'.repeat(1001)), 'longer than 1000 characters')
  t.equal(refused('((a{100}){100}){100}'), 'the pattern is too large')
  t.end()
})
