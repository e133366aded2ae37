import { join } from 'node:path'
import t from 'tap'
import { packageRoot } from '../../src/package.ts'

interface TapReader {
  write: (chunk: string) => void
  end: () => void
  skipped: Map<string, number>
  counts: Record<string, number> | null
}

const steps = (name: string) => import(join(packageRoot, 'scripts', 'steps', name))

t.test('Node is one of those that package.json names', async (t) => {
  const { admits } = (await steps('engine.mjs')) as {
    admits: (range: string, version: string) => boolean
  }
  const admitted = (...versions: string[]) =>
    versions.filter((version) => admits('^20.19.0 || >=22.12.0', version))
  t.strictSame(admitted('18.20.8', '20.18.3', '21.7.3', '22.11.0'), [])
  const good = ['20.19.0', '20.20.2', '22.12.0', '22.13.1', '23.0.0', '24.21.0']
  t.strictSame(admitted(...good), good)
  t.throws(() => admits('~20', '20.1.0'), { message: 'package.json: engines: cannot read "~20"' })
})

t.test('failures are told with the names that lead to them, each once', async (t) => {
  const { TapFailures } = (await steps('tap-failures.mjs')) as {
    TapFailures: new (tell: (path: string[], lines: string[]) => void) => TapReader
  }
  const told: [string, string[]][] = []
  const reader = new TapFailures((path, lines) => told.push([path.join(' > '), lines]))
  const text = [
    'TAP version 14',
    '1..3',
    '# Subtest: a.test.ts',
    '    # Subtest: one',
    '        ok 1 - fine',
    '        not ok 2 - should be equal',
    '          ---',
    '          diff: |',
    '            not ok is what it says here',
    '          ...',
    '        1..2',
    '    not ok 1 - one # time=3.1ms',
    '      ---',
    '      at: {}',
    '      ...',
    '    ',
    '    # Subtest: two',
    '        ok 1 - fine',
    '        1..1',
    '    ok 2 - two # time=1ms',
    '    not ok 3 - some day # TODO not yet',
    '    ok 4 - with a peer # SKIP snmptrapd is not there',
    '    ok 5 - with the same # time=1ms # SKIP snmptrapd is not there',
    '    1..5',
    'not ok 1 - a.test.ts # time=20ms',
    '  ---',
    '  exitCode: 1',
    '  ...',
    'not ok 2 - b.test.ts # time=300000ms',
    '  ---',
    '  expired: 300000',
    '  ...',
    'not ok 3',
    '# { total: 8, pass: 3, fail: 3, skip: 3 }',
    '# time=20ms',
  ].join('\n')
  for (const chunk of text.match(/[^]{1,7}/g) ?? []) reader.write(chunk)
  reader.end()
  t.strictSame(told, [
    ['a.test.ts > one > should be equal', ['diff: |', '  not ok is what it says here']],
    ['b.test.ts', ['expired: 300000']],
    ['unnamed', []],
  ])
  t.strictSame([...reader.skipped], [['snmptrapd is not there', 2]])
  t.strictSame(reader.counts, { total: 8, pass: 3, fail: 3, skip: 3, todo: 0 })
})
