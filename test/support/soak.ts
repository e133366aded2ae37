import { execFileSync } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import type { Inspector } from './inspector.ts'

/** What a process holds, once what nobody holds is let go. */
export interface Figures {
  heapBytes: number
  externalBytes: number
  rssBytes: number
  files: number
  threads: number
  databaseConnections: number
}

/** Measures a daemon. */
export async function figuresOf(
  pid: number,
  inspector: Inspector,
  metrics: () => Promise<string>,
): Promise<Figures> {
  // What finalizers let go of is there until the next.
  await inspector.collectGarbage()
  await inspector.collectGarbage()
  const memory = (await inspector.evaluate('process.memoryUsage()')) as NodeJS.MemoryUsage
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  const connections = [
    ...(await metrics()).matchAll(/^storwarden_db_connections\{state="(?:idle|active)"\} (\d+)$/gm),
  ]
  return {
    heapBytes: memory.heapUsed,
    externalBytes: memory.external,
    rssBytes: memory.rss,
    files: readdirSync(`/proc/${pid}/fd`).length,
    threads: Number(/^Threads:\s+(\d+)/m.exec(status)?.[1]),
    databaseConnections: connections.reduce((sum, [, count]) => sum + Number(count), 0),
  }
}

/** What a value grows by from one to the next, by least squares. */
export function slopeOf(values: readonly number[]): number {
  const middle = (values.length - 1) / 2
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const up = values.reduce((sum, value, index) => sum + (index - middle) * (value - mean), 0)
  return up / values.reduce((sum, _, index) => sum + (index - middle) ** 2, 0)
}

/** A table of figures for people. */
export function tableOf(samples: readonly { hour: number; figures: Figures }[]): string[] {
  const mebibytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1).padStart(9)
  const count = (value: number) => String(value).padStart(9)
  const head = ['hour', 'heap MiB', 'ext. MiB', 'rss MiB', 'files', 'threads', 'db conn.']
  return [
    head.map((word) => word.padStart(9)).join(''),
    ...samples.map(({ hour, figures: f }) =>
      [
        hour.toFixed(1).padStart(9),
        ...[mebibytes(f.heapBytes), mebibytes(f.externalBytes), mebibytes(f.rssBytes)],
        ...[count(f.files), count(f.threads), count(f.databaseConnections)],
      ].join(''),
    ),
  ]
}

/** Fills the file system of a directory to the last byte; resolves to what makes room again. */
export function fillUp(directory: string): () => void {
  const path = join(directory, 'filler')
  const file = openSync(path, 'w')
  try {
    for (let bytes = 2 ** 22; bytes >= 1;) {
      try {
        if (writeSync(file, Buffer.alloc(bytes)) < bytes) bytes = Math.floor(bytes / 2)
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error
        bytes = Math.floor(bytes / 2)
      }
    }
  } finally {
    closeSync(file)
  }
  return () => {
    rmSync(path, { force: true })
  }
}

/** Lets a process open no more files than it has open; resolves to what lets it again. */
export function takeFiles(pid: number): () => void {
  const limit = (soft: string) => execFileSync('prlimit', [`--pid=${pid}`, `--nofile=${soft}`])
  const before = execFileSync('prlimit', [
    ...[`--pid=${pid}`, '--nofile', '--noheadings', '--output=SOFT'],
  ])
  limit(`${readdirSync(`/proc/${pid}/fd`).length}:`)
  return () => {
    limit(`${before.toString().trim()}:`)
  }
}

/** An expression that lets the clock of a daemon run so much faster from now on; `jumpClock(seconds)` moves it. */
export function fastClock(speed: number): string {
  return `{
    const Real = Date
    const began = Real.now()
    let jumpedMs = 0
    const now = () => began + (Real.now() - began) * ${speed} + jumpedMs
    globalThis.jumpClock = (seconds) => (jumpedMs += seconds * 1000)
    globalThis.Date = class extends Real {
      constructor(...given) {
        if (given.length > 0) super(...given)
        else super(now())
      }
      static now() {
        return now()
      }
    }
    0
  }`
}
