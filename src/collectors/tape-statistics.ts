import type { Host } from '../host/host.ts'
import { ParseError } from './collector.ts'
import { ifFound } from './failures.ts'
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
      const device = await ifFound(host.realpath(`${SCSI_TAPE}/${node}/device`))
      return device === null ? [] : [[device.slice(device.lastIndexOf('/') + 1), node]]
    }),
  )
  return new Map(places.flat())
}

/**
 * Counters of a tape node, drivers/scsi/st.c. Null where the kernel keeps none (before 4.2) and
 * when the node went away.
 */
export function readTapeStatistics(host: Host, node: string): Promise<TapeStatistics | null> {
  return ifFound(statisticsIn(host, `${SCSI_TAPE}/${node}/stats`))
}

async function statisticsIn(host: Host, directory: string): Promise<TapeStatistics> {
  const read = async (name: string) => counter(name, await host.readText(`${directory}/${name}`))
  return {
    inFlight: Number(await read('in_flight')),
    readBytes: Number(await read('read_byte_cnt')),
    writtenBytes: Number(await read('write_byte_cnt')),
    reads: Number(await read('read_cnt')),
    writes: Number(await read('write_cnt')),
    others: Number(await read('other_cnt')),
    ioSeconds: seconds(await read('io_ns')),
    readSeconds: seconds(await read('read_ns')),
    writeSeconds: seconds(await read('write_ns')),
    residuals: Number(await read('resid_cnt')),
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
function seconds(nanoseconds: bigint): number {
  return Number(nanoseconds / 1000n) / 1e6
}
