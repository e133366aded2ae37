import { readFile } from 'node:fs/promises'
import { settings } from './settings.ts'
import { valueAt, withValue, type Tree } from './tree.ts'
import type { Fault } from './validate.ts'

/** Puts what is in the files of secrets where the secrets belong. */
export async function readSecrets(tree: Tree): Promise<{ tree: Tree; faults: Fault[] }> {
  const faults: Fault[] = []
  for (const { path, schema } of settings) {
    const twin = fileTwinOf(path)
    const file = valueAt(tree, twin)
    if (schema.secret !== true || typeof file !== 'string' || file === '') continue
    if (typeof valueAt(tree, path) === 'string') {
      faults.push({ path: twin, message: `${path.at(-1) ?? ''} is set as well` })
      continue
    }
    try {
      tree = withValue(tree, path, (await readFile(file, 'utf8')).trim())
    } catch (error) {
      const { code = String(error) } = error as NodeJS.ErrnoException
      faults.push({ path: twin, message: `${file}: cannot be read: ${code}` })
    }
  }
  return { tree, faults }
}

/** The files that secrets were read from. */
export function secretFilesOf(config: unknown): string[] {
  const files = settings.flatMap(({ path, schema }) => {
    const file = schema.secret === true ? valueAt(config, fileTwinOf(path)) : null
    return typeof file === 'string' && file !== '' ? [file] : []
  })
  return [...new Set(files)].sort()
}

function fileTwinOf(path: readonly string[]): string[] {
  return [...path.slice(0, -1), `${path.at(-1) ?? ''}_file`]
}

/** The secret of a file, or the file of a secret; null when the setting is neither. */
export function twinOf(path: readonly string[]): readonly string[] | null {
  const secret = settings.find(
    (setting) =>
      setting.schema.secret === true &&
      (isSame(setting.path, path) || isSame(fileTwinOf(setting.path), path)),
  )
  if (secret === undefined) return null
  return isSame(secret.path, path) ? fileTwinOf(path) : secret.path
}

function isSame(one: readonly string[], other: readonly string[]): boolean {
  return one.join('.') === other.join('.')
}
