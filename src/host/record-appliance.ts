import { performance } from 'node:perf_hooks'
import {
  COMMANDS,
  commandsFor,
  FILES,
  IDENTITY_REQUESTS,
  SKIPPED_NAMES,
  TAPE_TYPES,
  TREES,
} from './appliance-questions.ts'
import type { Tree } from './appliance-questions.ts'
import type { Host } from './host.ts'
import { RecordingHost } from './recording-host.ts'
import { RecordingNotes } from './recording-notes.ts'
import type { RecordingSize } from './recording-notes.ts'

/** What goes into the manifest, and what is left out. */
export interface RecordOptions {
  name: string
  /** What state the appliance is in, in the operator's words. */
  description: string
  /** Who records, e.g. `storwarden 0.1.0`. */
  recorder: string
  /** Replaces serial numbers by made-up ones. */
  anonymize: boolean
  /** Asked once each, so that what they ask of a host is in the recording. */
  collect: readonly ((host: Host) => Promise<unknown>)[]
  now: () => Date
  /** Told what is being read. */
  progress?: (step: string) => void
}

const COMMAND_TIMEOUT_MS = 30_000
/** A tree that has more is cut: something in it is not what it is taken for. */
const MAX_TREE_ENTRIES = 20_000

/**
 * Writes what the host says into a directory as a recording of format 1. Each question is asked once and
 * as far as it goes: one that fails or hangs is recorded as such. Nothing that is asked changes anything.
 */
export async function recordAppliance(
  host: Host,
  directory: string,
  options: RecordOptions,
): Promise<RecordingSize> {
  const began = performance.now()
  const recordedAt = options.now()
  const notes = new RecordingNotes()
  const recording = new RecordingHost(host, notes, options.now)
  const progress = options.progress ?? ignore

  for (const [index, collect] of options.collect.entries()) {
    progress(`collector ${index + 1} of ${options.collect.length}`)
    await attempt(() => collect(recording))
  }
  progress('files')
  for (const path of FILES) await attempt(() => recording.readBytes(path))
  for (const tree of TREES) {
    progress(tree.path)
    await readTree(host, recording, tree)
  }
  for (const mountPoint of await mountPoints(host)) {
    await attempt(() => recording.statfs(mountPoint))
  }
  progress('SCSI identities')
  for (const node of await tapeNodes(host)) {
    for (const cdb of IDENTITY_REQUESTS) {
      await attempt(() => recording.scsi(node, cdb, { dataInBytes: 255 }))
    }
  }
  for (const argv of [...COMMANDS, ...(await deviceCommands(host))]) {
    progress(argv.join(' '))
    await attempt(() =>
      recording.run(argv, { timeoutMs: COMMAND_TIMEOUT_MS, exitCodes: () => true }),
    )
  }

  await notes.write(directory, {
    name: options.name,
    description: options.description,
    recordedAt,
    recordSeconds: Math.round((performance.now() - began) / 100) / 10,
    kernel: await kernelRelease(host),
    os: await operatingSystem(host),
    recorder: options.recorder,
    anonymize: options.anonymize,
  })
  return notes.size()
}

/** What fails is in the notes as far as the format has words for it. */
async function attempt<T>(ask: () => Promise<T>): Promise<T | null> {
  try {
    return await ask()
  } catch {
    return null
  }
}

/** Looks around on `host`, and asks `recording` what is to be kept. */
async function readTree(host: Host, recording: Host, tree: Tree): Promise<void> {
  const seen = new Set<string>()
  const waiting = [{ path: tree.path, depth: tree.depth, links: tree.links }]
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { path, depth, links } = next
    const names = (await attempt(() => recording.list(path))) ?? []
    const parent = await attempt(() => host.realpath(path))
    for (const name of names) {
      const entry = `${path}/${name}`
      if (SKIPPED_NAMES.has(name) || seen.size >= MAX_TREE_ENTRIES) continue
      const at = await attempt(() => host.realpath(entry))
      if (at === null || seen.has(at)) continue
      seen.add(at)
      const linksLeft = at === `${parent}/${name}` ? links : links - 1
      if (linksLeft < 0) continue
      const found = await attempt(() => host.stat(at))
      if (found?.isDirectory !== true) await attempt(() => recording.readBytes(entry))
      else if (depth > 1) waiting.push({ path: entry, depth: depth - 1, links: linksLeft })
      else await attempt(() => recording.list(entry))
    }
  }
}

async function mountPoints(host: Host): Promise<string[]> {
  const mounts = (await attempt(() => host.readText('/proc/mounts'))) ?? ''
  const points = mounts.split('\n').flatMap((line) => {
    const [device = '', point = ''] = line.split(' ')
    // Only what lies on a device, or in memory, has a size; blanks are written \040 (getmntent(3)).
    const path = point.replaceAll('\\040', ' ')
    return device.startsWith('/') || device === 'tmpfs' || device.includes(':') ? [path] : []
  })
  return [...new Set(points)]
}

/** Generic nodes of drives and changers. */
async function tapeNodes(host: Host): Promise<string[]> {
  const nodes: string[] = []
  for (const name of (await attempt(() => host.list('/sys/class/scsi_generic'))) ?? []) {
    const type = await attempt(() => host.readText(`/sys/class/scsi_generic/${name}/device/type`))
    if (type !== null && TAPE_TYPES.has(Number(type))) nodes.push(`/dev/${name}`)
  }
  return nodes
}

async function deviceCommands(host: Host): Promise<(readonly string[])[]> {
  const commands: (readonly string[])[] = []
  for (const name of (await attempt(() => host.list('/sys/class/scsi_generic'))) ?? []) {
    const type = await attempt(() => host.readText(`/sys/class/scsi_generic/${name}/device/type`))
    if (type !== null) commands.push(...commandsFor(`/dev/${name}`, Number(type)))
  }
  for (const name of (await attempt(() => host.list('/sys/class/block'))) ?? []) {
    if (/^md\d+$/.test(name)) commands.push(['mdadm', '--detail', '--export', `/dev/${name}`])
    if (/^(?:sd[a-z]+|nvme\d+n\d+)$/.test(name)) {
      commands.push(['smartctl', '-j', '-a', `/dev/${name}`])
    }
  }
  return commands
}

async function kernelRelease(host: Host): Promise<string> {
  const version = (await attempt(() => host.readText('/proc/version'))) ?? ''
  return /^Linux version (\S+)/.exec(version)?.[1] ?? ''
}

async function operatingSystem(host: Host): Promise<string> {
  const release = (await attempt(() => host.readText('/etc/os-release'))) ?? ''
  return /^PRETTY_NAME="?([^"\n]*)/m.exec(release)?.[1] ?? ''
}

function ignore(): void {
  // Nobody wants to know.
}
