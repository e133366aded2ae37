import { existsSync } from 'node:fs'
import { join, relative } from 'node:path'
import t from 'tap'
import { packageRoot } from '../../src/package.ts'

interface Native {
  buildNative: (options: { required?: boolean; directory: string }) => Promise<void>
  whatIsMissing: () => string | null
}

const { buildNative, whatIsMissing } = (await import(
  join(packageRoot, 'scripts/steps/native.mjs')
)) as Native

const { PATH = '', CXX } = process.env

function withPath(path: string, compiler?: string): void {
  process.env.PATH = path
  if (compiler === undefined) delete process.env.CXX
  else process.env.CXX = compiler
}

t.afterEach(() => {
  withPath(PATH, CXX)
})

t.test('what compiling takes is named with the packages that bring it', (t) => {
  const install = '(apt-get install g++ make python3)'
  withPath('/nowhere')
  t.equal(whatIsMissing(), `native: there is no g++, no make, no python3 ${install}`)
  withPath(t.testdir({ make: '' }), 'clang++')
  t.equal(whatIsMissing(), `native: there is no python3 ${install}`)
  t.end()
})

t.test('without a compiler the build goes on, unless the addon is required', async (t) => {
  withPath('/nowhere')
  const folder = t.testdir({ build: { Release: { 'storwarden.node': 'of other sources' } } })
  const directory = relative(packageRoot, folder)
  const written = t.capture(process.stderr, 'write', () => true)
  await buildNative({ directory })
  t.notOk(existsSync(join(folder, 'build/Release/storwarden.node')), 'nothing stale is loaded')
  const missing = whatIsMissing() ?? ''
  t.strictSame(
    written().map(({ args }) => args),
    [[`${missing}\nnative: not built; the daemon runs without it\n`]],
  )
  await t.rejects(buildNative({ required: true, directory }), {
    message: 'native failed',
    output: missing,
  })
})
