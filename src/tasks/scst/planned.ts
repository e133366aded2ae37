import { gunzipSync, gzipSync } from 'node:zlib'
import { parseScstConfig, type ScstConfig } from '../../scst/config.ts'
import type { ScstPlan } from '../../scst/plan/plan.ts'
import { placesOf, type ShownWrite } from '../../scst/plan/places.ts'
import type { ScstStep } from '../../scst/plan/step.ts'
import { Secret } from '../../scst/secret.ts'

/** What was planned, as it is kept with the task: what is written is this and nothing else, also after a restart. */
export interface Planned {
  /** In their order, without passwords. */
  writes: readonly ShownWrite[]
  /** What was there before the first of them; null where that is too much to be kept. */
  start: Start | null
}

/** What was there before the first write, so that it can be made again after a restart. */
export interface Start {
  /** SCST as it ran. Of passwords only whose they are. */
  config: ScstConfig
  /** Passwords that are changed, in words: what they were is not kept. */
  passwords: readonly string[]
  /** The text of scst.conf where it is changed; null where it is not, or cannot be kept without its passwords. */
  file: string | null
}

/** What can be kept in a task: packed, as all columns of a task are read when tasks are listed. */
const MOST_CHARACTERS = 131_072

/** A plan as it is kept. `file` is the text of scst.conf when it will be changed. */
export function packed(plan: ScstPlan, config: ScstConfig, file: string | null): string {
  const writes = plan.steps.map(({ path, shown }) => ({ path, shown }))
  const start = {
    config,
    passwords: changedPasswords(plan.steps),
    file: file && withoutPasswords(file),
  }
  const all = pack({ writes, start })
  return all.length <= MOST_CHARACTERS ? all : pack({ writes, start: null })
}

/** The same, unpacked. */
export function unpacked(text: string): Planned {
  const json = gunzipSync(Buffer.from(text, 'base64')).toString('utf8')
  return JSON.parse(json, (_, value: unknown) => asSecret(value)) as Planned
}

/** What would be written now. */
type Next = ShownWrite & { words: string }

/** How much of a plan is done, and what would be written now that is not of it. */
export interface Remainder {
  done: number
  total: number
  unplanned: readonly Next[]
}

/** Compares what was planned with what a plan from what runs now would write. */
export function remainder(writes: readonly ShownWrite[], steps: readonly Next[]): Remainder {
  const planned = new Set(writes.map(keyOf))
  const now = new Set(steps.map(keyOf))
  return {
    done: [...planned].filter((key) => !now.has(key)).length,
    total: writes.length,
    unplanned: steps.filter((step) => !planned.has(keyOf(step))),
  }
}

/** How far a plan is, in a sentence; `next` is what would be written next. */
export function progressText({ done, total }: Remainder, next: Next | undefined): string {
  const rest = next === undefined ? '.' : `; the next one is: ${next.words}`
  return `${done} of ${total} planned writes are done${rest}`
}

function keyOf({ path, shown }: ShownWrite): string {
  return `${path} < ${shown}`
}

function pack(value: object): string {
  const json = JSON.stringify(value, function (this: Record<string, unknown>, key, plain: unknown) {
    // Secret makes a text of itself before this is called.
    const before = this[key]
    return before instanceof Secret ? { passwordOf: before.user } : plain
  })
  return gzipSync(json).toString('base64')
}

function asSecret(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('passwordOf' in value)) return value
  const { passwordOf: user } = value
  return new Secret(typeof user === 'string' ? `${user} REDACTED` : null)
}

/** Those that are removed and added again: `IncomingUser joe of the target iqn.x:t`. */
function changedPasswords(steps: readonly ScstStep[]): string[] {
  const isOf = (verb: string) => (step: ScstStep) =>
    step.shown.startsWith(verb) && /(?:Incoming|Outgoing)User /.test(step.shown)
  const removed = new Set(steps.filter(isOf('del_')).flatMap((step) => placesOf(step)))
  return steps
    .filter((step) => isOf('add_')(step) && placesOf(step).some((place) => removed.has(place)))
    .map(({ words }) => words.replace(/^Add |\.$/g, ''))
}

const USER = /(?:Incoming|Outgoing)User/i
const USER_LINE = /^(\s*(?:Incoming|Outgoing)User\d*\s+)"?(\S+)[ \t]+\S+?"?\s*$/i

/** A text of scst.conf without its passwords, as they can be put in again; null where that cannot be said for sure. */
export function withoutPasswords(text: string): string | null {
  const lines = text.split('\n').map((line) => {
    if (!USER.test(line)) return line
    const [, head, user] = USER_LINE.exec(line) ?? []
    return head === undefined || user === undefined ? null : `${head}"${user} REDACTED"`
  })
  if (lines.includes(null)) return null
  const kept = lines.join('\n')
  try {
    const { attributes, drivers } = parseScstConfig(kept)
    const values = [
      ...attributes,
      ...drivers.flatMap((driver) => [
        ...driver.attributes,
        ...driver.targets.flatMap((target) => target.attributes),
      ]),
    ].map(({ value }) => value)
    return values.some((value) => value instanceof Secret && value.isKnown) ? null : kept
  } catch {
    return null
  }
}
