// Reading attributes of sysfs: those of the large SCST recording, laid out as files, and as many of this very
// machine. The peer reads one after the other and blocks the event loop for as long as it takes.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { LinuxHost } from '../src/host/linux-host.ts'
import { loadNative } from '../src/host/load-native.ts'
import { openRecording } from './support/appliance.ts'
import { interleave, longestStallMs, type Contestant } from './support/measure.ts'
import { printTable, ratio, type Cell } from './support/table.ts'

const FILES = 2_000
/** As many as the collector of SCST asks for at once. */
const AT_ONCE = 8

const loaded = loadNative()
const native = 'native' in loaded ? loaded.native : null
if (native === null)
  process.stdout.write(`without the addon: ${'missing' in loaded ? loaded.missing : ''}\n`)

const directory = mkdtempSync(join(tmpdir(), 'storwarden-walk-'))
try {
  const heads = ['reader', 'CPU ms', 'wall ms', 'longest stall', 'CPU', 'stall']
  for (const [title, paths] of [
    [`${FILES} attributes of 12-large-scst, as files`, laidOut(directory)],
    [`${FILES} attributes of /sys of this machine`, ofThisMachine()],
  ] as const) {
    printTable(title, heads, await measure(paths))
  }
} finally {
  rmSync(directory, { recursive: true })
}

async function measure(paths: readonly string[]): Promise<Cell[][]> {
  const with8 = new LinuxHost({ native })
  const without = new LinuxHost()
  const contestants: Contestant[] = [
    { name: 'readFileSync', run: () => paths.map((path) => readFileSync(path, 'utf8')) },
    { name: 'fs.promises', run: () => severalAtOnce(paths, 1, (path) => readFile(path, 'utf8')) },
    {
      name: 'host without addon',
      run: () => severalAtOnce(paths, AT_ONCE, (path) => without.readText(path)),
    },
  ]
  if (native !== null) {
    contestants.push(
      {
        name: 'host with addon',
        run: () => severalAtOnce(paths, AT_ONCE, (path) => with8.readText(path)),
      },
      {
        name: 'host with addon, all at once',
        run: () => Promise.all(paths.map((path) => with8.readText(path))),
      },
      { name: 'addon, one call', run: () => alive(native.read('walk', paths, () => undefined)) },
    )
  }
  const spent = await interleave(contestants)
  const peer = spent.get('readFileSync')?.cpuMs ?? Number.NaN
  const stalls = new Map<string, number>()
  for (const { name, run } of contestants) stalls.set(name, await longestStallMs(run))
  return contestants.map(({ name }) => {
    const { cpuMs = Number.NaN, wallMs = Number.NaN } = spent.get(name) ?? {}
    const stall = stalls.get(name) ?? Number.NaN
    const peersStall = stalls.get('readFileSync') ?? Number.NaN
    return [name, cpuMs, wallMs, stall, ratio(cpuMs, peer), ratio(stall, peersStall)]
  })
}

async function severalAtOnce(
  paths: readonly string[],
  atOnce: number,
  read: (path: string) => Promise<unknown>,
): Promise<void> {
  const waiting = paths.values()
  const work = async () => {
    for (const path of waiting) await read(path)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}

/** The addon's threads do not keep the process, and nothing else does here. */
async function alive<T>(work: Promise<T>): Promise<T> {
  const timer = setInterval(() => undefined, 1_000)
  try {
    return await work
  } finally {
    clearInterval(timer)
  }
}

/** Attributes of the recording as files in a directory. */
function laidOut(root: string): string[] {
  const { files } = openRecording('12-large-scst').recording
  const attributes = [...files]
    .filter(
      ([path, { content }]) => path.startsWith('/sys/kernel/scst_tgt/') && content !== undefined,
    )
    .slice(0, FILES)
  return attributes.map(([path, { content = '' }]) => {
    const at = join(root, path)
    mkdirSync(dirname(at), { recursive: true })
    writeFileSync(at, content)
    return at
  })
}

/** Small files of /sys that can be read. */
function ofThisMachine(): string[] {
  const found: string[] = []
  const waiting = ['/sys/devices', '/sys/module', '/sys/kernel/mm']
  for (let at = waiting.shift(); at !== undefined && found.length < FILES; at = waiting.shift()) {
    for (const entry of readdirSync(at, { withFileTypes: true })) {
      const path = join(at, entry.name)
      if (entry.isDirectory()) waiting.push(path)
      else if (entry.isFile() && isSmall(path)) found.push(path)
    }
  }
  return found.slice(0, FILES)
}

function isSmall(path: string): boolean {
  try {
    return readFileSync(path).length <= 4096
  } catch {
    return false
  }
}
