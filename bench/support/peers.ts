import { spawnSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { packageRoot } from '../../src/package.ts'

const SOURCES = join(packageRoot, 'bench/peers')
/** Where Debian's golang-*-dev packages are. */
const GO_PATH = '/usr/share/gocode'

let folder: string | null = null

/** Compiles a program of bench/peers. Throws when that does not succeed. */
export function buildC(name: string): string {
  return built(name, 'gcc', (out) => ['-O2', '-o', out, join(SOURCES, `${name}.c`)])
}

/** Compiles a program in Go, a folder of bench/peers; null, and it is said, where there is no Go. */
export function buildGo(name: string): string | null {
  try {
    return built(name, 'go', (out) => ['build', '-o', out, join(SOURCES, name, 'main.go')])
  } catch (error) {
    process.stdout.write(`${(error as Error).message}\nwithout the peer ${name}: apt-get install `)
    process.stdout.write('golang-go golang-github-gorilla-websocket-dev\n')
    return null
  }
}

function built(name: string, compiler: string, words: (out: string) => string[]): string {
  folder ??= mkdtempSync(join(tmpdir(), 'storwarden-bench-'))
  const out = join(folder, name)
  const { status, stderr, error } = spawnSync(compiler, words(out), {
    encoding: 'utf8',
    env: { ...process.env, GO111MODULE: 'off', GOPATH: GO_PATH, GOFLAGS: '' },
  })
  if (status !== 0) throw new Error(`${name}: ${error?.message ?? stderr}`)
  return out
}
