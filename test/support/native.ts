import { spawn, spawnSync } from 'node:child_process'
import { readFileSync, realpathSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import { packageRoot } from '../../src/package.ts'
import { shortFolder } from './short-folder.ts'

interface Steps {
  buildNative: (options: { required: boolean }) => Promise<void>
  buildSanitized: () => Promise<string>
  whatIsMissing: () => string | null
}

const steps = (await import(join(packageRoot, 'scripts/steps/native.mjs'))) as Steps
/** What hangs is ended, and fails. */
const TIMEOUT_MS = 30_000
/** How a process exits in which a sanitizer found something. */
const FOUND = 99
const tests = join(packageRoot, 'test/native')

/** Why the addon cannot be tested here, or false. Where everything is to be tested that is a failure. */
export function noNative(): string | false {
  const missing = steps.whatIsMissing()
  if (missing !== null && process.env.CI === 'true') throw new Error(missing)
  return missing ?? false
}

/** What a scenario is run with. */
export interface Given {
  /** Arguments of the scenario. */
  given?: object
  /** What the fake machine is told, see fake-machine.c. */
  machine?: Record<string, string>
  environment?: Record<string, string>
  /** It ends by process.exit, where all that JavaScript still holds would count as a leak. */
  exits?: boolean
}

/** What came of it: `result` is what the scenario resolved with, `log` what the fake machine saw. */
export interface Outcome {
  result: unknown
  exitCode: number | null
  stderr: string
  log: string[]
}

/** Runs scenarios of test/native with an addon, each in a process that the fake machine is preloaded in. */
export interface Bench {
  /** Below it a scenario finds its files. */
  folder: string
  run: (file: string, scenario: string, options?: Given) => Promise<Outcome>
}

/** With the addon as it is built for use. */
export async function normalBench(t: Test): Promise<Bench> {
  await steps.buildNative({ required: true })
  return bench(t, join(packageRoot, 'native-bindings/build/Release/storwarden.node'), [], {})
}

/** With sanitizers, which end the process when they find something, and say it on standard error. */
export async function sanitizedBench(t: Test): Promise<Bench> {
  const addon = await steps.buildSanitized()
  const { stdout } = spawnSync('g++', ['-print-file-name=libasan.so'], { encoding: 'utf8' })
  const options = `exitcode=${FOUND}:detect_leaks=1:detect_stack_use_after_return=1`
  return bench(t, addon, [realpathSync(stdout.trim())], {
    ASAN_OPTIONS: options,
    UBSAN_OPTIONS: 'print_stacktrace=1',
    LSAN_OPTIONS: `print_suppressions=0:suppressions=${join(tests, 'suppressed-leaks.txt')}`,
  })
}

function bench(
  t: Test,
  addon: string,
  preloaded: string[],
  environment: Record<string, string>,
): Bench {
  const folder = shortFolder(t)
  const machine = join(folder, 'fake-machine.so')
  const source = join(tests, 'fake-machine.c')
  const flags = ['-Wall', '-Wextra', '-Werror', '-O1', '-shared', '-fPIC']
  const { status, stderr } = spawnSync('g++', ['-x', 'c', ...flags, '-o', machine, source, '-ldl'])
  if (status !== 0) throw new Error(String(stderr))
  let runs = 0
  return {
    folder,
    run: async (file, scenario, { given = {}, ...options } = {}) => {
      const log = join(folder, `log-${(runs += 1)}`)
      const outcome = await runChild([addon, file, scenario, JSON.stringify(given)], {
        PATH: process.env.PATH ?? '',
        ...environment,
        ...options.environment,
        ...options.machine,
        ...(options.exits === true ? { LSAN_OPTIONS: 'detect_leaks=0' } : {}),
        LD_PRELOAD: [...preloaded, machine].join(' '),
        FAKE_LOG: log,
      })
      if (/Sanitizer|runtime error:/.test(outcome.stderr)) throw new Error(outcome.stderr)
      return { ...outcome, log: linesOf(log) }
    },
  }
}

function runChild(words: string[], env: Record<string, string>): Promise<Omit<Outcome, 'log'>> {
  return new Promise((resolve, reject) => {
    // By env(1), because tap would have processes of Node load its own modules first.
    const variables = Object.entries(env).map(([name, value]) => `${name}=${value}`)
    const command = [process.execPath, join(tests, 'child.mjs'), ...words]
    const child = spawn('env', ['-i', ...variables, ...command], {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: TIMEOUT_MS,
      killSignal: 'SIGKILL',
    })
    let stdout = ''
    let stderr = ''
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()))
    child.once('error', reject)
    child.once('close', (exitCode) => {
      const result: unknown = stdout === '' ? undefined : JSON.parse(stdout)
      resolve({ result, ...withoutLeaksOfNode(exitCode, stderr) })
    })
  })
}

/** Node leaves things behind when it ends; of the leaks only those count that the addon has a part in. */
function withoutLeaksOfNode(exitCode: number | null, stderr: string) {
  const [before = '', ...leaks] = stderr.split(/^(?=(?:Direct|Indirect) leak of)/m)
  const onlyLeaks = /^=+\n==\d+==ERROR: LeakSanitizer: detected memory leaks$/.test(before.trim())
  const ours = leaks.some((leak) => leak.includes('storwarden'))
  return exitCode === FOUND && onlyLeaks && !ours
    ? { exitCode: 0, stderr: '' }
    : { exitCode, stderr }
}

function linesOf(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').trimEnd().split('\n')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
