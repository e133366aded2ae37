import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { mustRun, run, StepError } from '../steps/run.mjs'

/** What a Node of nodejs.org is linked with; one that takes more is a distribution's, and runs only there. */
const LIBRARIES = /^(?:linux-vdso|ld-linux|lib(?:c|m|dl|pthread|rt|gcc_s|stdc\+\+)[.-])/

/** Puts the Node that runs this into the tree, with its licence. Rejects with StepError. */
export async function copyNode(tree, place) {
  const { output } = await run(['ldd', process.execPath])
  const foreign = [...output.matchAll(/^\s*(?:\/\S*\/)?(\S+)/gm)]
    .map(([, library]) => library)
    .filter((library) => !LIBRARIES.test(library))
  if (foreign.length > 0) {
    throw new StepError(
      'package',
      `${process.execPath} takes ${foreign.join(', ')}: use a Node of nodejs.org`,
    )
  }
  tree.write(join(place, 'node'), readFileSync(process.execPath), 0o755)
  await mustRun('strip', ['strip', '--strip-unneeded', tree.path(join(place, 'node'))])
  return readFileSync(licence())
}

function licence() {
  const prefix = dirname(dirname(process.execPath))
  const places = [join(prefix, 'LICENSE'), join(prefix, 'share/doc/nodejs/LICENSE')]
  const found = places.find((file) => existsSync(file))
  if (found === undefined)
    throw new StepError('package', `no licence of Node in ${places.join(', ')}`)
  return found
}
