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
  idsOf({ name, labels }: Values): readonly (number | null)[] {
    const last = this.#last.get(name)
    if (last === undefined) return labels.map(() => null)
    // Labels that say the same are most often the same object, at the same place.
    const isLast = (one: Labels, index: number) => last.labels[index] === one
    if (labels.length === last.ids.length && labels.every(isLast)) return last.ids
    let byKey: ReadonlyMap<string, number> | null = null
    return labels.map((one, index) => {
      if (isLast(one, index)) return last.ids[index] ?? null
      byKey ??= new Map(last.labels.map((labels, at) => [keyOf(labels), last.ids[at] ?? 0]))
      return byKey.get(keyOf(one)) ?? null
    })
  }

  /** Only the places that a metric has now: those that come and go would add up. */
  remember(all: readonly Values[], ids: readonly (readonly number[])[]): void {
    for (const [list, { name, labels }] of all.entries()) {
      this.#last.set(name, { labels, ids: ids[list] ?? [] })
    }
  }

  forget(): void {
    this.#last.clear()
  }
}

function keyOf(labels: Labels): string {
  return JSON.stringify(labels)
}
