import { parseScstConfig, type Attribute, type ScstConfig } from '../config.ts'
import { Secret } from '../secret.ts'
import { splitLine } from '../words.ts'
import { UnwritableError } from './section-text.ts'

/** `add_attribute NAME user REDACTED`, or of a target. */
const COMMAND =
  /^(add_attribute|add_target_attribute \S+) ((?:Incoming|Outgoing)User) (\S+) REDACTED$/

/**
 * A command to SCST with the password that scst.conf has of that user in the place of one that was not told. Throws
 * UnwritableError where it has none.
 */
export function commandWithPassword(path: string, text: string, fileText: () => string): string {
  const [, head = '', name = '', user = ''] = COMMAND.exec(text) ?? []
  if (head === '') return text
  const config = parseScstConfig(fileText())
  const driver = config.drivers.find((one) => path.endsWith(`/targets/${one.name}/mgmt`))
  const [verb, target] = head.split(' ')
  const attributes =
    verb === 'add_attribute'
      ? driver?.attributes
      : driver?.targets.find((one) => one.name === target)?.attributes
  const password = passwordOf(attributes ?? [], name, user)
  if (password === null) {
    throw new UnwritableError(`scst.conf has no password of ${user} there`)
  }
  return `${head} ${name} ${password}`
}

/** Where something is said: driver and target; null where it is neither's. */
interface Place {
  driver: string | null
  target: string | null
}

/**
 * A text of scst.conf with the passwords of another in the place of those that were not told. Throws UnwritableError
 * where one of them is not in the other: nobody knows it then.
 */
export function textWithPasswords(text: string, fileText: () => string): string {
  if (!text.includes('REDACTED')) return text
  let config: ScstConfig | null = null
  const stack: string[][] = []
  return text
    .split('\n')
    .map((line) => {
      const place = placeOf(stack)
      follow(stack, line)
      const [, indent = '', name = '', user = ''] =
        /^(\s*)((?:Incoming|Outgoing)User\d*)\s+"?(\S+)\s+REDACTED"?\s*(?:\s#.*)?$/i.exec(line) ??
        []
      if (name === '') return line
      config ??= parseScstConfig(fileText())
      const password = passwordOf(attributesAt(config, place), name, user)
      if (password === null) {
        throw new UnwritableError(
          `scst.conf has no password of ${user} of ${place.target ?? place.driver ?? 'SCST'}`,
        )
      }
      return `${indent}${name} "${password.replace(/[\\#]/g, '\\$&')}"`
    })
    .join('\n')
}

function attributesAt(config: ScstConfig, { driver, target }: Place): readonly Attribute[] {
  const found = config.drivers.find(({ name }) => name === driver)
  if (target === null) return found?.attributes ?? []
  return found?.targets.find(({ name }) => name === target)?.attributes ?? []
}

/** `user password`; null where there is none that is known. */
function passwordOf(attributes: readonly Attribute[], name: string, user: string): string | null {
  const base = (one: string) => one.replace(/\d+$/, '').toLowerCase()
  for (const { name: other, value } of attributes) {
    if (base(other) !== base(name) || !(value instanceof Secret)) continue
    if (value.user === user && value.isKnown) return value.reveal()
  }
  return null
}

/** Keeps the sections that a line is in. */
function follow(stack: string[][], line: string): void {
  const pieces = splitLine(line)
  if (typeof pieces === 'string') return
  let words: string[] = []
  for (const piece of pieces) {
    if (piece.kind === 'word') words.push(piece.text)
    else if (piece.kind === 'close') stack.pop()
    else {
      stack.push(words)
      words = []
    }
  }
}

function placeOf(stack: readonly string[][]): Place {
  const named = (keyword: string) => stack.find(([word]) => word === keyword)?.[1] ?? null
  return { driver: named('TARGET_DRIVER'), target: named('TARGET') }
}
