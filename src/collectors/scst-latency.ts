import { ParseError } from './collector.ts'
import type { ScstTree } from './scst-attribute.ts'

/** How long the commands of a session have taken in one direction since SCST began to measure, or was reset. */
export interface ScstLatency {
  /** Commands that were measured. */
  commands: number
  /** From the arrival of a command to its end, over all of them; it moves slowly where there are many. */
  meanSeconds: number
  /** The longest that one of them was in one state: SCST keeps no longest of the whole. */
  longestStateSeconds: number
  /** That state, e.g. EXEC_WAIT: waiting for the device. */
  longestState: string
}

/** What one file says; the time is that of all its commands together. */
interface FileLatency {
  commands: number
  totalMicroseconds: number
  longest: { state: string; seconds: number } | null
}

/** `%s %d min max avg stddev us`, by state; with SCST_MEASURE_CLOCK_CYCLES another of each in `cc -> us`. */
const STATE = /^(\S+) (\d+) \d+\.\d (\d+\.\d) \d+\.\d \d+\.\d us$/
const CYCLES = /^\S+ \d+ .* cc -> us$/
/** The mean of what each command has spent in all states together. */
const TOTAL = /^total (\d+) - - (\d+\.\d) \d+\.\d (?:cc -> )?us$/
const HEADER = 'state count min max avg stddev'

/**
 * Parses a file of a session's `latency`, e.g. `r4096`: reads of 4 to 8 KiB (`scst_sess_latency_show` of
 * scst/src/scst_sysfs.c, microseconds with one decimal). One of the header alone has measured nothing.
 * Throws ParseError.
 */
export function parseLatency(name: string, text: string): FileLatency {
  const [header, ...lines] = text.split('\n').filter((line) => line !== '')
  if (header !== HEADER) throw new ParseError(name, 'not a table of latencies')
  let longest: FileLatency['longest'] = null
  let total: FileLatency | null = null
  for (const line of lines) {
    const [, count, mean] = TOTAL.exec(line) ?? []
    if (count !== undefined) {
      const commands = Number(count)
      total = { commands, totalMicroseconds: commands * Number(mean), longest }
      continue
    }
    const [, state, , longestUs] = STATE.exec(line) ?? []
    if (state !== undefined) {
      const seconds = Number(longestUs) / 1e6
      if (longest === null || seconds > longest.seconds) longest = { state, seconds }
    } else if (!CYCLES.test(line)) {
      throw new ParseError(name, `"${line.slice(0, 60)}" is no latency`)
    }
  }
  if (lines.length > 0 && total === null) throw new ParseError(name, 'no total: cut short')
  return total ?? { commands: 0, totalMicroseconds: 0, longest: null }
}

/** The latencies of a direction from those of each size; null when none of them has measured a command. Pure. */
export function joinLatencies(files: readonly FileLatency[]): ScstLatency | null {
  const commands = files.reduce((sum, file) => sum + file.commands, 0)
  const microseconds = files.reduce((sum, file) => sum + file.totalMicroseconds, 0)
  const longest = files
    .flatMap((file) => file.longest ?? [])
    .reduce<FileLatency['longest']>(
      (most, one) => (most === null || one.seconds > most.seconds ? one : most),
      null,
    )
  if (commands === 0 || longest === null) return null
  return {
    commands,
    meanSeconds: microseconds / commands / 1e6,
    longestStateSeconds: longest.seconds,
    longestState: longest.state,
  }
}

/**
 * The latencies of a session's reads and writes, of all sizes together; a direction that had no command is null.
 * Each file takes a spin lock of the session for as long as it is formatted, and nothing else
 * (`scst_sess_latency_show`). Rejects when one is there and cannot be read or understood.
 */
export async function readLatencies(
  tree: ScstTree,
  directory: string,
): Promise<{ read: ScstLatency | null; write: ScstLatency | null }> {
  const names = await tree.names(directory)
  const of = async (direction: RegExp) => {
    const files = names.filter((name) => direction.test(name)).slice(0, SIZES)
    const { texts } = await tree.look(directory, { texts: files })
    const read = files.map((name, index) => {
      const text = texts[index] ?? null
      if (text !== null && typeof text !== 'string') throw text
      return text === null ? [] : parseLatency(`${directory}/${name}`, text)
    })
    return joinLatencies(read.flat())
  }
  const [read, write] = await Promise.all([of(/^r\d+$/), of(/^w\d+$/)])
  return { read, write }
}

/** 512 bytes to 512 KiB, a file for each power of two. */
const SIZES = 11
