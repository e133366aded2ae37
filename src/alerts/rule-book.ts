import type { Database, Queryable } from '../db/database.ts'
import type { Catalogue } from '../rules/expression/names.ts'
import type { Rule } from '../rules/rule.ts'
import {
  brokenRule,
  compileRule,
  type DefinitionFault,
  type RuleDefinition,
  type UserRule,
} from '../rules/user-rule.ts'
import { deleteUserRule, listUserRules, saveUserRule, type StoredRule } from './user-rules.ts'

/** What a rule book works with. */
export interface RuleBookOptions {
  database: Database
  /** The metrics that queries may be about. */
  catalogue: Catalogue
  /** The built-in rules that are evaluated; the configuration may change them. */
  builtIn: () => readonly Rule[]
  /** The names of all built-in rules, also of those that are switched off. */
  reserved: readonly string[]
  now: () => Date
  newId: () => string
  /** Told of rules that were stored and cannot be evaluated any more. */
  onError: (error: Error) => void
}

/** A rule of a user, and what keeps it from being evaluated: names of metrics that a new version does not have. */
export interface KeptRule {
  stored: StoredRule
  faults: readonly DefinitionFault[]
}

/** Writes what goes with a change, e.g. into the audit trail, in its transaction. */
export type Alongside = (
  transaction: Queryable,
  change: { before: StoredRule | null; after: StoredRule | null },
) => Promise<void>

/** There is no rule of a user with this id. */
export class RuleNotFoundError extends Error {
  readonly code = 'ERR_RULE_NOT_FOUND'

  constructor(id: string) {
    super(`rule ${id}: not found`)
    this.name = 'RuleNotFoundError'
  }
}

/** Another rule has the name, in whatever case. */
export class RuleNameTakenError extends Error {
  readonly code = 'ERR_RULE_NAME_TAKEN'

  constructor(name: string) {
    super(`rule ${name}: another rule has this name`)
    this.name = 'RuleNameTakenError'
  }
}

/** Built-in rules are not for users to change. */
export class RuleBuiltInError extends Error {
  readonly code = 'ERR_RULE_BUILT_IN'

  constructor(name: string) {
    super(`rule ${name}: is built in; the configuration changes its threshold or switches it off`)
    this.name = 'RuleBuiltInError'
  }
}

/** More rules than are evaluated at each beat. */
export class TooManyRulesError extends Error {
  readonly code = 'ERR_TOO_MANY_RULES'

  constructor() {
    super(`more than ${MAX_RULES} rules`)
    this.name = 'TooManyRulesError'
  }
}

/** A definition has faults; all of them are named. */
export class InvalidRuleError extends Error {
  readonly code = 'ERR_INVALID_RULE'
  readonly faults: readonly DefinitionFault[]

  constructor(faults: readonly DefinitionFault[]) {
    super(faults.map(({ field, message }) => `${field}: ${message}`).join('; '))
    this.name = 'InvalidRuleError'
    this.faults = faults
  }
}

/** More are not kept. */
export const MAX_RULES = 10_000

interface Entry extends KeptRule {
  rule: Rule<'metrics'>
  compiled: UserRule | null
}

/**
 * The rules that are evaluated: the built-in ones, and those of users. The latter are kept compiled, and changed
 * with each write, so that a change takes effect at the next evaluation. Changes are made one after the other.
 */
export class RuleBook {
  readonly #options: RuleBookOptions
  readonly #entries = new Map<string, Entry>()
  #last: Promise<unknown> = Promise.resolve()
  /** Of those that are enabled; made anew after a change. */
  #enabled: readonly Rule[] | null = null

  constructor(options: RuleBookOptions) {
    this.#options = options
  }

  /** Reads the rules of users; before the first evaluation, which would end their alerts. */
  async load(): Promise<void> {
    const { database, onError } = this.#options
    for (const stored of await listUserRules(database)) {
      const entry = await this.#compile(stored)
      this.#put(entry)
      if (entry.faults.length === 0) continue
      const why = entry.faults.map(({ message }) => message).join('; ')
      onError(new Error(`rule ${stored.name}: is not evaluated, its alerts stay: ${why}`))
    }
  }

  /** What the next evaluation is about. */
  rules(): readonly Rule[] {
    this.#enabled ??= [...this.#entries.values()]
      .filter(({ stored }) => stored.enabled)
      .map(({ rule }) => rule)
    return [...this.#options.builtIn(), ...this.#enabled]
  }

  /** How much of the past of which metrics the rules look back at. */
  ranges(): { name: string; seconds: number }[] {
    return [...this.#entries.values()]
      .filter(({ stored }) => stored.enabled)
      .flatMap(({ compiled }) => [...(compiled?.ranges ?? [])])
      .map(([name, seconds]) => ({ name, seconds }))
  }

  /** Those of users, by name. */
  list(): readonly KeptRule[] {
    return [...this.#entries.values()].sort((one, other) =>
      one.stored.name.toLowerCase() < other.stored.name.toLowerCase() ? -1 : 1,
    )
  }

  /** One of a user; null when there is none with the id. */
  find(id: string): KeptRule | null {
    return this.#entries.get(id.toLowerCase()) ?? null
  }

  /** Whether a rule other than this one has the name, in whatever case. */
  isTaken(name: string, except: string | null = null): boolean {
    const wanted = name.toLowerCase()
    const { reserved } = this.#options
    if (reserved.some((each) => each.toLowerCase() === wanted)) return true
    return [...this.#entries.values()].some(
      ({ stored }) => stored.name.toLowerCase() === wanted && stored.id !== except?.toLowerCase(),
    )
  }

  /** Compiles a definition without keeping it. */
  compile(definition: RuleDefinition): ReturnType<typeof compileRule> {
    return compileRule(definition, this.#options.catalogue)
  }

  /** Rejects with InvalidRuleError, RuleNameTakenError or TooManyRulesError. */
  create(definition: RuleDefinition, user: string, alongside: Alongside): Promise<KeptRule> {
    return this.#inTurn(async () => {
      const { now, newId } = this.#options
      if (this.#entries.size >= MAX_RULES) throw new TooManyRulesError()
      const at = now()
      const who = { createdAt: at, createdBy: user, updatedAt: at, updatedBy: user }
      return await this.#keep({ id: newId(), ...definition, ...who }, null, alongside)
    })
  }

  /** Puts another definition in the place of one. Rejects with RuleNotFoundError too. */
  replace(
    id: string,
    definition: RuleDefinition,
    user: string,
    alongside: Alongside,
  ): Promise<KeptRule> {
    return this.#inTurn(async () => {
      const { stored } = this.#existing(id)
      const who = { updatedAt: this.#options.now(), updatedBy: user }
      return await this.#keep({ ...stored, ...definition, ...who }, stored, alongside)
    })
  }

  /** Rejects with RuleNotFoundError. */
  delete(id: string, alongside: Alongside): Promise<void> {
    return this.#inTurn(async () => {
      const { stored } = this.#existing(id)
      await this.#options.database.transaction(async (transaction) => {
        await deleteUserRule(transaction, stored.id)
        await alongside(transaction, { before: stored, after: null })
      })
      this.#entries.delete(stored.id)
      this.#enabled = null
    })
  }

  async #keep(
    wanted: StoredRule,
    before: StoredRule | null,
    alongside: Alongside,
  ): Promise<KeptRule> {
    if (this.isTaken(wanted.name, wanted.id)) throw new RuleNameTakenError(wanted.name)
    const entry = await this.#compile(wanted)
    if (entry.compiled === null) throw new InvalidRuleError(entry.faults)
    const { stored } = entry
    await this.#options.database.transaction(async (transaction) => {
      await saveUserRule(transaction, stored)
      await alongside(transaction, { before, after: stored })
    })
    this.#put(entry)
    return entry
  }

  async #compile(stored: StoredRule): Promise<Entry> {
    const { compiled, faults } = await this.compile(stored)
    if (compiled === null) return { stored, faults, compiled, rule: brokenRule(stored) }
    const whole = { ...stored, thresholdValue: compiled.definition.thresholdValue }
    return { stored: whole, faults, compiled, rule: compiled.rule }
  }

  #put(entry: Entry): void {
    this.#entries.set(entry.stored.id, entry)
    this.#enabled = null
  }

  #existing(id: string): KeptRule {
    if (this.#options.reserved.includes(id)) throw new RuleBuiltInError(id)
    const found = this.find(id)
    if (found === null) throw new RuleNotFoundError(id)
    return found
  }

  #inTurn<T>(change: () => Promise<T>): Promise<T> {
    const turn = this.#last.then(change)
    this.#last = turn.catch(() => undefined)
    return turn
  }
}
