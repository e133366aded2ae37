import type { Labels } from './metrics.ts'
import type { StoredType } from './store.ts'

/** Values of a metric that were read together: as many as there are labels. */
export interface Values {
  name: string
  type: StoredType
  atMs: number
  labels: readonly Labels[]
  values: readonly number[]
}

/** The ids of the series that metrics had last. */
export class KnownSeries {
  readonly #last = new Map<string, { labels: readonly Labels[]; ids: readonly number[] }>()

  /** The ids in the order of the labels; null of what a metric did not have last. */
  idsOf({ name, labels }: Values): (number | null)[] {
    const last = this.#last.get(name)
    if (last === undefined) return labels.map(() => null)
    let byKey: ReadonlyMap<string, number> | null = null
    return labels.map((one, index) => {
      // Labels that say the same are most often the same object, at the same place.
      if (last.labels[index] === one) return last.ids[index] ?? null
      byKey ??= new Map(last.labels.map((labels, at) => [keyOf(labels), last.ids[at] ?? 0]))
      return byKey.get(keyOf(one)) ?? null
    })
  }

  /** Only the places that a metric has now: those that come and go would add up. */
  remember(all: readonly Values[], ids: readonly number[]): void {
    let at = 0
    for (const { name, labels } of all) {
      this.#last.set(name, { labels, ids: ids.slice(at, at + labels.length) })
      at += labels.length
    }
  }

  forget(): void {
    this.#last.clear()
  }
}

function keyOf(labels: Labels): string {
  return JSON.stringify(labels)
}
