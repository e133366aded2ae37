import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../src/package.ts'
import { run } from './peer.ts'

/** Builds the package without compression; gives its file. */
export function buildPackage(output: string): string {
  const script = join(packageRoot, 'scripts/package.mjs')
  const said = run(process.execPath, [script, '--output', output, '--compression', 'none'])
  return /^\/.*\.deb$/m.exec(said)?.[0] ?? ''
}

/** The same program as an older version, which knows no more than so many migrations. */
export function olderPackage(
  file: string,
  output: string,
  version: string,
  newest: number,
): string {
  const tree = join(output, 'older')
  run('dpkg-deb', ['--raw-extract', file, tree])
  const control = join(tree, 'DEBIAN/control')
  const text = readFileSync(control, 'utf8')
  writeFileSync(control, text.replace(/^Version: .*$/m, `Version: ${version}`))
  const folder = join(tree, 'usr/lib/storwarden/migrations')
  for (const name of readdirSync(folder))
    if (Number(name.slice(0, 4)) > newest) rmSync(join(folder, name))
  const older = join(output, `storwarden_${version}.deb`)
  run('dpkg-deb', ['--root-owner-group', '-Znone', '--build', tree, older])
  rmSync(tree, { recursive: true })
  return older
}
