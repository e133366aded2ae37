import type { Host } from '../host/host.ts'
import { ParseError } from './collector.ts'
import type { TapeStatistics } from './tape-drives.ts'

const SCSI_TAPE = '/sys/class/scsi_tape'

/**
 * The tape node of each device that the st driver has, by H:C:I:L. Of the eight nodes of a drive
 * (st0, st0a, st0l, st0m, nst0 …) the plain one is taken: they share their numbers.
 */
export async function findTapeNodes(host: Host): Promise<ReadonlyMap<string, string>> {
  const nodes = (await host.list(SCSI_TAPE)).filter((name) => /^st[0-9]+$/.test(name))
  const places = await Promise.all(
    nodes.map(async (node): Promise<[string, string][]> => {
      try {
        const device = await host.realpath(`${SCSI_TAPE}/${node}/device`)
        return [[device.slice(device.lastIndexOf('/') + 1), node]]
      } catch (error) {
        if ((error as { code?: unknown }).code === 'ERR_NOT_FOUND') return []
        throw error
      }
    }),
  )
  return new Map(places.flat())
}

/**
 * Counters of a tape node, drivers/scsi/st.c. Null where the kernel keeps none (before 4.2) and
 * when the node went away.
 */
export async function readTapeStatistics(host: Host, node: string): Promise<TapeStatistics | null> {
  const directory = `${SCSI_TAPE}/${node}/stats`
  const read = async (name: string) => counter(name, await host.readText(`${directory}/${name}`))
  try {
    const [inFlight, readBytes, writtenBytes, reads, writes, others] = await Promise.all(
      ['in_flight', 'read_byte_cnt', 'write_byte_cnt', 'read_cnt', 'write_cnt', 'other_cnt'].map(
        read,
      ),
    )
    const [io, reading, writing, residuals] = await Promise.all(
      ['io_ns', 'read_ns', 'write_ns', 'resid_cnt'].map(read),
    )
    return {
      inFlight: Number(inFlight),
      readBytes: Number(readBytes),
      writtenBytes: Number(writtenBytes),
      reads: Number(reads),
      writes: Number(writes),
      others: Number(others),
      ioSeconds: seconds(io),
      readSeconds: seconds(reading),
      writeSeconds: seconds(writing),
      residuals: Number(residuals),
    }
  } catch (error) {
    if ((error as { code?: unknown }).code === 'ERR_NOT_FOUND') return null
    throw error
  }
}

/** The sum over the paths to a drive: each path has a node and counters of its own. */
export function addStatistics(parts: readonly TapeStatistics[]): TapeStatistics | null {
  if (parts.length === 0) return null
  const sum = (key: keyof TapeStatistics) => parts.reduce((total, part) => total + part[key], 0)
  return {
    inFlight: sum('inFlight'),
    readBytes: sum('readBytes'),
    writtenBytes: sum('writtenBytes'),
    reads: sum('reads'),
    writes: sum('writes'),
    others: sum('others'),
    ioSeconds: sum('ioSeconds'),
    readSeconds: sum('readSeconds'),
    writeSeconds: sum('writeSeconds'),
    residuals: sum('residuals'),
  }
}

/** The kernel writes these files without a newline at the end. */
function counter(name: string, text: string): bigint {
  const digits = text.trim()
  if (!/^\d{1,20}$/.test(digits)) throw new ParseError(`scsi_tape ${name}`, `"${digits}"`)
  return BigInt(digits)
}

/** Nanoseconds can exceed what a double counts exactly; microseconds cannot in this life. */
function seconds(nanoseconds: bigint | undefined): number {
  return Number((nanoseconds ?? 0n) / 1000n) / 1e6
}
