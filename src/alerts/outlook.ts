import type { Alert } from './alert.ts'
import { byFingerprint, evaluate, lastingAlerts } from './evaluate.ts'
import type { HeldBeat } from './held-beats.ts'
import type { Silencing } from './silences.ts'

/**
 * What alerts there are as far as it can be told without the database: those of the last step that was written, and
 * what was found since. What is written in the end is decided anew, from what the database holds.
 */
export class Outlook {
  #active: readonly Alert[] = []
  #silencing: Silencing | undefined
  #isKnown = false
  #ids = 0

  /** Pending and firing ones, muted ones included. */
  get active(): readonly Alert[] {
    return this.#active
  }

  /** Takes what a step has written. */
  written(step: { active: readonly Alert[]; silencing: Silencing }): void {
    this.#active = step.active
    this.#silencing = step.silencing
    this.#isKnown = true
  }

  /** Takes in what could not be written, and tells whether it is more than that all is as it was. */
  held({ at, rules, snapshot }: HeldBeat): boolean {
    const before = byFingerprint(this.#active)
    const { changes } = evaluate(before, rules, snapshot, {
      now: at,
      newId: () => `held-${++this.#ids}`,
      silencing: this.#silencing,
    })
    this.#active = lastingAlerts(before, changes)
    return !this.#isKnown || changes.some(({ kind }) => kind !== 'seen')
  }
}
