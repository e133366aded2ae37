// What asking this very machine for files costs: attributes of sysfs, which are read at once, and plain files,
// each of which has a deadline and waits for others of its mount. The peer is the bare call of node:fs.
import { readdirSync, readFileSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LinuxHost } from '../src/host/linux-host.ts'
import { interleave } from './support/measure.ts'
import { printTable, ratio, type Cell } from './support/table.ts'

const host = new LinuxHost()
const attributes = filesBelow('/sys/class/net/lo').concat(filesBelow('/sys/module').slice(0, 300))
const plain = filesBelow(fileURLToPath(new URL('../src', import.meta.url)))

printTable(
  'Asking this machine',
  ['question', 'files', 'CPU µs each', 'node:fs', 'ratio'],
  [
    await measure('attribute', attributes, (path) => host.readText(path), readText),
    await measure(
      'text',
      plain,
      (path) => host.readText(path),
      (path) => readFile(path, 'utf8'),
    ),
    await measure(
      'stat',
      plain,
      (path) => host.stat(path),
      (path) => stat(path),
    ),
  ],
)

async function measure(
  name: string,
  paths: readonly string[],
  ours: (path: string) => unknown,
  bare: (path: string) => unknown,
): Promise<Cell[]> {
  const each = (ask: (path: string) => unknown) => async () => {
    for (const path of paths) await ask(path)
  }
  const spent = await interleave([
    { name: 'ours', run: each(ours) },
    { name: 'bare', run: each(bare) },
  ])
  const microseconds = (who: string) => {
    return ((spent.get(who)?.cpuMs ?? Number.NaN) / paths.length) * 1000
  }
  const [our, their] = [microseconds('ours'), microseconds('bare')]
  return [name, String(paths.length), our, their, ratio(our, their)]
}

function readText(path: string): string {
  return readFileSync(path, 'utf8')
}

/** The files below a directory that can be read, links left alone. */
function filesBelow(directory: string): string[] {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(isReadable)
}

function isReadable(path: string): boolean {
  try {
    readFileSync(path)
    return true
  } catch {
    return false
  }
}
