import { performance } from 'node:perf_hooks'
import {
  COMMANDS,
  commandsFor,
  FILES,
  smartCommand,
  TREES,
  VERSION_COMMANDS,
} from './appliance-questions.ts'
import type { Host } from './host.ts'
import { attempt, readTree } from './record-tree.ts'
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

/**
 * Writes what the host says into a directory as a recording of format 1. Each question is asked once and
 * as far as it goes: one that fails or hangs is recorded as such. Nothing that is asked changes anything.
 * What does not touch the same device is asked at the same time; the host sees to it that a device has one
 * command in flight.
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

  progress('collectors')
  await Promise.all(options.collect.map((collect) => attempt(collect(recording))))
  progress('files')
  await Promise.all([
    ...FILES.map((path) => attempt(recording.readBytes(path))),
    ...TREES.map((tree) => readTree(host, recording, tree)),
    ...(await mountPoints(host)).map((point) => attempt(recording.statfs(point))),
  ])
  progress('commands')
  const commands = [...COMMANDS, ...(await deviceCommands(host))]
  await Promise.all(
    commands.map(async (argv) => {
      const options = { timeoutMs: COMMAND_TIMEOUT_MS, exitCodes: () => true }
      await attempt(recording.run(argv, options))
      progress(argv.join(' '))
    }),
  )

  await notes.write(directory, {
    tools: await toolVersions(host),
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

async function mountPoints(host: Host): Promise<string[]> {
  const mounts = (await attempt(host.readText('/proc/mounts'))) ?? ''
  const points = mounts.split('\n').flatMap((line) => {
    const [device = '', point = ''] = line.split(' ')
    // Only what lies on a device, or in memory, has a size; blanks are written \040 (getmntent(3)).
    const path = point.replaceAll('\\040', ' ')
    return device.startsWith('/') || device === 'tmpfs' || device.includes(':') ? [path] : []
  })
  return [...new Set(points)]
}

async function deviceCommands(host: Host): Promise<(readonly string[])[]> {
  const commands: (readonly string[])[] = []
  for (const name of (await attempt(host.list('/sys/class/scsi_generic'))) ?? []) {
    const type = await attempt(host.readText(`/sys/class/scsi_generic/${name}/device/type`))
    if (type !== null) commands.push(...commandsFor(`/dev/${name}`, Number(type)))
  }
  for (const name of (await attempt(host.list('/sys/class/block'))) ?? []) {
    if (/^md\d+$/.test(name)) commands.push(['mdadm', '--detail', '--export', `/dev/${name}`])
    if (/^(?:sd[a-z]+|nvme\d+n\d+)$/.test(name)) commands.push(smartCommand(name))
  }
  return commands
}

/** What the tools call themselves; without those that are not there. */
async function toolVersions(host: Host): Promise<Record<string, string>> {
  const versions = VERSION_COMMANDS.map(async (argv) => {
    const told = await attempt(host.run(argv, { exitCodes: () => true }))
    const [line] = `${told?.stdout ?? ''}\n${told?.stderr ?? ''}`.trim().split('\n')
    return [argv[0] ?? '', line ?? ''] as const
  })
  return Object.fromEntries((await Promise.all(versions)).filter(([, line]) => line !== ''))
}

async function kernelRelease(host: Host): Promise<string> {
  const version = (await attempt(host.readText('/proc/version'))) ?? ''
  return /^Linux version (\S+)/.exec(version)?.[1] ?? ''
}

async function operatingSystem(host: Host): Promise<string> {
  const release = (await attempt(host.readText('/etc/os-release'))) ?? ''
  return /^PRETTY_NAME="?([^"\n]*)/m.exec(release)?.[1] ?? ''
}

function ignore(): void {
  // Nobody wants to know.
}
