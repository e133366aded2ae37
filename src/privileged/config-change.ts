import { createHash } from 'node:crypto'
import { realpath } from 'node:fs/promises'
import { RefusedError } from '../host/host.ts'
import { Secrets } from '../host/redact.ts'
import { parseScstConfig, type ScstConfig } from '../scst/config.ts'
import { textWithPasswords } from '../scst/write/passwords.ts'

/** What is asked for. */
export interface ConfigChange {
  path: string
  text: string
  /** SHA-256, in hexadecimal, of the file as whoever asks has read it. */
  expected_sha256: string
}

/** What a change of the file may rely on. */
export interface KnownConfigs {
  /** The file; null where there is none. */
  current: string | null
  /** Files that this one had the place of, which this program has kept. */
  kept: readonly string[]
  /** Directories and devices below which files and block devices may be exported. */
  storage: readonly string[]
}

/** Handlers of SCSI devices that are exported without more ado: libraries, and no disks of the machine. */
const LIBRARY_HANDLERS = new Set(['dev_changer', 'dev_tape'])
const ADDRESS = /^\d{1,5}:\d{1,5}:\d{1,5}:\d{1,5}$/
/** Attributes that name a file which SCST opens as root. */
const FILES = ['filename', 'dif_filename', 'pr_file_name'] as const

/**
 * The text that takes the place of the file, with its passwords where those were not told. Throws RefusedError unless
 * the file is the one that was read, the text is a configuration, and whatever it opens of this machine was opened by
 * a configuration before, or may be: whoever could name a file of its own would read and write it over the network.
 */
export function configText(change: ConfigChange, known: KnownConfigs): string {
  const refuse = (reason: string) => new RefusedError(change.path, reason)
  const current = known.current ?? ''
  const told = new Secrets().inFile(change.path, current)
  if (![current, told].map(sha256Of).includes(change.expected_sha256)) {
    throw refuse('it was changed meanwhile')
  }
  let text: string
  let config: ScstConfig
  try {
    text = textWithPasswords(change.text, () => current)
    config = parseScstConfig(text, change.path)
  } catch (error) {
    throw refuse((error as Error).message)
  }
  const opened = new Set([current, ...known.kept].flatMap(openingsOfText))
  for (const opening of openingsOf(config)) {
    if (opened.has(keyOf(opening)) || isPermitted(opening, known.storage)) continue
    throw refuse(
      `${opening.what} was in no configuration before, and is not below what --scst-storage names`,
    )
  }
  return text
}

/** Rejects with RefusedError when a file that is below permitted storage by its name is elsewhere by its links. */
export async function assertNoWayOut(
  text: string,
  { current, kept, storage }: KnownConfigs,
  path: string,
): Promise<void> {
  const opened = new Set([current ?? '', ...kept].flatMap(openingsOfText))
  for (const { file, ...rest } of openingsOf(parseScstConfig(text))) {
    if (file === null || file.startsWith('/dev/') || opened.has(keyOf({ file, ...rest }))) continue
    const real = await realpath(file).catch(() => null)
    if (real === null) throw new RefusedError(path, `${file}: there is no such file`)
    const roots = await Promise.all(storage.map((root) => realpath(root).catch(() => root)))
    if (!roots.some((root) => isBelow(real, root))) {
      throw new RefusedError(path, `${file} leads out of what --scst-storage names`)
    }
  }
}

/** Something of this machine that SCST opens. */
interface Opening {
  handler: string
  /** Null for a SCSI device. */
  file: string | null
  what: string
}

function openingsOf({ handlers }: ScstConfig): Opening[] {
  return handlers.flatMap(({ name: handler, devices }) =>
    devices.flatMap(({ name, attributes }): Opening[] => {
      const files = attributes.flatMap((attribute): Opening[] =>
        FILES.some((one) => one === attribute.name)
          ? [{ handler, file: String(attribute.value), what: String(attribute.value) }]
          : [],
      )
      const isSaid = files.length > 0 || handler === 'vdisk_nullio'
      return isSaid ? files : [{ handler, file: null, what: name }]
    }),
  )
}

function openingsOfText(text: string): string[] {
  try {
    return openingsOf(parseScstConfig(text)).map(keyOf)
  } catch {
    return []
  }
}

function keyOf({ handler, what }: Opening): string {
  return `${handler} ${what}`
}

function isPermitted({ handler, file, what }: Opening, storage: readonly string[]): boolean {
  if (file === null) return LIBRARY_HANDLERS.has(handler) && ADDRESS.test(what)
  const isPlain = /^(?:\/[^/\p{Cc}]+)+$/u.test(file) && !/\/\.\.?(?:\/|$)/.test(file)
  const isVirtual =
    handler === 'vdisk_fileio' || handler === 'vdisk_blockio' || handler === 'vcdrom'
  return isVirtual && isPlain && storage.some((root) => isBelow(file, root))
}

function isBelow(path: string, root: string): boolean {
  return path.startsWith(`${root}/`)
}

function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
