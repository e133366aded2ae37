import { CommandError, NotFoundError, PermissionError, RecordingHoleError } from '../host/host.ts'
import { ABSENT, ParseError, whole, type Collected, type Collector } from './collector.ts'

/** What the kernel says of storage: the last of it. */
export interface KernelLog {
  /** Whether the daemon may read it, and it was recorded; else nothing of it is known. */
  permitted: boolean
  /** Time of the oldest line that the kernel still has, in seconds since it was booted; null when it has none. */
  beginsAtSeconds: number | null
  /** Of the newest. */
  endsAtSeconds: number | null
  /** What is about storage, the oldest first; the last MOST of it. */
  messages: readonly KernelMessage[]
}

/** A line of the kernel log. */
export interface KernelMessage {
  /** Since the boot, to the microsecond. */
  seconds: number
  subject: KernelSubject
  /** As far as its words tell: dmesg says no level. */
  level: 'info' | 'warning' | 'error'
  text: string
}

/** What a line is about. */
export type KernelSubject = 'scst' | 'tape' | 'vtl' | 'disk' | 'array' | 'adapter' | 'task'

const DMESG = ['dmesg']
const MOST = 1_000
const MOST_CHARACTERS = 512

/** Drivers by how their lines begin, in the words of drivers/ of Linux 6.1 and of SCST 3.10. */
const SUBJECTS: readonly (readonly [KernelSubject, RegExp])[] = [
  ['scst', /^(?:\[\d+\]: )?(?:i?scst|iscsi-scst|dev_\w+|scst_\w+|qla2x00t|ib_srpt|ocs_fc_scst)\b/],
  ['tape', /^(?:st|osst|ch|st\d+|ch\d+)(?: \d+:\d+:\d+:\d+)?:/],
  ['vtl', /^(?:mhvtl|vtltape\[\d+\]|vtllibrary\[\d+\]|vtl\w*\[\d+\]):/],
  ['array', /^md(?:\d+|_\w+|\/\w+(?::md\w+)?)?:/],
  [
    'adapter',
    /^(?:mpt\dsas|mpt\w+_cm\d+|megaraid_sas|qla\dxxx|lpfc|smartpqi|hpsa|aacraid|arcmsr|bfa)\b/,
  ],
  [
    'disk',
    /^(?:sd|scsi) \d+:\d+:\d+:\d+:|^nvme(?: |\d)|^ata\d+(?:\.\d+)?:|^(?:blk_update_request|Buffer I\/O error|[\w ]*error, dev \w+)/,
  ],
  ['task', /^INFO: task .* blocked for more than/],
]

/** A module of mhvtl writes every command of its debug mode. */
const CHATTER = 'mhvtl: _mhvtl_queuecommand_lck()'

const ERROR =
  /I\/O error|critical (?:medium|target|space allocation) error|Sense Key : (?:Medium|Hardware) Error|segfault|Disk failure|cannot start|kernel BUG/i
const WARNING =
  /error|fail|abort|reset|time(?:d )?out|offline|degraded|operation continuing|unable|warning|lost|rejected|not ready|blocked for|invalid|corrupt|stopped|refus/i

/** The kernel log, as far as it is about storage. */
export const kernelLog: Collector<KernelLog> & { name: 'kernel_log' } = {
  name: 'kernel_log',
  intervalSeconds: 60,
  timeoutMs: 20_000,

  async collect(host) {
    try {
      return whole(parseDmesg((await host.run(DMESG, { timeoutMs: 10_000 })).stdout))
    } catch (error) {
      if (error instanceof NotFoundError) return ABSENT
      if (error instanceof RecordingHoleError) return unknown('dmesg: was not recorded')
      if (isNotPermitted(error)) return unknown(NOT_PERMITTED)
      throw error
    }
  },
}

const NOT_PERMITTED = 'dmesg: not permitted; it needs CAP_SYSLOG or kernel.dmesg_restrict=0'

/**
 * Where kernel.dmesg_restrict keeps it to root (a daemon without CAP_SYSLOG, a container), nothing has failed
 * that worked before, and what the kernel tells is watched by other collectors: it is said, and raises no alert.
 */
function unknown(error: string): Collected<KernelLog> {
  return {
    value: { permitted: false, beginsAtSeconds: null, endsAtSeconds: null, messages: [] },
    problems: [{ labels: {}, error }],
    coverage: 'some',
  }
}

function isNotPermitted(error: unknown): boolean {
  if (error instanceof PermissionError) return true
  return error instanceof CommandError && /not permitted|permission denied/i.test(error.message)
}

/** `[  328.084651] text`; busybox has the level before it, some kernels the thread or processor after it. */
const LINE = /^(?:<\d+>)?\[ *(\d+\.\d{1,9})\] (?:\[ *[TC]\d+\] )?(.*)$/

/** Parses `dmesg`. A line without a time goes on with the one before it. Throws ParseError when none has one. */
export function parseDmesg(text: string): KernelLog {
  const lines: { seconds: number; text: string }[] = []
  for (const line of text.split('\n')) {
    const [, seconds, said = ''] = LINE.exec(line) ?? []
    const last = lines.at(-1)
    if (seconds !== undefined) lines.push({ seconds: Number(seconds), text: said })
    else if (last !== undefined && line.trim() !== '') last.text += ` ${line.trim()}`
  }
  if (lines.length === 0 && text.trim() !== '') {
    throw new ParseError('dmesg', 'no line has a time (printk.time=0?)')
  }
  const seconds = lines.map((line) => line.seconds)
  return {
    permitted: true,
    beginsAtSeconds: seconds[0] ?? null,
    // Processors write side by side: the last line need not be the newest.
    endsAtSeconds: seconds.length === 0 ? null : seconds.reduce((one, two) => Math.max(one, two)),
    messages: lines.flatMap(messageOf).slice(-MOST),
  }
}

function messageOf({ seconds, text }: { seconds: number; text: string }): KernelMessage[] {
  const subject = text.startsWith(CHATTER)
    ? undefined
    : SUBJECTS.find(([, says]) => says.test(text))
  if (subject === undefined) return []
  const level = ERROR.test(text) ? 'error' : WARNING.test(text) ? 'warning' : 'info'
  return [{ seconds, subject: subject[0], level, text: text.slice(0, MOST_CHARACTERS) }]
}
