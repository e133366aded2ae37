import type { Condensed } from './condense.ts'

/** What an evaluation was made of that could not be written down. */
export interface HeldBeat extends Condensed {
  at: Date
}

/** Some 40 MB of findings. */
const MOST_PLACES = 20_000

/**
 * Evaluations that wait for the database, the oldest first. They are bounded: where there are too many, every
 * second one is let go, but never the first, which says when it began, nor the last.
 */
export class HeldBeats {
  readonly #mostPlaces: number
  #beats: readonly HeldBeat[] = []
  #leftOut = 0

  constructor(mostPlaces = MOST_PLACES) {
    this.#mostPlaces = mostPlaces
  }

  get size(): number {
    return this.#beats.length
  }

  get oldest(): HeldBeat | null {
    return this.#beats[0] ?? null
  }

  /** How many were let go since all were written last. */
  get leftOut(): number {
    return this.#leftOut
  }

  add(beat: HeldBeat): void {
    this.#beats = [...this.#beats, beat]
    while (this.#beats.length > 2 && weightOf(this.#beats) > this.#mostPlaces) {
      const last = this.#beats.length - 1
      const thinned = this.#beats.filter((_, index) => index % 2 === 0 || index === last)
      this.#leftOut += this.#beats.length - thinned.length
      this.#beats = thinned
    }
  }

  /** Lets go of one, because it is written. */
  delete(beat: HeldBeat): void {
    this.#beats = this.#beats.filter((each) => each !== beat)
    if (this.#beats.length === 0) this.#leftOut = 0
  }
}

/** Of an evaluation that found nothing there is something to hold, too. */
function weightOf(beats: readonly HeldBeat[]): number {
  return beats.reduce((sum, { places }) => sum + 1 + places, 0)
}
