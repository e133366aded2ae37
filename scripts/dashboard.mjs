// Puts the web page into dist/dashboard: TypeScript without its types, the rest as it is.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import ts from 'typescript'
import { root } from './steps/root.mjs'

const source = join(root, 'dashboard')
const target = join(root, 'dist', 'dashboard')

rmSync(target, { recursive: true, force: true })
mkdirSync(target, { recursive: true })
for (const name of readdirSync(source)) {
  if (name === 'tsconfig.json') continue
  if (name.endsWith('.ts')) writeFileSync(join(target, name.replace(/\.ts$/, '.js')), strip(name))
  else copyFileSync(join(source, name), join(target, name))
}

function strip(name) {
  const { outputText } = ts.transpileModule(readFileSync(join(source, name), 'utf8'), {
    fileName: name,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
      rewriteRelativeImportExtensions: true,
    },
  })
  return outputText
}
