import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t from 'tap'
import ts from 'typescript'

const dashboard = fileURLToPath(new URL('../../dashboard', import.meta.url))
const files = readdirSync(dashboard, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.tsx'))
  .sort()

/** Attributes that are read out or shown. */
const SPOKEN = ['title', 'label', 'text', 'aria-label', 'placeholder', 'alt', 'hint', 'verb']
const WORD = /\p{L}{2,}/u

t.test('all that the console says stands in dashboard/words, ready for translation', (t) => {
  t.ok(files.length > 10)
  for (const file of files) t.strictSame(textsIn(file), [], file)
  t.end()
})

t.test('what each call takes and answers is what the daemon says', async (t) => {
  const script = new URL('../../scripts/wire-types/wire-types.mjs', import.meta.url).href
  const { wireTypes } = (await import(script)) as {
    wireTypes: () => Promise<string>
  }
  t.equal(
    readFileSync(join(dashboard, 'wire', 'api.ts'), 'utf8'),
    await wireTypes(),
    'node scripts/wire-types.mjs writes it',
  )
})

/** Texts that stand in the markup of a file. */
function textsIn(file: string): string[] {
  const text = readFileSync(join(dashboard, file), 'utf8')
  const found: string[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isJsxText(node) && WORD.test(node.text)) found.push(node.text.trim())
    if (ts.isJsxAttribute(node) && SPOKEN.includes(node.name.getText())) {
      const { initializer } = node
      if (initializer && ts.isStringLiteral(initializer) && WORD.test(initializer.text)) {
        found.push(`${node.name.getText()}: ${initializer.text}`)
      }
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true, ts.ScriptKind.TSX))
  return found
}
