import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../steps/root.mjs'
import { mustRun } from '../steps/run.mjs'
import { changelog, writeControl } from './debian.mjs'
import { copyModules } from './modules.mjs'
import { copyNode } from './node.mjs'

const HOME = 'usr/lib/storwarden'
const DOCUMENTATION = 'usr/share/doc/storwarden'
/** Settings that go with what is installed. */
const GIVEN = new Map([
  ['host.privileged_socket', '/run/storwarden/privileged.sock'],
  ['tape.lock_dir', '/run/storwarden/changer-locks'],
  // The timers do.
  ['backups.scheduled', false],
  ['reports.weekly.scheduled', false],
])
const STARTED = /\.(?:socket|timer)$|^storwardend\.service$/

/** Puts everything together that is installed. */
export async function fill(tree, about) {
  const node = await copyNode(tree, join(HOME, 'bin'))
  await copyProgram(tree)
  const modules = copyModules(tree, HOME)
  start(tree, 'usr/bin/storwarden', 'dist/src/cli/main.js')
  start(tree, 'usr/sbin/storwardend', 'dist/src/main.js')
  start(tree, 'usr/sbin/storwarden-privileged', 'dist/src/privileged/main.js')
  const units = copyUnits(tree)
  await writeGenerated(tree, about)
  const changer = readFileSync(join(root, 'deploy/mtx-changer'))
  tree.write(join(HOME, 'mtx-changer'), changer, 0o755)
  tree.copy('deploy/logrotate/storwarden', 'etc/logrotate.d/storwarden')
  tree.copy('deploy/debian/lintian-overrides', 'usr/share/lintian/overrides/storwarden')
  copyDocumentation(tree)
  tree.write(join(DOCUMENTATION, 'copyright'), copyright(modules))
  tree.writePacked(join(DOCUMENTATION, 'LICENSE.node.gz'), node)
  tree.writePacked(join(DOCUMENTATION, 'changelog.gz'), changelog(about))
  await writeControl(tree, { ...about, units })
}

async function copyProgram(tree) {
  const isRun = (file) => !/\.(?:map|tsbuildinfo)$/.test(file)
  tree.copy('dist/src', join(HOME, 'dist/src'), isRun)
  tree.copy('dist/page', join(HOME, 'dist/page'), isRun)
  const addon = 'native-bindings/build/Release/storwarden.node'
  tree.copy(addon, join(HOME, addon))
  await mustRun('strip', ['strip', '--strip-unneeded', tree.path(join(HOME, addon))])
  for (const each of ['migrations', 'docs/runbooks', 'package.json'])
    tree.copy(each, join(HOME, each))
  tree.copy('deploy/debian/tasks-in-progress.mjs', join(HOME, 'tasks-in-progress.mjs'))
}

/** A program that runs on the Node of the package. */
function start(tree, name, script) {
  const lines = ['#!/bin/sh', `exec /${HOME}/bin/node /${HOME}/${script} "$@"`, '']
  tree.write(name, lines.join('\n'), 0o755)
}

/** Gives those that are enabled and started. */
function copyUnits(tree) {
  const folder = join(root, 'systemd')
  const units = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name)
    .sort()
  for (const unit of units) tree.copy(join('systemd', unit), join('lib/systemd/system', unit))
  for (const each of ['sysusers.d', 'tmpfiles.d'])
    tree.copy(join('systemd', each), join('usr/lib', each))
  tree.copy('systemd/udev', 'lib/udev/rules.d')
  return units.filter((unit) => STARTED.test(unit))
}

/** What is made of the help and the schema. */
async function writeGenerated(tree, { version, date }) {
  const of = (module) => import(join(root, 'dist/src', module))
  const { exampleConfiguration } = await of('config/example.js')
  const { commandPage, daemonPage, privilegedPage } = await of('manual/pages.js')
  const { configurationPage } = await of('manual/configuration-page.js')
  const { completables } = await of('manual/completable.js')
  const edition = { version, date: date.toISOString().slice(0, 10) }
  tree.write('etc/storwarden/config.yaml', exampleConfiguration(GIVEN))
  tree.writePacked('usr/share/man/man1/storwarden.1.gz', await commandPage(edition))
  tree.writePacked('usr/share/man/man8/storwardend.8.gz', daemonPage(edition))
  tree.writePacked('usr/share/man/man8/storwarden-privileged.8.gz', privilegedPage(edition))
  tree.writePacked('usr/share/man/man5/storwarden.yaml.5.gz', configurationPage(edition))
  const all = await completables()
  const { bashCompletion } = await of('manual/bash.js')
  const { zshCompletion } = await of('manual/zsh.js')
  const { fishCompletion } = await of('manual/fish.js')
  tree.write('usr/share/bash-completion/completions/storwarden', bashCompletion(all))
  tree.write('usr/share/zsh/vendor-completions/_storwarden', zshCompletion(all))
  tree.write('usr/share/fish/vendor_completions.d/storwarden.fish', fishCompletion(all))
}

function copyDocumentation(tree) {
  for (const name of readdirSync(join(root, 'docs'))) {
    if (!name.endsWith('.md') || name === 'architecture.md') continue
    tree.writePacked(join(DOCUMENTATION, `${name}.gz`), readFileSync(join(root, 'docs', name)))
  }
  for (const each of readdirSync(join(root, 'deploy'))) {
    if (['debian', 'logrotate', 'mtx-changer', 'README.md'].includes(each)) continue
    tree.copy(join('deploy', each), join(DOCUMENTATION, 'examples', each))
  }
}

function copyright(modules) {
  const text = readFileSync(join(root, 'deploy/debian/copyright'), 'utf8')
  const paragraphs = modules.map(({ name, version, license }) =>
    [
      `Files: /${HOME}/node_modules/${name}/*`,
      `Copyright: the authors of ${name} ${version}`,
      `License: ${license.replaceAll(/[()]/g, '').replaceAll(/\s+/g, ' ')}`,
      ` See /${HOME}/node_modules/${name}.`,
    ].join('\n'),
  )
  return `${text}\n${paragraphs.join('\n\n')}\n`
}
