import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { findPlace } from '../../src/host/replay-files.ts'
import { openRecording } from './recording.ts'

/** A file that a program opened, or tried to. */
export interface Opened {
  /** Base name of the program, not of its threads. */
  program: string
  path: string
}

/** What puts strace(1) before a command; it writes into the file, and is no parent of the command. */
export function tracing(file: string): string[] {
  const calls = 'trace=open,openat,openat2,execve,clone,clone3,fork,vfork'
  const options = ['-D', '-f', '-qq', '--seccomp-bpf', '-e', 'signal=none', '-e', calls]
  return ['strace', ...options, '-o', file]
}

/** Whether a command is there and can be run by this user here. */
export function canRun(argv: readonly string[]): boolean {
  const [file = '', ...words] = argv
  return spawnSync(file, words, { stdio: 'ignore' }).status === 0
}

/** What was opened, in the output of strace with `-f`. */
export function openedIn(file: string): Opened[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  const parents = new Map<string, string>()
  for (const line of lines) {
    const [, parent, child] = /^(\d+) .*\b(?:clone3?|v?fork)\b.* = (\d+)$/.exec(line) ?? []
    if (parent !== undefined && child !== undefined) parents.set(child, parent)
  }
  const programs = new Map<string, string>()
  const started = new Map<string, string>()
  const programOf = (pid: string): string => {
    const parent = parents.get(pid)
    return programs.get(pid) ?? (parent === undefined ? '' : programOf(parent))
  }
  const opened: Opened[] = []
  for (const line of lines) {
    const [, pid = '', call = '', path] =
      /^(\d+) +(?:<\.\.\. )?(\w+)(?:\((?:AT_FDCWD, |\d+, )?"([^"]*)")?/.exec(line) ?? []
    if (call === 'execve') {
      if (path !== undefined) started.set(pid, path.slice(path.lastIndexOf('/') + 1))
      if (line.endsWith(' = 0')) programs.set(pid, started.get(pid) ?? '')
    } else if (call.startsWith('open') && path !== undefined) {
      opened.push({ program: programOf(pid), path })
    }
  }
  return opened
}

/** Nodes of the tape driver, in whatever directory but /sys, where their names have directories of attributes. */
export function isTapeNode({ path }: Opened): boolean {
  if (path.startsWith('/sys/')) return false
  return /(?:^|\/)n?st\d+[alm]?$/.test(path) || path.startsWith('/dev/tape/')
}

/** What of recorded SCSI devices is shown: a library, and the first drive in it. */
const SHOWN = /^\/sys\/devices\/mhvtl_pseudo\/adapter0\/host13\/(?:scsi_host|target13:0:[01]\/)/
const CLASSES = ['scsi_generic', 'scsi_tape', 'scsi_changer', 'scsi_host']

/** Mounts $1 on /sys and $2 on /dev, with what every process needs of it, and runs the rest. */
const PRETEND = `
mount --bind "$1" /sys
for node in null zero full random urandom tty; do
  : > "$2/$node"
  mount --bind "/dev/$node" "$2/$node"
done
mkdir "$2/shm"
mount --bind /dev/shm "$2/shm"
ln -s /proc/self/fd "$2/fd"
for number in 12 13; do
  mknod "$2/sg$number" c 21 "$((100000 + number))" || : > "$2/sg$number"
done
mount --rbind "$2" /dev
shift 2
exec "$@"
`

/**
 * What has a command find a tape library and a drive, by /sys of a recording. Their generic nodes in /dev have
 * the major number of the driver and a minor one that no machine has; those of the tape driver are empty files.
 * Takes root; the directory must be empty.
 */
export function onPretendedAppliance(directory: string): string[] {
  const { recording } = openRecording('01-steady')
  const put = (path: string, write: (at: string) => void) => {
    const at = join(directory, path)
    mkdirSync(dirname(at), { recursive: true })
    write(at)
  }
  for (const [path, { content, contentBase64, link }] of recording.files) {
    const isClass = CLASSES.some((name) => path.startsWith(`/sys/class/${name}/`))
    if (!isClass && !SHOWN.test(path)) continue
    if (link !== undefined) {
      const target = isClass ? findPlace(recording, path).path : ''
      if (!isClass || SHOWN.test(`${target}/`)) {
        put(path, (at) => {
          symlinkSync(link, at)
        })
      }
    } else if (content !== undefined || contentBase64 !== undefined) {
      const bytes = content ?? Buffer.from(contentBase64 ?? '', 'base64')
      put(path, (at) => {
        writeFileSync(at, bytes)
      })
    }
  }
  for (const node of ['sch1', 'st0', 'nst0', 'st0a', 'nst0a']) {
    put(`/dev/${node}`, (at) => {
      writeFileSync(at, '')
    })
  }
  const [sys, dev] = [join(directory, 'sys'), join(directory, 'dev')]
  return ['unshare', '-m', 'sh', '-ec', PRETEND, 'sh', sys, dev]
}
