import { watch, type FSWatcher } from 'node:fs'
import { dirname } from 'node:path'
import { CertificateError, type CertificateFacts, type Pair } from './pair.ts'

/** Where a pair comes from. */
export interface PairSource {
  /** What people call it: the path of the certificate. */
  readonly place: string
  /** Files whose change may mean that there is another pair. */
  readonly files: readonly string[]
  /** The daemon makes it itself. */
  readonly selfSigned: boolean
  /** Reads the pair, or makes it. Rejects with CertificateError. */
  read(now: Date): Promise<Pair>
}

/** The certificate that clients are shown, and what became of the last try to read it. */
export interface CertificateState extends CertificateFacts {
  /** What it is for: `listen`. */
  name: string
  /** Path of the file. */
  place: string
  selfSigned: boolean
  /** Until it ends; negative when it has ended. */
  remainingSeconds: number
  /** Why what is in the files now is not used; null when it is. */
  error: string | null
  failingSince: Date | null
}

/** Something that people want to know of a certificate. */
export interface CertificateChange {
  kind: 'replaced' | 'refused'
  place: string
  facts: CertificateFacts
  /** Why it is refused; null when it is not. */
  error: string | null
}

/** What a certificate depends on. */
export interface CertificateOptions {
  name: string
  source: PairSource
  /** The least version of TLS that is spoken. */
  minVersion: 'TLSv1.2' | 'TLSv1.3'
  now: () => Date
  onChange: (change: CertificateChange) => void
  /** How long the files have to be left alone before they are read; 500 ms if not said. */
  settleMs?: number
}

/** Certificate and key are two files: whoever replaces them does it one after the other. */
const SETTLE_MS = 500
/** Files may change without being told of (NFS), and certificates that are made here end. */
const LOOK_MS = 3_600_000

/**
 * The certificate of a server. It is read again when its files change; what is then there is used only if it
 * is a pair and is valid, and what was used before stays otherwise.
 */
export class ServerCertificate {
  readonly #options: CertificateOptions
  #source: PairSource
  #pair: Pair | null = null
  #error: { text: string; since: Date } | null = null
  #watchers: FSWatcher[] = []
  #settling: NodeJS.Timeout | null = null
  #looking: NodeJS.Timeout | null = null
  #reading: Promise<void> = Promise.resolve()
  readonly #users = new Set<() => void>()

  constructor(options: CertificateOptions) {
    this.#options = options
    this.#source = options.source
  }

  /** Reads the pair; one that has ended is taken, too, since there is no better. Rejects with CertificateError. */
  async start(): Promise<void> {
    if (this.#looking !== null) return
    this.#pair = await this.#source.read(this.#options.now())
    this.#looking = setInterval(() => void this.reload(), LOOK_MS)
    this.#watch()
  }

  /** What `tls.createSecureContext` takes. */
  secureContext(): { cert: string; key: string; passphrase?: string; minVersion: string } {
    const { cert, key, passphrase } = this.#known()
    const { minVersion } = this.#options
    return { cert, key, minVersion, ...(passphrase === undefined ? {} : { passphrase }) }
  }

  /** Calls when `secureContext` gives something else; returns what ends that. */
  onReplaced(use: () => void): () => void {
    this.#users.add(use)
    return () => this.#users.delete(use)
  }

  state(): CertificateState {
    const { name, now } = this.#options
    const { facts } = this.#known()
    return {
      ...facts,
      name,
      place: this.#source.place,
      selfSigned: this.#source.selfSigned,
      remainingSeconds: Math.floor((facts.notAfter.getTime() - now().getTime()) / 1000),
      error: this.#error?.text ?? null,
      failingSince: this.#error?.since ?? null,
    }
  }

  /** Reads the files again, those of another source if there is one; one time after the other. Never rejects. */
  reload(source = this.#source): Promise<void> {
    this.#reading = this.#reading.then(() => this.#read(source))
    return this.#reading
  }

  /** Looks no more. May be called twice. */
  async stop(): Promise<void> {
    if (this.#looking !== null) clearInterval(this.#looking)
    if (this.#settling !== null) clearTimeout(this.#settling)
    this.#looking = this.#settling = null
    this.#unwatch()
    await this.#reading
  }

  #known(): Pair {
    if (this.#pair === null) throw new Error('the certificate was not read yet')
    return this.#pair
  }

  async #read(source: PairSource): Promise<void> {
    const { now, onChange } = this.#options
    const before = this.#known()
    const moved = source.files.join('\n') !== this.#source.files.join('\n')
    try {
      const pair = await source.read(now())
      refuseUnlessValid(pair.facts, now())
      this.#error = null
      this.#source = source
      if (moved) this.#watch()
      if (pair.facts.fingerprint === before.facts.fingerprint && pair.key === before.key) return
      this.#pair = pair
      for (const use of this.#users) use()
      onChange({ kind: 'replaced', place: source.place, facts: pair.facts, error: null })
    } catch (error) {
      if (!(error instanceof CertificateError)) throw error
      const told = this.#error?.text === error.message
      this.#error = { text: error.message, since: this.#error?.since ?? now() }
      if (told) return
      onChange({
        ...{ kind: 'refused', place: source.place, facts: before.facts },
        error: error.message,
      })
    }
  }

  // Of the folder, not of the file: certbot puts another link in the place of the one that was there.
  #watch(): void {
    this.#unwatch()
    for (const folder of new Set(this.#source.files.map((file) => dirname(file)))) {
      try {
        const watcher = watch(folder, { persistent: false }, () => {
          this.#settle()
        })
        // The folder is gone: the next look says so.
        watcher.on('error', () => {
          watcher.close()
        })
        this.#watchers.push(watcher)
      } catch {
        // Without inotify's help the look of every hour finds it.
      }
    }
  }

  #unwatch(): void {
    for (const watcher of this.#watchers.splice(0)) watcher.close()
  }

  #settle(): void {
    if (this.#settling !== null) clearTimeout(this.#settling)
    this.#settling = setTimeout(() => {
      this.#settling = null
      void this.reload()
    }, this.#options.settleMs ?? SETTLE_MS)
  }
}

function refuseUnlessValid({ notBefore, notAfter }: CertificateFacts, now: Date): void {
  if (notAfter <= now) {
    throw new CertificateError(`the certificate ended on ${notAfter.toISOString()}`)
  }
  if (notBefore > now) {
    throw new CertificateError(`the certificate is not valid before ${notBefore.toISOString()}`)
  }
}
