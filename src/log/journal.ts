import { fstatSync } from 'node:fs'
import type { LogLevel } from './level.ts'

/** Priorities of syslog (RFC 5424 6.2.1), which the journal reads as `<N>` before a line (sd-daemon(3)). */
export const priorities: Readonly<Record<LogLevel, number>> = {
  fatal: 2,
  error: 3,
  warn: 4,
  info: 6,
  debug: 7,
}

/**
 * Whether what is written there goes to the journal: systemd puts device and inode of the stream into
 * JOURNAL_STREAM, which a shell that redirects hands on although it is not true any more (systemd.exec(5)).
 */
export function isJournal(stream: string | undefined, descriptor: number): boolean {
  const [, device, inode] = /^(\d+):(\d+)$/.exec(stream ?? '') ?? []
  if (device === undefined || inode === undefined) return false
  try {
    const { dev, ino } = fstatSync(descriptor, { bigint: true })
    return dev === BigInt(device) && ino === BigInt(inode)
  } catch {
    return false
  }
}
