import { readFileSync } from 'node:fs'
import t from 'tap'
import { functions } from '../../src/rules/expression/check-call.ts'
import { readQuery } from '../../src/rules/expression/query.ts'
import { exported } from '../support/metrics.ts'

const text = readFileSync(new URL('../../docs/rules.md', import.meta.url), 'utf8')

const faultsOf = async (query: string) =>
  (await readQuery(query, exported)).faults.map(({ message }) => message)

t.test('every query of the page can be read', async (t) => {
  const [, table = ''] = /\n\| query .*\n.*\n((?:\|.*\n)+)/.exec(text) ?? []
  const rows = [...table.matchAll(/^\| `([^`]+)`/gm)].map(([, query = '']) => query)
  const commands = [...text.matchAll(/--query '([^']+)'/g)].map(([, query = '']) => query)
  t.ok(rows.length >= 9, 'the table has its queries')
  t.equal(commands.length, 3)
  for (const query of [...rows, ...commands]) t.strictSame(await faultsOf(query), [], query)
})

t.test('what the page calls a fault is one', async (t) => {
  t.strictSame(await faultsOf('uptime > 10GiB'), ['seconds and bytes do not go together'])
  const [, told = ''] = /column 1: (.*)\n/.exec(text) ?? []
  t.strictSame(await faultsOf('cpu_usge > 80'), [told])
})

t.test('every function is on the page', (t) => {
  const [, section = ''] = /### Functions\n([^]*?)\n### /.exec(text) ?? []
  t.strictSame(
    [...functions.keys()].filter((name) => !section.includes(name)),
    [],
  )
  t.end()
})
