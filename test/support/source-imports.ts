import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import ts from 'typescript'

/** What a file imports. */
export interface Import {
  /** The unit of src, or the package without the path inside it. */
  target: string
  /** Whether nothing of it is left when the types are gone. */
  types: boolean
}

/** What a file below `src` imports, whatever the way. */
export function importsOf(src: string, file: string): Import[] {
  const text = readFileSync(join(src, file), 'utf8')
  const found: Import[] = []
  const add = (specifier: ts.Node | undefined, types: boolean): void => {
    if (specifier === undefined || !ts.isStringLiteral(specifier)) return
    const name = specifier.text
    const inside = posix.normalize(posix.join(posix.dirname(file), name))
    const target = name.startsWith('.') ? unitOf(inside) : packageOf(name)
    found.push({ target, types })
  }
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      add(node.moduleSpecifier, node.importClause?.phaseModifier === ts.SyntaxKind.TypeKeyword)
    } else if (ts.isExportDeclaration(node)) {
      add(node.moduleSpecifier, node.isTypeOnly)
    } else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false)
    } else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) {
      add(node.argument.literal, true)
    }
    ts.forEachChild(node, visit)
  }
  visit(ts.createSourceFile(file, text, ts.ScriptTarget.ESNext))
  return found
}

/** "@node-rs/argon2" -> itself, "node:fs/promises" -> itself, "ajv/dist/2020.js" -> "ajv". */
function packageOf(specifier: string): string {
  if (specifier.startsWith('node:')) return specifier
  return specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
}

/** "host/host.ts" -> "host", "snapshot.ts" -> "snapshot", "../dashboard/dom.ts" -> "dashboard". */
export function unitOf(file: string): string {
  const [unit = file] = file.replace(/^\.\.\/(src\/)?/, '').split('/')
  return unit.replace(/\.ts$/, '')
}
