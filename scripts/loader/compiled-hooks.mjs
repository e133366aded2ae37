// Hooks of Node's module loader (https://nodejs.org/docs/latest-v20.x/api/module.html#customization-hooks).
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const root = new URL('../../', import.meta.url).href

/** tsc has written `./x.js` where the source says `./x.ts`. */
export async function resolve(specifier, context, next) {
  const { parentURL = '' } = context
  if (!isSource(parentURL) || !/^\.\.?\/.*\.js$/.test(specifier))
    return await next(specifier, context)
  const url = new URL(specifier.replace(/\.js$/, '.ts'), parentURL).href
  return isSource(url)
    ? { url, format: 'module', shortCircuit: true }
    : await next(specifier, context)
}

export async function load(url, context, next) {
  if (!isSource(url)) return await next(url, context)
  const path = url.slice(root.length).replace(/\.ts$/, '.js')
  const text = await readFile(fileURLToPath(new URL(`dist/${path}`, root)), 'utf8')
  // Node looks for the map beside the source, and knows no absolute address.
  const map = `${'../'.repeat(path.split('/').length - 1)}dist/${path}.map`
  const source = text.replace(/^\/\/# sourceMappingURL=.*$/m, `//# sourceMappingURL=${map}`)
  return { format: 'module', source, shortCircuit: true }
}

function isSource(url) {
  return (
    url.startsWith(root) && /^(?:src|test|bench|dashboard)\/.*\.ts$/.test(url.slice(root.length))
  )
}
