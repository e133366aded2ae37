import {
  HostError,
  NotFoundError,
  PassThroughUnavailableError,
  ReadError,
  type ScsiAnswer,
  type ScsiOptions,
} from './host.ts'

/** A way to send a CDB. Whether it may be sent at all has been decided before. */
export interface ScsiTransport {
  /** As breakers and metrics name it. */
  readonly tool: 'sg_io' | 'sg_raw'

  /** Resolves with whatever came back, and rejects, as `Host.scsi` does. */
  send(device: string, cdb: Uint8Array, options: ScsiOptions): Promise<ScsiAnswer>
}

/** How long an answer is waited for, if nobody says; in milliseconds. */
export const COMMAND_TIMEOUT_MS = 10_000

/**
 * Milliseconds after which the kernel itself gives a request up. Far beyond our own deadline, because it
 * then aborts and in the end resets, and a reset rewinds the tapes of others.
 */
export function kernelTimeoutMs(timeoutMs: number): number {
  return Math.max(120_000, 2 * timeoutMs)
}

/** The error of a request that the kernel did not take or bring back, by its name for the reason. */
export function requestError(device: string, errno: string, cause: unknown): HostError {
  switch (errno) {
    case 'EPERM':
    case 'EACCES':
      return new PassThroughUnavailableError(device, 'permission denied')
    // The node does not know the request, as in a sandbox that has no SG_IO.
    case 'ENOSYS':
    case 'ENOTTY':
    case 'EOPNOTSUPP':
      return new PassThroughUnavailableError(device, errno)
    case 'ENOENT':
    case 'ENXIO':
    case 'ENODEV':
      return new NotFoundError(device, { cause })
    default:
      return new ReadError(device, errno, { cause })
  }
}
