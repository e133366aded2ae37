import { join } from 'node:path'
import t from 'tap'
import { packageRoot } from '../../src/package.ts'

interface GuestTests {
  line: (line: string) => void
  end: (status: number | null) => { passed: number; failed: number }
}

const { GuestTests } = (await import(join(packageRoot, 'scripts/steps/guest-tests.mjs'))) as {
  GuestTests: new (tell: (line: string) => void) => GuestTests
}

/** What node:test prints of a test that passed, and of one that did not. */
const passing = ['# Subtest: one', 'ok 1 - one', '  ---', '  duration_ms: 1234.5', '  ...']
const failing = [
  ...['# Subtest: two', 'not ok 2 - two', '  ---', '  duration_ms: 20.1'],
  ...["  error: 'no such drive'", "  code: 'ERR_NOT_FOUND'", '  ...'],
]

function read(lines: readonly string[], status: number | null) {
  const told: string[] = []
  const tests = new GuestTests((line) => told.push(line))
  for (const line of ['TAP version 13', ...lines]) tests.line(line)
  return { ...tests.end(status), told }
}

t.test('tests that pass are counted, and each is told with its time', (t) => {
  t.strictSame(read([...passing, '1..1', '# tests 1', '# pass 1'], 0), {
    ...{ passed: 1, failed: 0 },
    told: ['ok: one (1.2 s)'],
  })
  t.end()
})

t.test('a test that fails is told with what was wrong', (t) => {
  t.strictSame(read([...passing, ...failing, '1..2', '# fail 1'], 1), {
    ...{ passed: 1, failed: 1 },
    told: [
      ...['ok: one (1.2 s)', 'not ok: two (0.0 s)'],
      ...["  error: 'no such drive'", "  code: 'ERR_NOT_FOUND'"],
    ],
  })
  t.end()
})

t.test('an error between two tests is a failure, though TAP says that all passed', (t) => {
  const remark = 'Error: A resource generated asynchronous activity after the test ended.'
  t.strictSame(read([...passing, '1..1', `# ${remark}`, '# tests 1', '# fail 0'], 1), {
    ...{ passed: 1, failed: 1 },
    told: ['ok: one (1.2 s)', remark, 'not ok: the tests ended with 1'],
  })
  t.end()
})

t.test('a machine that died is a failure, whatever passed before', (t) => {
  t.strictSame(read(passing, null), {
    ...{ passed: 1, failed: 1 },
    told: ['ok: one (1.2 s)', 'not ok: the machine'],
  })
  t.end()
})

t.test('no tests at all are a failure', (t) => {
  t.strictSame(read(['1..0'], 0), {
    ...{ passed: 0, failed: 1 },
    told: ['not ok: the tests ended with 0'],
  })
  t.end()
})
