import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseMtxStatus } from '../../src/collectors/mtx-status.ts'
import type { Host } from '../../src/host/host.ts'
import type { Recording } from '../../src/host/recording.ts'
import { packageRoot } from '../../src/package.ts'
import { toolFor } from '../../test/support/scsi-tools.ts'
import { median } from './measure.ts'
import { ownCpuSeconds } from './process.ts'

/** A SCSI command that was sent. */
export interface Asked {
  device: string
  operation: number
}

/** Notes what is asked of devices, and the tools that ask the same. */
export function notingTools(scsi: Host['scsi']): {
  scsi: Host['scsi']
  /** What was asked since it was last forgotten. */
  asked: Asked[]
  tools: string[][]
  forget(): void
} {
  const asked: Asked[] = []
  const tools: string[][] = []
  const libraries = new Set<string>()
  return {
    asked,
    tools,
    forget() {
      asked.length = 0
      tools.length = 0
      libraries.clear()
    },
    scsi(device, cdb, options) {
      asked.push({ device, operation: cdb[0] ?? 0 })
      const argv = toolFor(device, cdb)
      // mtx asks for all kinds of elements, however many requests that takes.
      if (argv[0] !== 'mtx' || !libraries.has(device)) tools.push(argv)
      if (argv[0] === 'mtx') libraries.add(device)
      return scsi(device, cdb, options)
    },
  }
}

/** CPU in ms of starting all of them once, one after the other, and of reading what they say; median of some rounds. */
export function startingCpuMs(tools: readonly (readonly string[])[], rounds: number): number {
  const missing = tools.map(([tool = '']) => tool).filter((tool) => !isThere(tool))
  if (missing.length > 0) {
    process.stdout.write(`without the peer: no ${[...new Set(missing)].join(', ')}; `)
    process.stdout.write('apt-get install mtx sg3-utils lsscsi perl\n')
    return Number.NaN
  }
  const spent = Array.from({ length: rounds }, () => {
    const before = ownCpuSeconds()
    for (const [tool = '', ...words] of tools) {
      // Without a device they only start, open what they are given, and see that it is none.
      spawnSync(
        tool,
        words.map((word) => (word.startsWith('/dev/sg') ? '/dev/null' : word)),
        { maxBuffer: 1 << 28 },
      )
    }
    return (ownCpuSeconds() - before) * 1000
  })
  return median(spent)
}

/** What a tool printed when the appliance was recorded: of the device, or else the longest of the tool. */
export function recordedText({ commands }: Recording, [tool = '', ...words]: string[]): string {
  const all = [...(commands ?? [])].filter(([key]) => key.startsWith(`${tool}\0`))
  const same = all.find(([key]) => key === [tool, ...words].join('\0'))
  if (same !== undefined) return same[1].stdout
  return all.map(([, { stdout }]) => stdout).sort((a, b) => b.length - a.length)[0] ?? ''
}

/** As a monitor would: the elements of a library, of the others every `name: value` and `name=value`. */
export function parseToolText(tool: string, text: string): unknown {
  if (tool === 'mtx') return parseMtxStatus(text)
  const values = new Map<string, string>()
  for (const line of text.split('\n')) {
    const [, name, value] = /^\s*([^:=]+?)\s*[:=]\s*(.*?)\s*$/.exec(line) ?? []
    if (name !== undefined && value !== undefined) values.set(name, value)
  }
  return values
}

/** What mtx prints of a library of so many elements, 64 of them for import and export, 80 of them drives. */
export function mtxText(elements: number): string {
  const lines = [
    `  Storage Changer /dev/sg35:80 Drives, ${elements - 80} Slots ( 64 Import/Export )`,
  ]
  const tag = (number: number) => `VolumeTag=E${String(number).padStart(5, '0')}L8`
  for (let drive = 0; drive < 80; drive += 1) lines.push(`Data Transfer Element ${drive}:Empty`)
  for (let slot = 1; slot <= elements - 80; slot += 1) {
    const kind = slot > elements - 144 ? ' IMPORT/EXPORT' : ''
    const full = slot % 10 !== 0
    lines.push(`      Storage Element ${slot}${kind}:${full ? `Full :${tag(slot)}` : 'Empty'}`)
  }
  return `${lines.join('\n')}\n`
}

function isThere(tool: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${tool}`]).status === 0
}

/** What tools, and single SCSI commands, took when the appliance was recorded, in ms: medians by name and by operation. */
export function recordedTimes(name: string): {
  tools: ReadonlyMap<string, number>
  commands: ReadonlyMap<number, number>
} {
  const lines = (file: string) =>
    readFileSync(join(packageRoot, 'fixtures/recordings', name, file), 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { argv?: string[]; cdb?: string; durationMs?: number })
      .filter(({ durationMs }) => durationMs !== undefined)
  return {
    tools: mediansBy(lines('commands.jsonl'), ({ argv = [] }) => argv[0] ?? ''),
    commands: mediansBy(lines('scsi.jsonl'), ({ cdb = '' }) => parseInt(cdb.slice(0, 2), 16)),
  }
}

function mediansBy<L extends { durationMs?: number }, K>(
  lines: readonly L[],
  keyOf: (line: L) => K,
): Map<K, number> {
  const all = new Map<K, number[]>()
  for (const line of lines) {
    all.set(keyOf(line), [...(all.get(keyOf(line)) ?? []), line.durationMs ?? 0])
  }
  return new Map([...all].map(([key, values]) => [key, median(values)]))
}
