import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'prettier'
import t from 'tap'
import { configurationReference } from '../../src/config/reference.ts'
import { settings } from '../../src/config/settings.ts'
import { packageRoot } from '../../src/package.ts'

t.test('the documentation says what the schema says', async (t) => {
  const written = readFileSync(join(packageRoot, 'docs', 'configuration.md'), 'utf8')
  const wanted = await format(configurationReference(), { parser: 'markdown' })
  t.equal(written, wanted, 'npm run build && node scripts/reference.mjs writes it anew')
})

t.test('every setting says what it means, and every length of time its unit', (t) => {
  const ending = /_(seconds|hours|days|percent|bytes)$/
  for (const { path, schema } of settings) {
    const key = path.at(-1) ?? ''
    t.match(schema.description, /^[^ ].+\.$/, path.join('.'))
    t.equal(schema.unit, ending.exec(key)?.[1], path.join('.'))
  }
  t.end()
})
