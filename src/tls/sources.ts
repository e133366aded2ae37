import { open, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { isIPv6 } from 'node:net'
import { makeDirectory } from '../make-directory.ts'
import { CertificateError, pairOf, type Pair } from './pair.ts'
import { makeSelfSigned, RENEWED_BEFORE_DAYS } from './self-signed.ts'
import type { PairSource } from './server-certificate.ts'

/** No certificate with all its chain is as large; a device file may never end. */
const MOST_BYTES = 1_048_576

/** Files of PEM; the passphrase opens the key. */
export function filePair(options: {
  certificateFile: string
  keyFile: string
  passphrase: string | null
}): PairSource {
  const { certificateFile, keyFile, passphrase } = options
  return {
    place: certificateFile,
    files: [certificateFile, keyFile],
    selfSigned: false,
    async read() {
      const certificate = await readPem(certificateFile)
      const key = await readPem(keyFile)
      return named(certificateFile, () => pairOf({ certificate, key, passphrase }))
    },
  }
}

/**
 * A pair that is made below the state directory when there is none, when what is there is none, when it is not
 * for all of the names, and a month before it ends.
 */
export function selfSignedPair(stateDir: string, names: () => readonly string[]): PairSource {
  const folder = join(stateDir, 'tls')
  const certificateFile = selfSignedFile(stateDir)
  const keyFile = selfSignedKey(stateDir)
  const there = filePair({ certificateFile, keyFile, passphrase: null })
  return {
    place: certificateFile,
    files: there.files,
    selfSigned: true,
    async read(now) {
      const pair = await there.read(now).catch((error: unknown) => {
        if (error instanceof CertificateError) return null
        throw error
      })
      if (pair !== null && serves(pair, names(), now)) return pair
      const made = makeSelfSigned(names(), now)
      try {
        makeDirectory(folder)
        // The key first: who reads in between finds no pair, and reads again.
        await replace(keyFile, made.key, 0o600)
        await replace(certificateFile, made.certificate, 0o644)
      } catch (cause) {
        throw new CertificateError(`${folder}: cannot be written: ${errnoOf(cause)}`, { cause })
      }
      return pairOf({ ...made, passphrase: null })
    },
  }
}

/** The certificate that clients have to trust, of a daemon that makes its own. */
export function selfSignedFile(stateDir: string): string {
  return join(stateDir, 'tls', 'certificate.pem')
}

/** Its key. */
export function selfSignedKey(stateDir: string): string {
  return join(stateDir, 'tls', 'key.pem')
}

/** Whether it is for every name and good for a while. */
function serves({ facts }: Pair, names: readonly string[], now: Date): boolean {
  const there = new Set(facts.names.map(comparable))
  const until = facts.notAfter.getTime() - RENEWED_BEFORE_DAYS * 86_400_000
  return (
    now >= facts.notBefore &&
    now.getTime() < until &&
    names.every((name) => there.has(comparable(name)))
  )
}

/** An IPv6 address as the URL parser writes it; there are many ways. */
function comparable(name: string): string {
  return isIPv6(name) ? new URL(`http://[${name}]`).hostname : name.toLowerCase()
}

async function readPem(path: string): Promise<string> {
  try {
    const file = await open(path, 'r')
    try {
      const stat = await file.stat()
      if (!stat.isFile()) throw new CertificateError(`${path}: is not a file`)
      if (stat.size > MOST_BYTES) throw new CertificateError(`${path}: is too large`)
      return await file.readFile('utf8')
    } finally {
      await file.close()
    }
  } catch (error) {
    if (error instanceof CertificateError) throw error
    throw new CertificateError(`${path}: cannot be read: ${errnoOf(error)}`, { cause: error })
  }
}

async function replace(path: string, text: string, mode: number): Promise<void> {
  const beside = `${path}.new`
  const file = await open(beside, 'w', mode)
  try {
    await file.chmod(mode)
    await file.writeFile(text)
    await file.sync()
  } finally {
    await file.close()
  }
  await rename(beside, path)
}

function named(place: string, work: () => Pair): Pair {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error
    throw new CertificateError(`${place}: ${error.message}`, { cause: error })
  }
}

function errnoOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error)
}
