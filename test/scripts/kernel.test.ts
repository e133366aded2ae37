import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { packageRoot } from '../../src/package.ts'

interface Kernel {
  kernelOf: () => Promise<{ release: string; place: string; image: string; modules: string }>
  Unavailable: new () => Error
}

const { kernelOf, Unavailable } = (await import(
  join(packageRoot, 'scripts/steps/kernel.mjs')
)) as Kernel

const { PATH = '', XDG_CACHE_HOME } = process.env
const NEW = 'linux-image-6.12.10-amd64'
const OLD = 'linux-image-6.12.9-amd64'

t.afterEach(() => {
  process.env.PATH = PATH
  if (XDG_CACHE_HOME === undefined) delete process.env.XDG_CACHE_HOME
  else process.env.XDG_CACHE_HOME = XDG_CACHE_HOME
})

/** Tools of Debian that know a kernel, and can load it or not; where they leave it, and what was said. */
function debian(t: Test, { knows, loads }: { knows: string | null; loads: boolean }) {
  const directory = t.testdir({ bin: {}, cache: { 'storwarden-vm': {} } })
  const tool = (name: string, ...lines: string[]) => {
    const path = join(directory, 'bin', name)
    writeFileSync(path, ['#!/bin/sh', ...lines, ''].join('\n'))
    chmodSync(path, 0o755)
  }
  tool('apt-cache', knows === null ? 'exit 100' : `echo "  Depends: ${knows}"`)
  const download = loads ? 'touch kernel.deb' : 'echo "E: 404 Not Found"; exit 100'
  tool('apt-get', 'case "$*" in', `*download*) ${download} ;;`, 'esac')
  const release = (knows ?? '').replace('linux-image-', '')
  tool('dpkg', `mkdir -p boot lib/modules/${release}`, `touch boot/vmlinuz-${release}`)
  tool('depmod', 'touch "$2/lib/modules/$3/modules.dep"')
  process.env.PATH = `${join(directory, 'bin')}:${PATH}`
  process.env.XDG_CACHE_HOME = join(directory, 'cache')
  const written = t.capture(process.stderr, 'write', () => true)
  return {
    cache: join(directory, 'cache', 'storwarden-vm'),
    said: () => written().map(({ args }) => String(args[0])),
  }
}

function leftBehind(cache: string, name: string): void {
  const release = name.replace('linux-image-', '')
  mkdirSync(join(cache, name, 'boot'), { recursive: true })
  mkdirSync(join(cache, name, 'lib/modules', release), { recursive: true })
  writeFileSync(join(cache, name, 'boot', `vmlinuz-${release}`), '')
  writeFileSync(join(cache, name, 'lib/modules', release, 'modules.dep'), '')
}

t.test('the newest kernel is loaded once, and takes the place of those before', async (t) => {
  const { cache, said } = debian(t, { knows: NEW, loads: true })
  leftBehind(cache, OLD)
  const expected = {
    release: '6.12.10-amd64',
    place: join(cache, NEW),
    image: join(cache, NEW, 'boot/vmlinuz-6.12.10-amd64'),
    modules: join(cache, NEW, 'lib/modules'),
  }
  t.strictSame(await kernelOf(), expected)
  t.strictSame(readdirSync(cache), [NEW])
  t.strictSame(await kernelOf(), expected)
  t.strictSame(said(), [`vm: ${NEW}, once\n`])
})

t.test('a kernel that was unpacked in part is unpacked anew', async (t) => {
  const { cache } = debian(t, { knows: NEW, loads: true })
  mkdirSync(join(cache, NEW, 'boot'), { recursive: true })
  t.equal((await kernelOf()).release, '6.12.10-amd64')
})

t.test('where the newest cannot be loaded, that of an earlier run is taken', async (t) => {
  const { cache, said } = debian(t, { knows: NEW, loads: false })
  leftBehind(cache, OLD)
  leftBehind(cache, 'linux-image-6.1.0-20-amd64')
  t.equal((await kernelOf()).release, '6.12.9-amd64')
  t.match(
    said().join(''),
    /404 Not Found\nvm: linux-image-6\.12\.9-amd64 of an earlier run is used/,
  )
})

t.test('where there is none at all, there is nothing to boot', async (t) => {
  debian(t, { knows: NEW, loads: false })
  await t.rejects(kernelOf(), new Unavailable())
  debian(t, { knows: null, loads: true })
  await t.rejects(kernelOf(), { message: 'apt knows no linux-image-amd64' })
})
