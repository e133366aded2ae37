import fc from 'fast-check'
import t from 'tap'
import { Answer } from '../../src/cli/answer.ts'
import { cut, printableJson, widthOf } from '../../src/cli/printable.ts'
import { printable } from '../../src/printable.ts'
import { printTable } from '../../src/cli/table.ts'
import { terminalOn } from '../../src/cli/terminal.ts'
import { age, duration, localTime, parseTime, when, whenInBrief } from '../../src/cli/times.ts'
import { bytes, ofTotal, percent, shown, yesNo } from '../../src/cli/words.ts'

// Times are local: a zone with an offset tells local from UTC.
process.env.TZ = 'Europe/Berlin'

const now = new Date('2026-11-20T21:00:00Z')
const anyText = fc.string({ unit: 'binary' })

function screen(options: { columns?: number; env?: Record<string, string> } = {}) {
  let text = ''
  const { columns, env = {} } = options
  const stdout = {
    write: (part: string) => (text += part),
    ...(columns === undefined ? {} : { isTTY: true, columns }),
  }
  return { terminal: terminalOn(stdout, stdout, env), text: () => text }
}

t.test('what a terminal would obey is written out', (t) => {
  t.equal(printable('\u001b]0;owned\u0007 ok'), '\\u001b]0;owned\\u0007 ok')
  t.equal(printable('a\nb\r\tc'), 'a\\u000ab\\u000d\\u0009c')
  t.equal(printable('\u009b31m\u007f'), '\\u009b31m\\u007f')
  t.equal(printable('tape\u202e10\u2066'), 'tape\\u202e10\\u2066')
  t.equal(printable('Bänder für Müller, 磁带'), 'Bänder für Müller, 磁带')
  fc.assert(
    fc.property(anyText, (text) => {
      const shown = printable(text)
      return (
        !/[\p{Cc}\p{Zl}\p{Zp}\u202a-\u202e\u2066-\u2069]/u.test(shown) && printable(shown) === shown
      )
    }),
  )
  t.end()
})

t.test('JSON is escaped too, and stays the same JSON', (t) => {
  t.equal(printableJson({ a: '\u009b\u001b' }), '{\n  "a": "\\u009b\\u001b"\n}')
  fc.assert(
    fc.property(fc.jsonValue(), anyText, (value, text) => {
      const written = printableJson({ value, text })
      return (
        JSON.stringify(JSON.parse(written)) === JSON.stringify({ value, text }) &&
        !/[\u007f-\u009f\u2028]/.test(written)
      )
    }),
  )
  t.end()
})

t.test('text is cut by the columns it takes', (t) => {
  t.equal(cut('abcdef', 6), 'abcdef')
  t.equal(cut('abcdef', 5), 'abcd…')
  t.equal(cut('磁带磁带', 6), '磁带…')
  t.equal(cut('abc', 0), '')
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(40), (text, width) => {
      return widthOf(cut(printable(text), width)) <= width
    }),
  )
  t.end()
})

t.test('a table is aligned, and as wide as its content where nobody watches', (t) => {
  const { terminal, text } = screen()
  printTable(
    terminal,
    [{ title: 'ID' }, { title: 'COUNT', right: true }, { title: 'REMARK' }],
    [
      ['磁带', '7', 'x'.repeat(90)],
      ['long-name', '12', ''],
    ],
  )
  t.equal(
    text(),
    [
      'ID         COUNT  REMARK',
      `磁带           7  ${'x'.repeat(90)}`,
      'long-name     12',
      '',
    ].join('\n'),
  )
  t.end()
})

t.test('a table fits the terminal; what is to be copied is whole', (t) => {
  const { terminal, text } = screen({ columns: 40, env: { NO_COLOR: '1' } })
  const id = 'iqn.2026-01.org.example:disk1'
  printTable(
    terminal,
    [{ title: 'ID', whole: true }, { title: 'MESSAGE' }],
    [[id, 'a message that is longer than what is left']],
  )
  t.equal(text(), `ID                             MESSAGE\n${id}  a messag…\n`)
  t.end()
})

t.test('colours are for terminals whose user wants them', (t) => {
  const printed = (options: Parameters<typeof screen>[0]) => {
    const { terminal, text } = screen(options)
    terminal.line('is ', { text: 'do\u001bwn', style: 'bad' })
    return text()
  }
  t.equal(printed({ columns: 80 }), 'is \u001b[31mdo\\u001bwn\u001b[0m\n')
  t.equal(printed({ columns: 80, env: { NO_COLOR: '1' } }), 'is do\\u001bwn\n')
  t.equal(printed({ columns: 80, env: { NO_COLOR: '', TERM: 'dumb' } }), 'is do\\u001bwn\n')
  t.equal(printed({}), 'is do\\u001bwn\n')
  t.end()
})

t.test('times are local, with their age', (t) => {
  const at = new Date('2026-11-20T20:56:30Z')
  t.equal(localTime(at), '2026-11-20 21:56:30')
  t.equal(when(at, now), '2026-11-20 21:56:30 (3 min ago)')
  t.equal(when(null, now), 'unknown')
  t.equal(whenInBrief(at, now), '21:56 (3 min ago)')
  t.equal(whenInBrief(new Date('2026-11-18T20:00:00Z'), now), '2026-11-18 21:00 (2 d ago)')
  t.equal(age(new Date('2026-11-21T00:00:00Z'), now), 'in 3 h')
  t.strictSame([0, 59.9, 60, 3599, 3600, 172_799, 172_800, null].map(duration), [
    ...['0 s', '59 s', '1 min', '59 min', '1 h', '47 h', '2 d', 'unknown'],
  ])
  t.end()
})

t.test('a time is written as people write it', (t) => {
  const read = (text: string) => parseTime(text, now)?.toISOString() ?? null
  t.strictSame(
    {
      '30m': read('30m'),
      '8h': read('8h'),
      '7d': read('7d'),
      '2w': read('2w'),
      day: read('2026-12-24'),
      local: read('2026-12-24 22:00'),
      utc: read('2026-12-24T22:00:00Z'),
      offset: read('2026-12-24T22:00:00+02:00'),
    },
    {
      '30m': '2026-11-20T21:30:00.000Z',
      '8h': '2026-11-21T05:00:00.000Z',
      '7d': '2026-11-27T21:00:00.000Z',
      '2w': '2026-12-04T21:00:00.000Z',
      day: '2026-12-23T23:00:00.000Z',
      local: '2026-12-24T21:00:00.000Z',
      utc: '2026-12-24T22:00:00.000Z',
      offset: '2026-12-24T20:00:00.000Z',
    },
  )
  for (const text of ['', '8', 'h', '8y', 'tomorrow', '2026-02-30', '2026-13-01', '24.12.2026']) {
    t.equal(read(text), null, text)
  }
  fc.assert(
    fc.property(anyText, (text) => {
      const at = parseTime(text, now)
      return at === null || !Number.isNaN(at.getTime())
    }),
  )
  t.end()
})

t.test('what is not known is said to be unknown', (t) => {
  t.strictSame(
    [shown(null), percent(null), bytes(null), yesNo(null), ofTotal(null, 3)],
    ['unknown', 'unknown', 'unknown', 'unknown', 'unknown of 3'],
  )
  t.strictSame(
    [bytes(0), bytes(1023), bytes(1536), bytes(20 * 2 ** 40), percent(97.25), yesNo(false)],
    ['0 B', '1023 B', '1.50 KiB', '20.0 TiB', '97.3 %', 'no'],
  )
  t.end()
})

t.test('a member of an answer that is not what it should be is not known', (t) => {
  const answer = Answer.of({ a: 1, b: 'x', c: [1, {}, 'y'], d: { e: true }, f: 'no time' })
  t.strictSame(
    [
      answer?.text('a'),
      answer?.number('b'),
      answer?.flag('b'),
      answer?.time('f'),
      answer?.time('z'),
    ],
    [null, null, null, null, null],
  )
  t.strictSame(
    [answer?.objects('c').length, answer?.texts('c'), answer?.objects('a'), answer?.object('c')],
    [1, ['y'], [], null],
  )
  t.equal(answer?.object('d')?.flag('e'), true)
  for (const value of [null, 1, 'x', [], undefined]) t.equal(Answer.of(value), null)
  t.end()
})

t.test('how far something is stands in one line beside the answer, for who watches', (t) => {
  let [out, error] = ['', '']
  const stdout = { write: (text: string) => (out += text) }
  const watched = { write: (text: string) => (error += text), isTTY: true, columns: 12 }
  const terminal = terminalOn(stdout, watched, {})
  terminal.progress('restoring: 10 %')
  terminal.progress('\u001b[2Jdone')
  terminal.line('restored')
  terminal.note('and no more')
  t.equal(out, 'restored\n')
  t.equal(error, 'restoring:…\r\u001b[K\\u001b[2Jd…\r\u001b[Kand no more\n')

  error = ''
  terminalOn(stdout, { ...watched, isTTY: false }, {}).progress('restoring: 10 %')
  t.equal(error, '')
  t.end()
})
