// Writes what docs/runbooks says of the rules anew: the table of facts of each page, and the list of pages.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { format } from 'prettier'
import { runbookFacts, withFacts, withIndex } from '../dist/test/support/runbook-facts.js'
import { root } from './steps/root.mjs'

const { tables, index } = await runbookFacts()
const write = async (name, change) => {
  const file = join(root, 'docs', 'runbooks', `${name}.md`)
  const page = readFileSync(file, 'utf8')
  writeFileSync(file, await format(change(page), { parser: 'markdown' }))
}
for (const [alert, table] of tables) await write(alert, (page) => withFacts(page, table))
await write('README', (page) => withIndex(page, index))
