import fc from 'fast-check'
import t from 'tap'
import { loadParser, MAX_QUERY_LENGTH } from '../../../src/rules/expression/parse.ts'
import { arrowUnder, type Expression } from '../../../src/rules/expression/syntax.ts'
import { printQuery } from '../../support/print-query.ts'
import { anyTree } from '../../support/query-trees.ts'

const parse = await loadParser()

/** The tree without places. */
const bare = (tree: Expression): unknown =>
  JSON.parse(
    JSON.stringify(tree, (key, value: unknown) =>
      key === 'at' || key === 'nameAt' ? undefined : value,
    ),
  )
/** With all its parentheses, so that it is seen what belongs to what. */
const grouped = (query: string): string => {
  const of = (tree: Expression): string => {
    switch (tree.kind) {
      case 'missing':
        return '?'
      case 'number':
      case 'metric':
        return printQuery(tree)
      case 'negative':
        return `(-${of(tree.of)})`
      case 'not':
        return `(not ${of(tree.of)})`
      case 'and':
      case 'or':
        return `(${of(tree.left)} ${tree.kind} ${of(tree.right)})`
      case 'arithmetic':
      case 'comparison':
        return `(${of(tree.left)} ${tree.operator} ${of(tree.right)})`
      case 'call':
        return `${tree.name}(${tree.arguments.map(of).join(', ')})`
    }
  }
  return of(parse(query).tree)
}
const faults = (query: string) =>
  parse(query).faults.map(({ line, column, message }) => `${line}:${column} ${message}`)

t.test('what belongs to what', (t) => {
  const queries: [string, string][] = [
    ['a > 1 or b > 2 and not c < 3', '((a > 1) or ((b > 2) and (not (c < 3))))'],
    ['not not a == 1', '(not (not (a == 1)))'],
    ['a + b * c - d / e % f', '((a + (b * c)) - ((d / e) % f))'],
    ['-a^2', '(-(a ^ 2))'],
    ['2^3^-2', '(2 ^ (3 ^ (-2)))'],
    ['--a - -b', '((-(-a)) - (-b))'],
    ['+a', 'a'],
    ['(a - (b - c)) * d', '((a - (b - c)) * d)'],
    ['max by (x) (a) > 1', '(max(a) > 1)'],
    ['a AND_b', '?'],
  ]
  t.strictSame(
    queries.slice(0, -1).map(([query]) => [query, grouped(query)]),
    queries.slice(0, -1),
  )
  t.end()
})

t.test('everything that can be written is in the tree', (t) => {
  const query = `max by (library, virtual) (
    # of all drives
    tape.drive_temperature{library="L\\"1", serial=~"DRV\\d+", virtual!='true', device!~""}
  ) >= avg_over(x, 1h30m) + 80% - 2TiB Or .5e1 != 7d`
  t.strictSame(parse(query).faults, [])
  const call = (name: string, by: unknown, ...given: unknown[]) => ({
    ...{ kind: 'call', name },
    by,
    arguments: given,
  })
  const number = (value: number, unit: string | null = null) => ({ kind: 'number', value, unit })
  t.strictSame(bare(parse(query).tree), {
    kind: 'or',
    left: {
      kind: 'comparison',
      operator: '>=',
      left: call('max', [{ name: 'library' }, { name: 'virtual' }], {
        kind: 'metric',
        name: 'tape.drive_temperature',
        matchers: [
          { label: 'library', operator: '=', value: 'L"1' },
          { label: 'serial', operator: '=~', value: 'DRV\\d+' },
          { label: 'virtual', operator: '!=', value: 'true' },
          { label: 'device', operator: '!~', value: '' },
        ],
      }),
      right: {
        kind: 'arithmetic',
        operator: '-',
        left: {
          kind: 'arithmetic',
          operator: '+',
          left: call(
            'avg_over',
            null,
            { kind: 'metric', name: 'x', matchers: [] },
            number(5400, 'seconds'),
          ),
          right: number(80, 'percent'),
        },
        right: number(2 * 2 ** 40, 'bytes'),
      },
    },
    right: {
      kind: 'comparison',
      operator: '!=',
      left: number(5),
      right: number(604_800, 'seconds'),
    },
  })
  t.end()
})

t.test('every fault of the syntax is told at once, with its place', (t) => {
  const all: [string, string[]][] = [
    ['', ['1:1 expected a number, a name or "(", found the end']],
    ['  \n ', ['1:1 expected a number, a name or "(", found the end']],
    ['a >', ['1:4 expected a number, a name or "(", found the end']],
    [
      'a > and b >> 5 or (',
      [
        '1:5 expected a number, a name or "(", found "and"',
        '1:12 a comparison cannot be compared; join two with "and"',
        '1:20 expected a number, a name or "(", found the end',
      ],
    ],
    ['max by (x,) (a', ['1:11 expected a name, found ")"', '1:15 expected ")", found the end']],
    ['sum(a) by', ['1:10 expected "(", found the end']],
    ['max by (b) (c) by (d)', ['1:16 "by" is there twice']],
    [
      'a b c > > 3',
      [
        '1:3 expected an operator or the end, found "b"',
        '1:5 expected an operator or the end, found "c"',
        '1:9 expected a number, a name or "(", found ">"',
      ],
    ],
    ['a > 80%3', ['1:8 expected an operator or the end, found "3"']],
    ['a && b', ['1:3 expected an operator or the end, found "&&"; write "and"']],
    ['a || b', ['1:3 expected an operator or the end, found "||"; write "or"']],
    ['!a', ['1:1 expected a number, a name or "(", found "!"; write "not"']],
    ['a = 5', ['1:3 expected an operator or the end, found "="; write "=="']],
    ['a{b!"x"}', ['1:4 expected "=", "!=", "=~" or "!~", found "!"']],
    ['a{x=1, y="z"} > 5', ['1:5 expected a text in quotes, found "1"']],
    [
      '$ > 3 ? 2',
      [
        '1:1 "$" means nothing here',
        '1:3 expected a number, a name or "(", found ">"',
        '1:7 "?" means nothing here',
        '1:9 expected an operator or the end, found "2"',
      ],
    ],
    [
      'a{b="x',
      ['1:5 a text begins here whose closing quote is missing', '1:7 expected "}", found the end'],
    ],
    [
      'a > 5x and\n b < 1e999',
      [
        '1:5 "x" is no unit; there are ms, s, m, h, d, w, B, kB, MB, GB, TB, PB, KiB, MiB, GiB, TiB, PiB, %',
        '2:6 1e999 is too large',
      ],
    ],
    [
      '5m2 > a',
      [
        '1:1 "m2" is no unit; there are ms, s, m, h, d, w, B, kB, MB, GB, TB, PB, KiB, MiB, GiB, TiB, PiB, %',
      ],
    ],
  ]
  for (const [query, told] of all) t.strictSame(faults(query), told, query)
  t.end()
})

t.test('an arrow stands under the place', (t) => {
  const query = 'a > 1 and\n\tb >> 3'
  const [fault] = parse(query).faults
  t.strictSame(fault && arrowUnder(query, fault), '\tb >> 3\n\t   ^')
  const [end] = parse('a >').faults
  t.strictSame(end && arrowUnder('a >', end), 'a >\n   ^')
  const [name] = parse('a and b').faults
  t.equal(name, undefined)
  t.end()
})

t.test('a query that is too long or too deep is not read', (t) => {
  const deep = (levels: number) => `${'('.repeat(levels)}a${')'.repeat(levels)} > 1`
  t.strictSame(faults(deep(32)), [])
  const limits = 'at most 1000 words and signs, 32 parentheses in each other'
  t.strictSame(faults(deep(33)), [`1:33 the query is too long: ${limits}`])
  t.strictSame(faults(Array(501).fill('a').join('+')), [`1:1001 the query is too long: ${limits}`])
  t.strictSame(faults(Array(500).fill('a').join('^')), [])
  t.strictSame(faults(`${'not '.repeat(990)}a > 1`), [])
  t.strictSame(faults('a'.repeat(MAX_QUERY_LENGTH + 1)), [
    `1:${MAX_QUERY_LENGTH + 1} at most 4096 characters can be read`,
  ])
  t.end()
})

t.test('what is written down and read again is the same', (t) => {
  fc.assert(
    fc.property(anyTree, (given) => {
      const query = printQuery(given)
      fc.pre(query.length <= 1000)
      const { tree: read, faults } = parse(query)
      t.strictSame(faults, [], query)
      t.strictSame(bare(read), bare(given), query)
    }),
    { numRuns: 300 },
  )
  t.end()
})

t.test('every part of a tree stands in the query where it says', (t) => {
  fc.assert(
    fc.property(anyTree, (given) => {
      const query = printQuery(given)
      fc.pre(query.length <= 1000)
      const { at } = parse(query).tree
      return query.slice(at.offset, at.offset + at.length).trim() === query.trim()
    }),
    { numRuns: 300 },
  )
  t.end()
})

t.test('any text is read or has faults within it', (t) => {
  const word = fc.constantFrom(
    ...[
      'a',
      'max',
      'by',
      '(',
      ')',
      '{',
      '}',
      ',',
      'and',
      'or',
      'not',
      '>',
      '>=',
      '==',
      '=',
      '=~',
      '!',
    ],
    ...[
      '+',
      '-',
      '*',
      '/',
      '%',
      '^',
      '5',
      '80%',
      '5m',
      '"x"',
      "'",
      '"',
      '\\',
      '#',
      '\n',
      ' ',
      '.',
      '😀',
      '&&',
    ],
  )
  const text = fc.oneof(
    fc.string(),
    fc.array(word, { maxLength: 40 }).map((words) => words.join('')),
    fc.array(word, { maxLength: 40 }).map((words) => words.join(' ')),
  )
  fc.assert(
    fc.property(text, (query) => {
      const { tree, faults } = parse(query)
      for (const { offset, length, line, column, message } of faults) {
        if (offset < 0 || offset > query.length || length < 1 || message === '') return false
        if (
          query
            .split('\n')
            .slice(0, line - 1)
            .join('\n').length +
            (line > 1 ? 1 : 0) +
            column -
            1 !==
          offset
        )
          return false
      }
      const complete = !JSON.stringify(tree).includes('"missing"')
      return faults.length > 0 || complete
    }),
    { numRuns: 3000 },
  )
  t.end()
})
