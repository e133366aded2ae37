import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { median } from './measure.ts'
import { cpuSecondsOf } from './process.ts'
import { findProgram, serve } from './programs.ts'

const PROGRAM = 'prometheus-node-exporter'
const ROUNDS = 5
/** As many of a round are measured together. */
const SCRAPES = 10

/** One answer: its length, and what it costs who gives it. */
export interface Scrape {
  bytes: number
  cpuMs: number
}

/** Somebody who is scraped. */
export interface Scraped {
  url: string
  pid: number
  /** CPU that it has taken so far, in seconds. */
  cpuSeconds: () => number
  stop: () => Promise<void>
}

/** Answers with a text of this process, by node:http alone. */
export async function serveText(text: () => string): Promise<Scraped> {
  const server = createServer((_, answer) => {
    answer.end(text())
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`,
    pid: process.pid,
    cpuSeconds: () => process.cpuUsage().user / 1e6 + process.cpuUsage().system / 1e6,
    async stop() {
      server.close()
      await once(server, 'close')
    },
  }
}

/** node_exporter as it comes; null where it is not there. */
export async function startNodeExporter(words: readonly string[] = []): Promise<Scraped | null> {
  const program = findProgram(PROGRAM)
  if (program === null) return null
  const peer = await serve(
    (port) => [program, `--web.listen-address=127.0.0.1:${port}`, ...words],
    '/metrics',
  )
  return {
    url: `${peer.url}/metrics`,
    pid: peer.pid,
    cpuSeconds: () => cpuSecondsOf(peer.pid),
    stop: () => peer.end(),
  }
}

/** node_exporter with nothing but a file of such a text; null where it is not there. */
export async function startNodeExporterOf(text: string): Promise<Scraped | null> {
  const folder = mkdtempSync(join(tmpdir(), 'storwarden-bench-'))
  writeFileSync(join(folder, 'series.prom'), text)
  const scraped = await startNodeExporter([
    ...['--collector.disable-defaults', '--collector.textfile', '--web.disable-exporter-metrics'],
    `--collector.textfile.directory=${folder}`,
  ])
  const clear = () => {
    rmSync(folder, { recursive: true })
  }
  if (scraped === null) clear()
  return scraped && { ...scraped, stop: () => scraped.stop().finally(clear) }
}

/** Medians of scrapes by curl, in turns. */
export async function scrapeInTurns(all: readonly Scraped[]): Promise<Scrape[]> {
  const scrapes = all.map((): Scrape[] => [])
  for (let round = -1; round < ROUNDS; round += 1) {
    for (const [index, scraped] of all.entries()) {
      const scrape = await scrapeOf(scraped)
      if (round >= 0) scrapes[index]?.push(scrape)
    }
  }
  return scrapes.map((of) => ({
    bytes: median(of.map(({ bytes }) => bytes)),
    cpuMs: median(of.map(({ cpuMs }) => cpuMs)),
  }))
}

async function scrapeOf({ url, cpuSeconds }: Scraped): Promise<Scrape> {
  const before = cpuSeconds()
  // One connection for all of them.
  const words = ['-s', '-o', '/dev/null', '-w', '%{size_download}\\n', `${url}?[1-${SCRAPES}]`]
  const { stdout } = await promisify(execFile)('curl', words)
  const cpuMs = ((cpuSeconds() - before) * 1000) / SCRAPES
  return { bytes: Number(stdout.split('\n')[0]), cpuMs }
}
