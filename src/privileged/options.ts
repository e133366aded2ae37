import { parseArgs } from 'node:util'
import { UsageError } from '../arguments.ts'

/** What `storwarden-privileged` was asked for on its command line. */
export interface PrivilegedOptions {
  help: boolean
  version: boolean
  /** Name or number of the user whom it serves besides root; null for root alone. */
  user: string | null
  scstConfigPath: string
  /** Where device.conf of mhvtl is. */
  vtlConfigDir: string
  /** Directly below it are the folders of virtual media. */
  vtlHomePath: string
  /** Below these, files and block devices may be exported that are in no configuration yet. */
  scstStorage: readonly string[]
  /** Ends when there was nothing to do for so long; null for never. */
  idleMs: number | null
}

/** What `--help` prints. */
export const USAGE = `usage: storwarden-privileged [options]

Does for storwardend what takes root. Is started by systemd for a connection to the
socket of storwarden-privileged.socket; docs/privileges.md says what it does.

  --user NAME          whom it serves besides root, by name or number
  --scst-config FILE   the configuration of SCST, /etc/scst.conf if not said
  --mhvtl-config DIR   the configuration of mhvtl, /etc/mhvtl if not said
  --mhvtl-home DIR     directly below it are the folders of virtual media,
                       /opt/mhvtl if not said
  --scst-storage PATH  below it, files and block devices may be exported that were
                       not before; may be given several times, nothing if not said
  --idle-seconds N     ends when nothing was asked for so long, 300 if not said;
                       0 for never
  --version            print the version and exit
  --help               print this and exit
`

const MAX_IDLE_SECONDS = 86_400

function isPlain(path: string): boolean {
  const hasDots = path.split('/').some((part) => /^\.\.?$/.test(part))
  return /^(?:\/[^/\p{Cc}]+)+$/u.test(path) && !hasDots
}

/** Reads the words after the program's name. Throws UsageError. */
export function parseOptions(argv: readonly string[]): PrivilegedOptions {
  const {
    user,
    'scst-config': path = '/etc/scst.conf',
    'mhvtl-config': vtlConfigDir = '/etc/mhvtl',
    'mhvtl-home': vtlHomePath = '/opt/mhvtl',
    'scst-storage': storage = [],
    'idle-seconds': idle = '300',
    ...asked
  } = parse(argv)
  const faults: string[] = []
  if (user === '') faults.push('--user: must not be empty')
  const paths = {
    '--scst-config': path,
    '--mhvtl-config': vtlConfigDir,
    '--mhvtl-home': vtlHomePath,
  }
  for (const [option, given] of Object.entries(paths)) {
    if (!isPlain(given)) faults.push(`${option}: must be an absolute path without dots`)
  }
  for (const root of storage) {
    if (
      !/^(?:\/[^/\p{Cc}]+)+$/u.test(root) ||
      root.split('/').some((part) => /^\.\.?$/.test(part))
    ) {
      faults.push('--scst-storage: must be an absolute path without dots')
    }
  }
  const seconds = /^\d{1,5}$/.test(idle) ? Number(idle) : Infinity
  if (seconds > MAX_IDLE_SECONDS) faults.push('--idle-seconds: must be whole seconds up to a day')
  if (faults.length > 0) throw new UsageError(faults)
  return {
    help: asked.help ?? false,
    version: asked.version ?? false,
    user: user ?? null,
    scstConfigPath: path,
    ...{ vtlConfigDir, vtlHomePath },
    scstStorage: storage,
    idleMs: seconds === 0 ? null : seconds * 1000,
  }
}

function parse(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      options: {
        user: { type: 'string' },
        'scst-config': { type: 'string' },
        'mhvtl-config': { type: 'string' },
        'mhvtl-home': { type: 'string' },
        'scst-storage': { type: 'string', multiple: true },
        'idle-seconds': { type: 'string' },
        version: { type: 'boolean' },
        help: { type: 'boolean' },
      },
      allowPositionals: false,
    }).values
  } catch (error) {
    throw new UsageError([(error as Error).message], { cause: error })
  }
}

/** The number of a user in the text of passwd(5). Throws UsageError where there is no such user. */
export function userIdOf(user: string, passwd: string): number {
  if (/^\d{1,10}$/.test(user)) return Number(user)
  for (const line of passwd.split('\n')) {
    const [name, , id = ''] = line.split(':')
    if (name === user && /^\d+$/.test(id)) return Number(id)
  }
  throw new UsageError([`--user ${user}: there is no such user in /etc/passwd`])
}

/** What systemd started this process with (sd_listen_fds(3)): the descriptor of its only socket. Throws UsageError. */
export function passedSocket(
  environment: Readonly<Record<string, string | undefined>>,
  pid: number,
): number {
  const { LISTEN_PID: forPid, LISTEN_FDS: count } = environment
  if (forPid === String(pid) && count === '1') return FIRST_PASSED
  throw new UsageError([
    'it was passed no socket: systemctl start storwarden-privileged.socket has it started when it is needed',
  ])
}

/** SD_LISTEN_FDS_START of sd_listen_fds(3). */
const FIRST_PASSED = 3
