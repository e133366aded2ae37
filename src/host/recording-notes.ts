import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Pseudonyms } from './pseudonyms.ts'
import { Secrets } from './redact.ts'

/** A line of `files.jsonl`, `commands.jsonl` or `scsi.jsonl`. */
export type Line = Record<string, unknown>

/** What is said of the recording as a whole. */
export interface RecordingFacts {
  name: string
  description: string
  recordedAt: Date
  recordSeconds: number
  kernel: string
  os: string
  /** Versions of the tools, by name. */
  tools: Readonly<Record<string, string>>
  recorder: string
  /** Whether serial numbers are replaced by made-up ones. */
  anonymize: boolean
}

/** How many lines a recording has. */
export interface RecordingSize {
  files: number
  commands: number
  scsi: number
}

/** Collects what a host answered, and writes it as a recording of format 1 without secrets. */
export class RecordingNotes {
  readonly #files = new Map<string, Line>()
  readonly #known = new Set<string>()
  readonly #commands = new Map<string, Line>()
  readonly #scsi = new Map<string, Line>()

  /** Adds what was said of a path; the first word of its kind stands. */
  file(path: string, kind: string, line: Line): void {
    const key = `${path}\0${kind}`
    if (this.#files.has(key)) return
    // What came while the recording was made was there after all.
    if (kind !== 'missing') this.#files.delete(`${path}\0missing`)
    else if (this.#known.has(path)) return
    this.#known.add(path)
    this.#files.set(key, { path, ...line })
  }

  command(argv: readonly string[], line: Line): void {
    const key = argv.join('\0')
    if (!this.#commands.has(key)) this.#commands.set(key, { argv, ...line })
  }

  scsi(device: string, cdb: string, line: Line): void {
    const key = `${device} ${cdb}`
    if (!this.#scsi.has(key)) this.#scsi.set(key, { device, cdb, ...line })
  }

  size(): RecordingSize {
    return { files: this.#files.size, commands: this.#commands.size, scsi: this.#scsi.size }
  }

  /** Writes the recording into a directory, which is made. Rejects with the errors of node:fs. */
  async write(directory: string, facts: RecordingFacts): Promise<void> {
    const { anonymize, ...said } = facts
    const pseudonyms = new Pseudonyms()
    if (anonymize) this.#learn(pseudonyms)
    const secrets = this.#secrets()
    const clean = (line: Line) => anonymized(redacted(line, secrets), pseudonyms)

    await mkdir(directory, { recursive: true })
    const manifest = {
      format: 1,
      ...said,
      recordedAt: said.recordedAt.toISOString(),
      anonymized: anonymize,
    }
    await writeFile(join(directory, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`)
    await writeLines(join(directory, 'files.jsonl'), this.#files, clean)
    await writeLines(join(directory, 'commands.jsonl'), this.#commands, clean)
    // Without the file it is replayed as a machine on which pass-through is not permitted.
    if (this.#scsi.size > 0) await writeLines(join(directory, 'scsi.jsonl'), this.#scsi, clean)
  }

  #secrets(): Secrets {
    const secrets = new Secrets()
    for (const { path, content, contentBase64 } of this.#files.values()) {
      if (typeof content === 'string') secrets.learn(String(path), content)
      if (typeof contentBase64 === 'string') {
        secrets.learn(String(path), fromBase64(contentBase64).toString('latin1'))
      }
    }
    for (const { stdout } of this.#commands.values()) {
      if (typeof stdout === 'string') secrets.learn(null, stdout)
    }
    return secrets
  }

  #learn(pseudonyms: Pseudonyms): void {
    for (const line of this.#files.values()) {
      const path = String(line.path)
      const bytes = typeof line.contentBase64 === 'string' ? fromBase64(line.contentBase64) : null
      if (bytes !== null && path.endsWith('/vpd_pg80')) pseudonyms.learnFromUnitSerial(bytes)
      if (typeof line.content !== 'string') continue
      if (/\/(?:\w*_)?serial(?:_number)?$/.test(path)) pseudonyms.learn(line.content)
      if (path.endsWith('/vpd_pg80')) pseudonyms.learnFromUnitSerial(Buffer.from(line.content))
      pseudonyms.learnFrom(line.content)
    }
    for (const line of this.#commands.values()) {
      if (typeof line.stdout === 'string') pseudonyms.learnFrom(line.stdout)
    }
    for (const { cdb, data } of this.#scsi.values()) {
      if (typeof data !== 'string') continue
      const request = String(cdb)
      const bytes = fromBase64(data)
      if (request.startsWith('120180')) pseudonyms.learnFromUnitSerial(bytes)
      if (request.startsWith('8c00')) pseudonyms.learnFromMediumAttributes(bytes)
      if (/^4d..(?:54|57)/.test(request)) pseudonyms.learnFromLogPage(bytes)
    }
  }
}

function redacted(line: Line, secrets: Secrets): Line {
  const clean: Line = { ...line }
  const path = String(line.path)
  if (typeof line.content === 'string') clean.content = secrets.inFile(path, line.content)
  if (typeof line.contentBase64 === 'string') {
    const bytes = secrets.inBytes(path, fromBase64(line.contentBase64))
    clean.contentBase64 = Buffer.from(bytes).toString('base64')
  }
  for (const key of ['stdout', 'stderr']) {
    const text = line[key]
    if (typeof text === 'string') clean[key] = secrets.inText(text)
  }
  if (Array.isArray(line.argv)) {
    clean.argv = line.argv.map((argument) => secrets.inText(String(argument)))
  }
  return clean
}

function anonymized(line: Line, pseudonyms: Pseudonyms): Line {
  const clean = mapStrings(line, (text) => pseudonyms.inText(text)) as Line
  for (const key of ['contentBase64', 'data']) {
    const base64 = line[key]
    if (typeof base64 !== 'string') continue
    clean[key] = Buffer.from(pseudonyms.inBytes(fromBase64(base64))).toString('base64')
  }
  return clean
}

function mapStrings(value: unknown, change: (text: string) => string): unknown {
  if (typeof value === 'string') return change(value)
  if (Array.isArray(value)) return value.map((item) => mapStrings(item, change))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, mapStrings(item, change)]),
  )
}

async function writeLines(
  path: string,
  lines: ReadonlyMap<string, Line>,
  clean: (line: Line) => Line,
): Promise<void> {
  // By what was asked, and not by when: two recordings can be compared.
  const sorted = [...lines].sort(([one], [other]) => (one < other ? -1 : 1))
  const text = sorted.map(([, line]) => `${JSON.stringify(clean(line))}\n`)
  await writeFile(path, text.join(''), { mode: 0o600 })
}

function fromBase64(text: string): Buffer {
  return Buffer.from(text, 'base64')
}
