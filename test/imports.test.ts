import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import { importsOf, unitOf } from './support/source-imports.ts'
import { composition } from './support/composition.ts'
import { reserved, table, type Row } from './support/import-table.ts'

const src = fileURLToPath(new URL('../src', import.meta.url))
const sources = ['', '../dashboard/']
  .flatMap((folder) => {
    const names = readdirSync(join(src, folder), { recursive: true, encoding: 'utf8' })
    return names.map((name) => folder + name)
  })
  .filter((file) => /\.tsx?$/.test(file))
  .sort()

const imported = new Map(sources.map((file) => [file, importsOf(src, file)]))
const imports = (file: string) => imported.get(file) ?? []

for (const unit of new Set(sources.map(unitOf))) {
  // The composition root and its parts import everything.
  if (unit === 'app' || unit in composition) continue
  const row = table[unit]
  if (row === undefined) {
    t.fail(`${unit} has no row in the table of imports`)
    continue
  }
  t.test(`${unit}: ${row.because}`, (t) => {
    const foreign = sources
      .filter((file) => unitOf(file) === unit)
      .flatMap((file) => imports(file).map((found) => ({ file, ...found })))
      .filter(({ target, types }) => target !== unit && !allows(row, target, types))
    t.strictSame(
      foreign.map(({ file, target, types }) => `${file}: ${types ? 'type ' : ''}${target}`),
      [],
    )
    t.end()
  })
}

t.test('the table has a row for nothing that is not there', (t) => {
  const units = sources.map(unitOf)
  t.strictSame(
    Object.keys(table).filter((unit) => !units.includes(unit)),
    [],
  )
  t.end()
})

for (const [target, { by, because }] of Object.entries(reserved)) {
  t.test(`${target} is for ${by.join(' and ')} alone: ${because}`, (t) => {
    const importers = sources.filter((file) =>
      imports(file).some((found) => found.target === target),
    )
    t.strictSame(
      importers.filter((file) => unitOf(file) !== target && !by.includes(unitOf(file))),
      [],
    )
    t.end()
  })
}

function allows(row: Row, target: string, types: boolean): boolean {
  if (row.imports.includes(target)) return true
  if (types && row.imports.includes(`type ${target}`)) return true
  if (row.packages.includes(target)) return true
  return target.startsWith('node:') && row.packages.includes('node')
}
