import { ReadError } from '../host/host.ts'
import type { AttributeNames, Attributes, Host, HostError } from '../host/host.ts'
import { ParseError } from './collector.ts'
import type { Problem } from './collector.ts'
import { ifFound, valueOrFailure } from './failures.ts'
import { Turns } from './turns.ts'

/** Root of SCST's sysfs tree; it is there as soon as the module scst is loaded. */
export const SCST_ROOT = '/sys/kernel/scst_tgt'

/**
 * The value of an attribute: its first line. A line `[key]` after it marks what differs
 * from the default (scst/README, "SCST sysfs interface") and is no part of it.
 */
export function parseAttribute(text: string): string {
  const value = (text.split('\n', 1)[0] ?? '').trim()
  return value === '[key]' ? '' : value
}

/** A decimal attribute. Throws ParseError. */
export function parseNumber(name: string, text: string): number {
  const value = parseAttribute(text)
  const number = Number(value)
  if (!/^-?\d+$/.test(value) || !Number.isSafeInteger(number)) {
    throw new ParseError(name, `"${value.slice(0, 40)}" is not a number`)
  }
  return number
}

/** An attribute that is 0 or 1. Throws ParseError. */
export function parseFlag(name: string, text: string): boolean {
  const value = parseAttribute(text)
  if (value !== '0' && value !== '1') {
    throw new ParseError(name, `"${value.slice(0, 40)}" is neither 0 nor 1`)
  }
  return value === '1'
}

/** `5 - CD-ROM device`: the peripheral device type and its name. Throws ParseError. */
export function parseType(name: string, text: string): number {
  const [, digits] = /^(\d{1,2})(?: - |$)/.exec(parseAttribute(text)) ?? []
  if (digits === undefined) throw new ParseError(name, 'no peripheral device type')
  return Number(digits)
}

/** `0 0`: commands that hold the device blocked, and such that wait to. Their sum. Throws ParseError. */
export function parseBlock(name: string, text: string): number {
  const [, count, pending] = /^(\d{1,9}) (\d{1,9})$/.exec(parseAttribute(text)) ?? []
  if (count === undefined) throw new ParseError(name, 'not two counts')
  return Number(count) + Number(pending)
}

/** Tries of an attribute that answers EAGAIN: it was queued, and SCST has waited 15 s for it already. */
const TRIES = 3
/** The host reads those one after the other, with the addon in one call, and each call costs something. */
const AT_ONCE = 64
/** Enough for that. Of each question that waits something has to be remembered, and tidied away. */
const PLACES_AT_ONCE = 16
/** Reads SCST's sysfs tree, a few files at a time, and notes what cannot be read. */
export class ScstTree {
  readonly problems: Problem[] = []
  readonly #host: Host
  readonly #plain = new Turns(AT_ONCE)
  /** Attributes that are served by SCST's work queue can block for long: never more than one of Node's threads. */
  readonly #queued = new Turns(1)
  #queueStuck: Error | null = null

  constructor(host: Host) {
    this.#host = host
  }

  /** The names in a directory but `mgmt`; none when it is gone: sessions come and go during a walk. */
  async names(path: string): Promise<string[]> {
    const names = await this.#plain.take(() => this.#host.list(path))
    return names.filter((name) => name !== 'mgmt')
  }

  /** The text of an attribute; null when there is none. Rejects when it is there and cannot be read. */
  async read(path: string): Promise<string | null> {
    return this.#plain.take(() => this.#read(path))
  }

  /** Like read, of an attribute that goes through SCST's work queue. Once that is stuck no other is asked for. */
  async readQueued(path: string): Promise<string | null> {
    return this.#queued.take(() => this.#readQueued(path))
  }

  /** The texts of such attributes below a directory, one after the other. */
  async lookQueued(
    directory: string,
    names: readonly string[],
  ): Promise<readonly (string | null | HostError)[]> {
    return this.#queued.take(async () => {
      const isAsked = this.#queueStuck === null
      const read = isAsked && (await this.#host.readAttributes?.(directory, { texts: names }))
      const texts: (string | null | HostError)[] = []
      for (const [index, name] of names.entries()) {
        const text = read ? (read.texts[index] ?? null) : undefined
        const isTold = text !== undefined && !isQueued(text)
        const path = `${directory}/${name}`
        texts.push(isTold ? text : await valueOrFailure(this.#readQueued(path)))
      }
      return texts
    })
  }

  /**
   * The texts of attributes below a directory, and where links lead, of which the last names are those of the path
   * that is meant. Null for what is not there; what is there and cannot be read is an error in its place.
   */
  async look(directory: string, names: AttributeNames): Promise<Attributes> {
    if (this.#host.readAttributes === undefined) return this.#lookAtEach(directory, names)
    const told = await this.#host.readAttributes(directory, names)
    if (!told.texts.some(isQueued)) return told
    const texts = told.texts.map(async (text, index) => {
      if (!isQueued(text)) return text
      const path = `${directory}/${names.texts[index] ?? ''}`
      return valueOrFailure(this.#read(path, TRIES - 1))
    })
    return { ...told, texts: await Promise.all(texts) }
  }

  /** Attributes of a device, target or other place, which `labels` name; read together. */
  async attributes(
    path: string,
    labels: Problem['labels'],
    names: readonly string[],
  ): Promise<ScstAttributes> {
    const { texts } = await this.look(path, { texts: names })
    return new ScstAttributes(this.problems, { path, labels, names, texts })
  }

  /** Where a link leads; null when it is gone. */
  async target(path: string): Promise<string | null> {
    return this.#plain.take(() => ifFound(this.#host.realpath(path)))
  }

  /**
   * Whether there is something at a path outside of sysfs. False only when its directory lists other names: one
   * that is missing or empty may be a file system that is not mounted, a name that is listed a link whose end
   * cannot be seen; then it is null, as it is when there is no answer.
   */
  async fileExists(path: string): Promise<boolean | null> {
    return this.#plain.take(async () => {
      try {
        if (await this.#host.exists(path)) return true
        const slash = path.lastIndexOf('/')
        const names = await this.#host.list(path.slice(0, slash) || '/')
        return names.length === 0 || names.includes(path.slice(slash + 1)) ? null : false
      } catch {
        return null
      }
    })
  }

  /** Reads some places, not all of a thousand at the same time; what they told is in the order of their names. */
  async each<T>(
    names: readonly string[],
    read: (name: string, index: number) => Promise<T>,
  ): Promise<T[]> {
    const told: T[] = []
    const waiting = names.entries()
    const work = async () => {
      for (const [index, name] of waiting) told[index] = await read(name, index)
    }
    await Promise.all(Array.from({ length: Math.min(PLACES_AT_ONCE, names.length) }, work))
    return told
  }

  /** For a host that reads one file after the other. */
  async #lookAtEach(directory: string, { texts, links = [] }: AttributeNames) {
    return {
      texts: await Promise.all(
        texts.map((name) => valueOrFailure(this.read(`${directory}/${name}`))),
      ),
      links: await Promise.all(
        links.map((name) => valueOrFailure(this.target(`${directory}/${name}`))),
      ),
    }
  }

  async #readQueued(path: string): Promise<string | null> {
    if (this.#queueStuck !== null) throw this.#queueStuck
    try {
      return await this.#read(path)
    } catch (error) {
      if (isQueued(error)) this.#queueStuck = error
      throw error
    }
  }

  async #read(path: string, tries = TRIES): Promise<string | null> {
    for (let left = tries; ; left -= 1) {
      try {
        return await ifFound(this.#host.readText(path))
      } catch (error) {
        if (!isQueued(error) || left <= 1) throw error
      }
    }
  }
}

/** What was read of a place. */
interface ReadPlace {
  path: string
  labels: Problem['labels']
  names: readonly string[]
  texts: readonly (string | null | HostError)[]
}

/** The attributes of a place. One that is not there, could not be read or is not understood is null. */
export class ScstAttributes {
  readonly #problems: Problem[]
  readonly #read: ReadPlace
  #noted = false

  constructor(problems: Problem[], read: ReadPlace) {
    this.#problems = problems
    this.#read = read
  }

  /** Whether none of them is there. */
  areMissing(): boolean {
    return this.#read.texts.every((text) => text === null)
  }

  /** The value of an attribute that is text; null also when it is empty. */
  text(name: string): string | null {
    return this.value(name, textOrNull)
  }

  number(name: string): number | null {
    return this.value(name, parseNumber)
  }

  flag(name: string): boolean | null {
    return this.value(name, parseFlag)
  }

  /** Of one that was not asked for, null as well. */
  value<T>(name: string, parse: (name: string, text: string) => T | null): T | null {
    const { names, texts } = this.#read
    const text = texts[names.indexOf(name)] ?? null
    if (text === null) return null
    if (typeof text !== 'string') return this.note(text)
    try {
      return parse(name, text)
    } catch (error) {
      if (!(error instanceof ParseError)) throw error
      return this.note(error)
    }
  }

  /** Notes why something of the place is not known: one reason is enough, where one fails others do too. */
  note(error: Error): null {
    const { path, labels } = this.#read
    if (!this.#noted) this.#problems.push({ labels, error: `${path}: ${error.message}` })
    this.#noted = true
    return null
  }
}

function textOrNull(_: string, text: string): string | null {
  const value = parseAttribute(text)
  return value === '' ? null : value
}

function isQueued(error: unknown): error is ReadError {
  return error instanceof ReadError && error.errno === 'EAGAIN'
}
