import { performance } from 'node:perf_hooks'
import type { LoopOptions } from './collectors/lane.ts'
import type { Config } from './config/schema.ts'
import type { SelfMetrics } from './exporter/self.ts'
import type { HostObserver } from './host/commands.ts'
import { Secrets } from './host/redact.ts'
import type { Log } from './log.ts'
import { affectedBy } from './operations/affected.ts'
import { Caches } from './operations/caches.ts'
import { commandName, pollOf } from './operations/names.ts'
import type { OperationLabels } from './operations/operation.ts'
import { Operations } from './operations/operations.ts'

/** What counts the operations of the daemon. */
export interface OperatingParts {
  config: () => Config
  self: SelfMetrics
  log: Log
  now: () => Date
}

/** The operations, and who tells of them. */
export interface Operating {
  operations: Operations
  /** To be told of commands and requests. */
  host: HostObserver
  /** To be told of collections, and of collectors that died. */
  loop: Required<Pick<LoopOptions, 'onCollected' | 'onRestart'>>
  /** What is answered without asking the machine again. */
  caches: Caches
}

/** LOG SENSE (SPC-4 6.8). */
const LOG_SENSE = 0x4d

/** Counts what the daemon does to the machine, where it is issued. */
export function operating({ config, self, log, now }: OperatingParts): Operating {
  const secrets = new Secrets()
  const operations = new Operations({
    now,
    elapsedSeconds: () => performance.now() / 1000,
    onEnded: self.operation,
    log: log.info,
    logged: () => config().monitoring.log_operations,
    redact: (text) => secrets.inText(text),
  })
  const serials = new Map<string, Map<string, string>>()
  return {
    operations,
    caches: new Caches(),
    host: {
      command({ tool, device, cdb }, seconds, status, error) {
        const labels: Record<string, string> = {}
        if (device !== null) {
          labels.device = device
          for (const known of serials.values()) {
            const serial = known.get(device)
            if (serial !== undefined) labels.serial = serial
          }
        }
        if (cdb?.[0] === LOG_SENSE) labels.page = pageOf(cdb)
        operations.note(commandName(tool, cdb), { seconds, status, labels, error })
      },
    },
    loop: {
      onRestart(name) {
        log.warn(
          `the collector ${name} had no reading long after it was due, and was started again`,
        )
      },
      onCollected({ subject, seconds, status, value, error }) {
        if (subject === 'tape_drives' || subject === 'changers') {
          if (value !== undefined) serials.set(subject, serialsOf(value))
        }
        const labels: OperationLabels = { collector: subject }
        const affected = value === undefined ? null : affectedBy(subject, value)
        operations.note(pollOf(subject), { seconds, status, labels, affected, error })
      },
    },
  }
}

function pageOf(cdb: Uint8Array): string {
  return ((cdb[2] ?? 0) & 0x3f).toString(16).padStart(2, '0')
}

/** The serial numbers of devices by their nodes. */
function serialsOf(value: unknown): Map<string, string> {
  const devices = value as readonly { serial: string | null; paths: readonly string[] }[]
  return new Map(
    devices.flatMap(({ serial, paths }) =>
      serial === null ? [] : paths.map((path) => [path, serial] as const),
    ),
  )
}
